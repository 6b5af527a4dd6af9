// @ts-check
/** The overview of the nodes that share the log. Hidden while there is one node only. */
import { element, ref, setText } from '../js/dom.js';
import { formatBytes, formatCount } from '../js/format.js';
import { cell, fill, row } from './nodeView.js';
import { clock } from './userView.js';
import { nodeName, plural } from './wording.js';

export class NodesView {
  #drain;
  /** @type {any[]} */
  #nodes = [];
  #here = '';

  /** @param {(id: string, name: string) => void} drain drains a node */
  constructor(drain) {
    this.#drain = drain;
  }

  /** The number of nodes. */
  get count() {
    return this.#nodes.length;
  }

  /** The name of a node for people. @param {string} id */
  name(id) {
    return nodeName(this.#nodes, id);
  }

  /** @param {any} state as the resource and the feed give it */
  show({ node, nodes }) {
    this.#nodes = nodes;
    this.#here = node.id;
    ref(document, 'nodes-part').hidden = nodes.length < 2;
    const draining = nodes.filter((/** @type {any} */ { state }) => state !== 'ready').length;
    setText(ref(document, 'nodes-summary'), plural(nodes.length, 'node') + (draining > 0 ? `, ${formatCount(draining)} draining` : ''));
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.drains;
    fill('nodes', nodes.map((/** @type {any} */ each) => this.#row(each)));
    // The buttons are new: who uses the keyboard stays where they are.
    const again = [...ref(document, 'nodes').querySelectorAll('button')].find((each) => each.dataset.drains === focused);
    again?.focus();
  }

  /** @param {any} node */
  #row(node) {
    const name = cell(this.name(node.id), 'name');
    name.append(' ', element('small', 'muted mono', node.id.slice(0, 8)));
    if (node.id === this.#here) {
      name.append(' ', element('small', 'muted', 'serves this page'));
    }
    const state = cell(node.state);
    state.dataset.state = node.state === 'ready' ? 'OK' : 'FIRING';
    const button = /** @type {HTMLButtonElement} */ (element('button', 'button small danger', 'Drain'));
    button.type = 'button';
    button.dataset.drains = node.id;
    button.disabled = node.state !== 'ready';
    button.setAttribute('aria-label', `Drain ${this.name(node.id)}`);
    button.addEventListener('click', () => this.#drain(node.id, this.name(node.id)));
    const action = cell('');
    action.append(button);
    return row(
      name,
      cell(node.version),
      state,
      cell(clock(node.started)),
      cell(formatCount(node.users), 'number'),
      cell(formatCount(node.connections), 'number'),
      cell(`${formatBytes(node.heap_used)} of ${formatBytes(node.heap_max)}`, 'number'),
      action,
    );
  }
}
