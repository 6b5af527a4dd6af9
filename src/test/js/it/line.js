/** A line of TCP on loopback. It passes bytes on until it is told to cut or to fall silent. Without TLS. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Line {
  #pairs = new Set();
  #cut = false;
  #silentFor = (/** @type {number} */ _from) => false;

  /** @param {number} target port on loopback */
  constructor(target) {
    this.target = target;
    this.server = createServer({ noDelay: true, pauseOnConnect: true }, (caller) => this.#accept(caller));
  }

  /** @param {number} target port on loopback @param {number} [port] of the line; without it, a free one */
  static async start(target, port = 0) {
    const line = new this(target);
    line.server.listen(port, '127.0.0.1');
    await once(line.server, 'listening');
    line.server.unref();
    line.port = line.server.address().port;
    return line;
  }

  /** Ends all connections and takes no new one, as when the target's port is closed. */
  cut() {
    this.#cut = true;
    for (const { caller, called } of this.#pairs) {
      caller.destroy();
      called?.destroy();
    }
  }

  /**
   * Passes nothing on any more and says nothing, as when the network drops all packets.
   *
   * @param {(from: number) => boolean} [whose] for which callers, by the port that they call from
   */
  silence(whose = () => true) {
    this.#silentFor = whose;
    for (const { caller, called, from } of this.#pairs) {
      if (whose(from)) {
        caller.pause();
        called?.pause();
      }
    }
  }

  /** Works again. What was held back goes on its way, as packets that are sent again. */
  heal() {
    this.#cut = false;
    this.#silentFor = () => false;
    for (const pair of this.#pairs) {
      this.#open(pair);
    }
  }

  /** What a new connection does with the bytes that come for its caller. @param {import('node:net').Socket} caller */
  answers(caller) {
    return (/** @type {Buffer} */ bytes) => void caller.write(bytes);
  }

  #accept(caller) {
    caller.on('error', () => {});
    if (this.#cut) {
      caller.destroy();
      return;
    }
    const pair = { caller, called: undefined, from: caller.remotePort };
    this.#pairs.add(pair);
    caller.once('close', () => {
      this.#pairs.delete(pair);
      pair.called?.destroy();
    });
    if (!this.#silentFor(pair.from)) {
      this.#open(pair);
    }
  }

  #open(pair) {
    if (!pair.called) {
      const { caller } = pair;
      const called = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
      pair.called = called;
      called.on('error', () => {});
      called.once('close', () => caller.destroy());
      caller.on('data', (bytes) => called.write(bytes));
      called.on('data', this.answers(caller));
    }
    pair.caller.resume();
    pair.called.resume();
  }

  async close() {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }
}
