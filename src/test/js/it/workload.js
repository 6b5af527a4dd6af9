/**
 * Users' clients, which are the published SDK, and back ends that publish to them until they are stopped. Everything is reported to a history.
 * Each tenth publish is repeated on another node once it is acknowledged: the answer must be the same.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { connected, lasting, numbers } from './clients.js';
import { api, until } from './cordon.js';
import { History } from './history.js';

const BACK_ENDS = 4;
/** Pause of a back end between two publishes, in ms: two hundred a second from all at most. */
const PACE = 16;
/** Longer than a node waits for its database, so that its answer comes first. */
const PATIENCE = 4_000;

export class Workload {
  history = new History();
  /** Answers that do not say that a message is stored: 503, and none at all. */
  rejected = 0;
  unanswered = 0;
  /** Milliseconds from the last attempt of a publish to its receipt, one for each receipt. */
  delays = [];
  /** @type {{name: string, of: object, outages: {from: number, to?: number}[], first?: number}[]} */
  clients = [];
  #gaps = [];
  #sent = new Map();
  #published = 0;
  #running = false;
  #abandoned = false;
  #since = Infinity;
  #done = Promise.resolve();

  /**
   * @param {string} name unique, because it begins the ids of its messages
   * @param {{base: string, target: () => string, key: string, secret: string, users: number, clients: number}} options where clients connect and
   *     where the next publish goes; users, and clients of each
   */
  constructor(name, options) {
    this.name = name;
    this.options = options;
    this.users = numbers(1, options.users).map(({ n }) => `user-${n}`);
  }

  /** Opens the clients. */
  async open() {
    for (const user of this.users) {
      await Promise.all(numbers(1, this.options.clients).map(({ n }) => this.#client(`${user} at ${n}`, user)));
    }
  }

  async #client(name, user) {
    this.history.client(name, [`#${user}`]);
    const client = { name, outages: [], of: undefined };
    let epoch = '';
    const listen = (sdk) => {
      sdk.on('connecting', () => client.of && client.outages.push({ from: performance.now() }));
      sdk.on('subscribed', ({ channel, wasRecovering, recovered, streamPosition }) => {
        epoch = streamPosition.epoch;
        const outage = client.outages.at(-1);
        if (outage && outage.to === undefined) {
          outage.to = performance.now();
        }
        if (wasRecovering && !recovered) {
          this.history.gap(name, channel);
          this.#gaps.push({ kind: 'gap', client: name, detail: `${channel} was not recovered` });
        }
      });
      sdk.on('publication', ({ channel, offset, data: { id } }) => {
        const now = performance.now();
        this.history.received(name, { channel, epoch, offset, id });
        if (this.#sent.has(id)) {
          this.delays.push(now - this.#sent.get(id));
        }
        if (now >= this.#since) {
          client.first ??= now;
        }
      });
    };
    const { base, secret } = this.options;
    client.of = await connected(lasting, user, { base, claims: { secret }, session: name, maxReconnectDelay: 500, onClient: listen });
    this.clients.push(client);
  }

  /** From now on the first receipt of each client is noted, as `first`. */
  noteFirst() {
    this.clients.forEach((client) => delete client.first);
    this.#since = performance.now();
  }

  /** Begins to publish. */
  start() {
    this.#running = true;
    this.#done = Promise.all(numbers(1, BACK_ENDS).map(({ n }) => this.#backEnd(`${this.name}.${n}`)));
    this.#done.catch(() => {});
  }

  /** Ends publishing. Returns when every publish that was begun is acknowledged. */
  async stop() {
    this.#running = false;
    await this.#done;
  }

  /** Waits until so many more publishes are acknowledged. */
  async proceeds(count) {
    const goal = this.history.acknowledged + count;
    await until(() => this.history.acknowledged >= goal, `${count} more publishes are acknowledged`, 30_000);
  }

  async #backEnd(name) {
    while (this.#running) {
      const n = ++this.#published;
      const id = `${name}-${n}`;
      const channel = `#${this.users[n % this.users.length]}`;
      this.history.intent(id, channel);
      while (!this.#abandoned && !(await this.#publish(id, channel))) {
        await pause(100);
      }
      if (n % 10 === 0) {
        await this.#publish(id, channel);
      }
      await pause(PACE);
    }
  }

  async #publish(id, channel) {
    const { target, key } = this.options;
    this.#sent.set(id, performance.now());
    let answer;
    try {
      answer = await api('publish', { channel, data: { id }, idempotency_key: id }, { base: target(), key, timeout: PATIENCE });
    } catch {
      this.unanswered += 1;
      this.history.unknown(id);
      return false;
    }
    if (answer.status === 200) {
      this.history.ok(id, answer.result);
      return true;
    }
    assert.ok(answer.status >= 500, `${id} was rejected with ${answer.status}`);
    this.rejected += 1;
    this.history.unknown(id);
    return false;
  }

  /** Waits until all clients are connected and nothing is missing, or so long. @returns the faults, none if all is well */
  async verdict(millis) {
    const deadline = performance.now() + millis;
    const settled = () => this.clients.every(({ of }) => of.client.state === 'connected') && this.history.check().every(({ kind }) => kind !== 'loss');
    while (!settled() && performance.now() < deadline) {
      await pause(200);
    }
    const lost = this.clients.filter(({ of }) => of.client.state !== 'connected');
    return [...this.history.check(), ...this.#gaps, ...lost.map(({ name }) => ({ kind: 'away', client: name, detail: 'does not come back' }))];
  }

  /** Ends all, whatever is still to be acknowledged. */
  async close() {
    this.#running = false;
    this.#abandoned = true;
    await this.#done.catch(() => {});
    this.clients.forEach(({ of }) => of.client.disconnect());
  }
}
