// @ts-check
/**
 * A network cable that the reader can pull: while it is down, the client's socket is gone and new ones lead nowhere. Uses only
 * public options of the SDK (`websocket`, `networkEventTarget`), so what is shown is the SDK's own resume.
 */
export class Line {
  #down = false;
  /** @type {Set<DeadSocket>} */
  #dead = new Set();

  /** @param {new (url: string) => any} Socket the real one */
  constructor(Socket) {
    const line = this;
    /** For the SDK's `networkEventTarget`. */
    this.events = new EventTarget();
    /** For the SDK's `websocket`. */
    this.Socket = class {
      /** @param {string} url */
      constructor(url) {
        return line.#down ? line.#deadSocket() : new Socket(url);
      }
    };
  }

  get down() {
    return this.#down;
  }

  drop() {
    this.#down = true;
    this.events.dispatchEvent(new Event('offline'));
  }

  restore() {
    this.#down = false;
    this.events.dispatchEvent(new Event('online'));
    // An attempt that began while the line was down is given up now, not at the SDK's timeout.
    for (const socket of this.#dead) {
      socket.onclose?.({ code: 1006, reason: '' });
    }
    this.#dead.clear();
  }

  /**
   * Passes on what the browser itself notices about the network.
   *
   * @param {EventTarget} source the window
   */
  follow(source) {
    for (const type of ['offline', 'online']) {
      source.addEventListener(type, () => !this.#down && this.events.dispatchEvent(new Event(type)));
    }
  }

  #deadSocket() {
    const socket = new DeadSocket();
    this.#dead.add(socket);
    return socket;
  }
}

/** Never opens and never answers: what a socket without a network is like. */
class DeadSocket {
  /** @type {((event: {code: number, reason: string}) => void) | undefined} */
  onclose;

  close() {}

  send() {}
}
