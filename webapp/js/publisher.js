// @ts-check
/** A publisher with its own connection, which opens with the first message and closes when idle. */

const IDLE_MILLIS = 30_000;
const CONNECT_MILLIS = 8_000;

export class PagePublisher {
  /** @type {any} */
  #centrifuge = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idle;
  /** Why a connection has ended. @type {WeakMap<object, {code: number, message: string}>} */
  #closed = new WeakMap();

  /** @param {() => any} open makes a client of the SDK, with a token that may publish */
  constructor(open) {
    this.open = open;
  }

  /**
   * Messages may be published while others are under way; they keep their order.
   *
   * @param {string} channel
   * @param {unknown} data
   * @returns {Promise<void>} resolves once the message is in the user's log
   * @throws {{code: number, message: string}} an error of the server or of the SDK
   */
  async publish(channel, data) {
    clearTimeout(this.#idle);
    this.#centrifuge ??= this.#opened();
    const centrifuge = this.#centrifuge;
    try {
      centrifuge.connect();
      await centrifuge.ready(CONNECT_MILLIS);
      await centrifuge.publish(channel, data);
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.close(), IDLE_MILLIS);
    } catch (error) {
      // The close reason says more than the SDK's "disconnected".
      const cause = this.#closed.get(centrifuge) ?? error;
      if (centrifuge === this.#centrifuge) {
        this.close();
      }
      throw cause;
    }
  }

  #opened() {
    const opened = this.open();
    opened.once('disconnected', (/** @type {any} */ { code, reason }) => this.#closed.set(opened, { code, message: reason }));
    return opened;
  }

  /** Closes the connection. The next message opens another one, with a fresh token. */
  close() {
    clearTimeout(this.#idle);
    this.#centrifuge?.disconnect();
    this.#centrifuge = null;
  }
}
