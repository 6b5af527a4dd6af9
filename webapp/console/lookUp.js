// @ts-check
/** The look-up of a user: shows its state, asks for it again every few seconds, and ends its connections on demand. */
import { element, ref, setText } from '../js/dom.js';
import { showUser } from './userView.js';
import { endedText, meantUser, userText } from './wording.js';

/** @typedef {(action: (of: import('./operator.js').Operator) => Promise<void>) => Promise<boolean>} Attempt */

const AGAIN_MILLIS = 4000;

const at = (/** @type {string} */ name) => ref(document, name);

export class LookUp {
  #attempt;
  #user = '';
  /** The number of the last request: answers to earlier ones are dropped. */
  #turn = 0;
  #askedAt = 0;
  #busy = false;
  #counts = { managers: 0, connections: 0 };
  #silent = 0;
  #nodes;

  /**
   * @param {Attempt} attempt
   * @param {(title: string, text: string, yes: string, action: () => void) => void} confirmed
   * @param {{count: number, name: (id: string) => string}} nodes
   */
  constructor(attempt, confirmed, nodes) {
    this.#attempt = attempt;
    this.#nodes = nodes;
    at('search').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.look(at('search-user').value);
    });
    at('disconnect').addEventListener('click', () => {
      const user = this.#user;
      confirmed(`Disconnect ${user}?`, 'All connections of this user, on all nodes, end with code 3503. Their clients do not reconnect by themselves.', 'Disconnect', () => this.#end(user, false));
    });
    at('reconnect').addEventListener('click', () => this.#end(this.#user, true));
  }

  /** @param {string} user */
  look(user) {
    at('search-user').value = user;
    setText(at('found-result'), '');
    return this.#ask(user);
  }

  /** Asks again for the shown user if the last answer is old. @param {number} now */
  again(now) {
    if (this.#user && !this.#busy && now - this.#askedAt > AGAIN_MILLIS) {
      this.#ask(this.#user);
    }
  }

  /** Clears the look-up when the operator signs out. */
  forget() {
    this.#turn++;
    this.#user = '';
    this.#busy = false;
    at('search-user').value = '';
    at('found').hidden = true;
  }

  /** @param {string} user */
  async #ask(user) {
    const turn = ++this.#turn;
    this.#askedAt = Date.now();
    const done = await this.#attempt(async (of) => {
      const found = await of.user(user);
      if (turn === this.#turn) {
        this.#user = user;
        this.#counts = showUser(found, this.#nodes);
        this.#silent = found.silent.length;
        this.#hint(user, this.#silent === 0 && this.#counts.connections === 0 && found.closes.length === 0);
      }
    });
    if (turn === this.#turn) {
      this.#tell(!done);
    }
    return done;
  }

  /** @param {boolean} lost */
  #tell(lost) {
    const { summary, mayEnd } = userText({ ...this.#counts, nodes: this.#nodes.count, silent: this.#silent, lost, busy: this.#busy });
    setText(at('found-summary'), summary);
    at('disconnect').disabled = !mayEnd;
    at('reconnect').disabled = !mayEnd;
  }

  /** @param {string} user @param {boolean} unknown */
  #hint(user, unknown) {
    const meant = unknown ? meantUser(user) : '';
    const hint = at('found-hint');
    if (hint.dataset.meant !== meant) {
      hint.dataset.meant = meant;
      hint.hidden = meant === '';
      const button = /** @type {HTMLButtonElement} */ (element('button', 'link', meant));
      button.type = 'button';
      button.addEventListener('click', () => this.look(meant));
      hint.replaceChildren('No node knows such a user. The name of a user is the claim sub of its token, without # and topic. Did you mean ', button, '?');
    }
  }

  /** @param {string} user @param {boolean} reconnect */
  async #end(user, reconnect) {
    this.#busy = true;
    this.#tell(false);
    await this.#attempt(async (of) => {
      const { disconnected } = await of.disconnect(user, reconnect);
      if (user === this.#user) {
        setText(at('found-result'), endedText(reconnect, disconnected, this.#nodes.count));
      }
    });
    this.#busy = false;
    if (this.#user) {
      await this.#ask(this.#user);
    }
  }
}
