// @ts-check
/**
 * The receiver of one channel. It hands messages to the application one at a time and none twice, and acknowledges each handled
 * message. See `cordon.js`.
 *
 * @typedef {import('./cordon.js').Message} Message
 * @typedef {import('./cordon.js').Position} Position
 */
import { Acknowledger, passes } from './acknowledger.js';

const RETRY_MILLIS = 500;

export class Inbox {
  #of;
  #acknowledger;
  #key;
  /** The position of the last message handed to the application, by this page or a former one. @type {Position | undefined} */
  #position;
  /** The epoch of the messages that arrive now: publications do not carry it. */
  #epoch = '';
  /** True after the handler failed. Nothing later is acknowledged then, because acknowledgements are cumulative. */
  #held = false;
  #closed = false;
  /** The last of the tasks, which run in order. Only the speed of the handler bounds how many wait. @type {Promise<void>} */
  #work = Promise.resolve();

  /**
   * @param {object} of
   * @param {string} of.channel
   * @param {string} of.session
   * @param {Pick<Storage, 'getItem' | 'setItem'>} of.storage
   * @param {any} of.centrifuge
   * @param {number} of.ackDelay
   * @param {(message: Message) => unknown} of.onMessage
   * @param {(type: any, event: any) => void} of.report
   */
  constructor(of) {
    this.#of = of;
    this.#acknowledger = new Acknowledger(of);
    this.#key = `cordon.position.${of.session}.${of.channel}`;
    this.#position = readPosition(of.storage.getItem(this.#key));
  }

  /** @param {any} context of the SDK's event */
  subscribed({ wasRecovering, recovered, hasRecoveredPublications, streamPosition }) {
    this.#epoch = streamPosition?.epoch ?? '';
    /** @type {Position} */
    const top = { epoch: this.#epoch, offset: streamPosition?.offset ?? 0 };
    this.#next(async () => {
      if (this.#misses(top, wasRecovering, recovered)) {
        await this.#bridge(top);
      } else if (recovered) {
        this.#of.report('recovered', { channel: this.#of.channel, replayed: hasRecoveredPublications });
      } else {
        this.#move(top);
      }
      this.#acknowledger.wake();
    });
  }

  /** @param {any} context of the SDK's event */
  received({ offset, data }) {
    const message = { channel: this.#of.channel, epoch: this.#epoch, offset, data };
    this.#next(() => this.#hand(message));
  }

  /** Resolves when all received messages are handled and acknowledged, or cannot be. */
  async close() {
    this.#closed = true;
    await this.#work;
    await this.#acknowledger.flush();
  }

  /** @param {() => Promise<void>} task */
  #next(task) {
    this.#work = this.#work.then(task).catch((error) => this.#of.report('error', { channel: this.#of.channel, error }));
  }

  /**
   * Returns true if messages may be missing. The server's answer alone does not decide: it may have forgotten a session whose
   * position this page still has.
   *
   * @param {Position} top
   * @param {boolean} wasRecovering
   * @param {boolean} recovered
   */
  #misses(top, wasRecovering, recovered) {
    const known = this.#position;
    return (known !== undefined && (known.epoch !== top.epoch || (!recovered && known.offset !== top.offset)))
      || (wasRecovering && !recovered && known === undefined);
  }

  /** Reports a gap, then hands over the missed messages that the history still has, before live ones. @param {Position} top */
  async #bridge(top) {
    const since = this.#position;
    const same = since?.epoch === top.epoch;
    // The channel's offsets went back, as after its database was restored: this page has had its messages.
    const back = same && since.offset > top.offset;
    const { publications, epoch } = back ? { publications: [], epoch: top.epoch } : await this.#history();
    // A history of another epoch belongs behind the next gap, which the server will report.
    const left = epoch === top.epoch ? publications.filter(({ offset }) => !same || offset > since.offset) : [];
    const first = left.length > 0 ? left[0].offset : top.offset + 1;
    this.#of.report('gap', {
      channel: this.#of.channel, since, missed: same && !back ? first - since.offset - 1 : undefined, left: left.length,
    });
    this.#position = { epoch: top.epoch, offset: first - 1 };
    for (const { offset, data } of left) {
      await this.#hand({ channel: this.#of.channel, epoch, offset, data });
    }
    if (left.length === 0) {
      this.#move(this.#position, back);
    }
  }

  /** @returns {Promise<{publications: any[], epoch: string}>} */
  async #history() {
    for (;;) {
      try {
        return await this.#of.centrifuge.history(this.#of.channel, { limit: -1 });
      } catch (error) {
        this.#of.report('error', { channel: this.#of.channel, error });
        if (this.#closed || !passes(error)) {
          return { publications: [], epoch: '' };
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      }
    }
  }

  /** @param {Message} message */
  async #hand(message) {
    const { epoch, offset } = message;
    if (this.#position?.epoch === epoch && offset <= this.#position.offset) {
      // This page has handled it; the server may not know.
      this.#settle({ epoch, offset });
      return;
    }
    this.#position = { epoch, offset };
    try {
      await this.#of.onMessage(message);
    } catch (error) {
      this.#held = true;
      this.#of.report('failed', { message, error });
    }
    if (!this.#held) {
      this.#keep();
      this.#settle(this.#position);
    }
  }

  /** @param {Position} position @param {boolean} [back] whether the channel's own offsets went back */
  #move(position, back = false) {
    this.#position = position;
    if (!this.#held) {
      this.#keep(back);
    }
  }

  /** @param {Position} position */
  #settle(position) {
    if (!this.#held) {
      this.#acknowledger.due(position);
    }
  }

  /** Stores the position. The tabs of a session share the entry, and a slower tab must not set it back. */
  #keep(back = false) {
    const mine = this.#position;
    const kept = readPosition(this.#of.storage.getItem(this.#key));
    const further = kept?.epoch === mine?.epoch ? (kept?.offset ?? 0) > (mine?.offset ?? 0) : kept?.epoch === this.#epoch;
    if (!kept || back || !further) {
      this.#of.storage.setItem(this.#key, JSON.stringify(mine));
    }
  }
}

/** @param {string | null} text @returns {Position | undefined} */
function readPosition(text) {
  try {
    const { epoch, offset } = JSON.parse(text ?? '{}');
    return typeof epoch === 'string' && Number.isSafeInteger(offset) ? { epoch, offset } : undefined;
  } catch {
    return undefined;
  }
}
