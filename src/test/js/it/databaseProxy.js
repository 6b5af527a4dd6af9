/**
 * The line between one node and PostgreSQL. It passes bytes on until it is told to cut, to fall silent, or to lose notifications. Without TLS.
 */
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

const NOTIFICATION = 'A'.charCodeAt(0);
/** PostgreSQL's answer of one byte to a client that asks for encryption. */
const NO = 'N'.charCodeAt(0);
/** A message's type and length. */
const HEAD = 5;

export class DatabaseProxy {
  #pairs = new Set();
  #state = 'open';
  /** Whether notifications on their way to the node get lost. */
  losesNotifications = false;
  /** The number of notifications that got lost. */
  lost = 0;

  constructor(target) {
    this.target = target;
    this.server = createServer({ noDelay: true, pauseOnConnect: true }, (node) => this.#accept(node));
  }

  /** @param {number} target port of PostgreSQL on loopback */
  static async start(target) {
    const proxy = new DatabaseProxy(target);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.server.unref();
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  /** Ends all connections and takes no new one, as when the database's port is closed. */
  cut() {
    this.#state = 'cut';
    for (const { node, database } of this.#pairs) {
      node.destroy();
      database?.destroy();
    }
  }

  /** Passes nothing on any more and says nothing, as when the network drops all packets. */
  silence() {
    this.#state = 'silent';
    for (const { node, database } of this.#pairs) {
      node.pause();
      database?.pause();
    }
  }

  /** Works again. What was held back goes on its way, as packets that are sent again. */
  heal() {
    this.#state = 'open';
    for (const pair of this.#pairs) {
      this.#open(pair);
    }
  }

  #accept(node) {
    node.on('error', () => {});
    if (this.#state === 'cut') {
      node.destroy();
      return;
    }
    const pair = { node, database: undefined };
    this.#pairs.add(pair);
    node.once('close', () => {
      this.#pairs.delete(pair);
      pair.database?.destroy();
    });
    if (this.#state === 'open') {
      this.#open(pair);
    }
  }

  #open(pair) {
    if (!pair.database) {
      const { node } = pair;
      const messages = new Messages();
      const database = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
      pair.database = database;
      database.on('error', () => {});
      database.once('close', () => node.destroy());
      node.on('data', (bytes) => database.write(bytes));
      database.on('data', (bytes) => messages.of(bytes).forEach((message) => this.#pass(message, node)));
    }
    pair.node.resume();
    pair.database.resume();
  }

  #pass(message, node) {
    if (this.losesNotifications && message[0] === NOTIFICATION) {
      this.lost += 1;
    } else {
      node.write(message);
    }
  }

  async close() {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Finds the messages in what PostgreSQL sends. */
export class Messages {
  #rest = Buffer.alloc(0);
  #begun = false;

  /** @param {Buffer} bytes as they come @returns {Buffer[]} the messages that are complete */
  of(bytes) {
    const all = Buffer.concat([this.#rest, bytes]);
    const found = [];
    let at = 0;
    while (at < all.length) {
      const end = at + this.#length(all, at);
      if (end > all.length) {
        break;
      }
      found.push(all.subarray(at, end));
      at = end;
    }
    this.#rest = all.subarray(at);
    return found;
  }

  #length(all, at) {
    if (!this.#begun && all[at] === NO) {
      return 1;
    }
    this.#begun = true;
    return all.length - at < HEAD ? Infinity : 1 + all.readUInt32BE(at + 1);
  }
}
