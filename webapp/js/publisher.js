// @ts-check
/** A publisher with its own connection, which opens with the first message and closes when idle. */

const IDLE_MILLIS = 30_000;
const CONNECT_MILLIS = 8_000;

export class PagePublisher {
  /** @type {any} */
  #centrifuge = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idle;

  /** @param {() => any} open makes a client of the SDK, with a token that may publish */
  constructor(open) {
    this.open = open;
  }

  /**
   * @param {string} channel
   * @param {unknown} data
   * @returns {Promise<void>} resolves once the message is in the user's log
   * @throws {{code: number, message: string}} an error of the server or of the SDK
   */
  async publish(channel, data) {
    clearTimeout(this.#idle);
    this.#centrifuge ??= this.open();
    /** @type {{code: number, message: string} | undefined} */
    let closed;
    this.#centrifuge.once('disconnected', (/** @type {any} */ { code, reason }) => (closed = { code, message: reason }));
    try {
      this.#centrifuge.connect();
      await this.#centrifuge.ready(CONNECT_MILLIS);
      await this.#centrifuge.publish(channel, data);
      this.#idle = setTimeout(() => this.close(), IDLE_MILLIS);
    } catch (error) {
      // The close reason says more than the SDK's "disconnected".
      const cause = closed ?? error;
      this.close();
      throw cause;
    }
  }

  /** Closes the connection. The next message opens another one, with a fresh token. */
  close() {
    clearTimeout(this.#idle);
    this.#centrifuge?.disconnect();
    this.#centrifuge = null;
  }
}
