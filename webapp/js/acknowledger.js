// @ts-check
/**
 * Tells the server up to where a channel is handled: cumulative, so that one word serves many messages, and the last one counts.
 *
 * @typedef {import('./cordon.js').Position} Position
 */

const RETRY_MILLIS = 1000;

export class Acknowledger {
  #of;
  /** @type {Position | undefined} */
  #due;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | undefined} */
  #flight;

  /**
   * @param {object} of
   * @param {string} of.channel
   * @param {any} of.centrifuge
   * @param {number} of.ackDelay
   * @param {(type: any, event: any) => void} of.report
   */
  constructor(of) {
    this.#of = of;
  }

  /** @param {Position} position */
  due(position) {
    this.#due = position;
    this.wake();
  }

  /** After a time without a connection, too: what could not be said is due still. */
  wake(millis = this.#of.ackDelay) {
    if (this.#due && !this.#timer && !this.#flight) {
      this.#timer = setTimeout(() => this.flush(), millis);
    }
  }

  /** Returns once all that is due is said, or could not be. */
  async flush() {
    await this.#flight;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#due || this.#of.centrifuge.state !== 'connected') {
      return;
    }
    this.#flight = this.#say(this.#due);
    await this.#flight;
  }

  /** @param {Position} position */
  async #say(position) {
    let said = true;
    try {
      const { channel } = this.#of;
      await this.#of.centrifuge.rpc('ack', { channel, upto: position.offset, epoch: position.epoch });
    } catch (error) {
      // One that is refused would be refused again.
      said = !passes(error);
      this.#of.report('error', { channel: this.#of.channel, error });
    }
    this.#flight = undefined;
    if (said && this.#due === position) {
      this.#due = undefined;
    }
    this.wake(said ? this.#of.ackDelay : RETRY_MILLIS);
  }
}

/** Whether it is worth to ask again: what the SDK itself says (below 100) is of the connection. @param {any} error */
export function passes(error) {
  return error?.temporary === true || error?.code < 100;
}
