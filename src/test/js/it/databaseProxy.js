/** The line between one node and PostgreSQL. It can lose notifications. */
import { Line } from './line.js';

const NOTIFICATION = 'A'.charCodeAt(0);
/** PostgreSQL's answer of one byte to a client that asks for encryption. */
const NO = 'N'.charCodeAt(0);
/** A message's type and length. */
const HEAD = 5;

export class DatabaseProxy extends Line {
  /** Whether notifications on their way to the node get lost. */
  losesNotifications = false;
  /** The number of notifications that got lost. */
  lost = 0;

  answers(node) {
    const messages = new Messages();
    return (bytes) => messages.of(bytes).forEach((message) => this.#pass(message, node));
  }

  #pass(message, node) {
    if (this.losesNotifications && message[0] === NOTIFICATION) {
      this.lost += 1;
    } else {
      node.write(message);
    }
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
