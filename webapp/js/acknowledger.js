// @ts-check
/**
 * The sender of one channel's acknowledgements. An acknowledgement covers all messages up to its offset, so only the latest is sent.
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

  /** Schedules the due acknowledgement, if there is one. Also called after a reconnect: an unsent one is still due. */
  wake(millis = this.#of.ackDelay) {
    if (this.#due && !this.#timer && !this.#flight) {
      this.#timer = setTimeout(() => this.flush(), millis);
    }
  }

  /** Sends the due acknowledgement now. Resolves when it is answered or has failed. */
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
      // After a permanent error, a retry would fail again.
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

/** Returns true if a retry can succeed. The SDK's own errors (codes below 100) concern the connection. @param {any} error */
export function passes(error) {
  return error?.temporary === true || error?.code < 100;
}
