// @ts-check
/**
 * A simulated network line that the reader can drop. While it is down, the client's socket is lost and new sockets do not open.
 * It uses only public options of the SDK (`websocket`, `networkEventTarget`), so the resume shown is the SDK's own.
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
    // An attempt that began while the line was down ends now, not at the SDK's timeout.
    for (const socket of this.#dead) {
      socket.onclose?.({ code: 1006, reason: '' });
    }
    this.#dead.clear();
  }

  /**
   * Passes on the browser's own network events.
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

/** A socket that never opens and never answers, like one without a network. */
class DeadSocket {
  /** @type {((event: {code: number, reason: string}) => void) | undefined} */
  onclose;

  close() {}

  send() {}
}
