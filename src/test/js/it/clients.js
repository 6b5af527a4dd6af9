/** Clients of a Cordon server: the published SDK, and a bare WebSocket that shows each byte. */
import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';
import { endpointOf, env, somebody, token, until, within } from './cordon.js';

/**
 * The SDK with what it told: `received` publications, `events` in order, and `line`, the socket under it.
 *
 * @param {import('node:test').TestContext} t ends it
 * @param {string} user
 * @param {object} [options] of the SDK, and `base`, `session`, `claims` (for {@link token}), `onClient` (before it connects)
 */
export function sdk(t, user, { base = env('CORDON_URL'), session, claims = {}, onSocket, onClient, ...options } = {}) {
  const line = new Line(onSocket);
  const client = new Centrifuge(endpointOf(base), {
    token: options.getToken ? '' : token(user, claims),
    data: session === undefined ? undefined : { session },
    websocket: line.Socket,
    minReconnectDelay: 20,
    maxReconnectDelay: 200,
    ...options,
  });
  const of = { user, client, line, received: [], events: [], subscribed: [], errors: [] };
  client.on('publication', (context) => of.received.push(context));
  client.on('subscribed', (context) => of.subscribed.push(context));
  client.on('error', (context) => of.errors.push(context));
  for (const name of ['connecting', 'connected', 'disconnected']) {
    client.on(name, (context) => of.events.push({ name, ...context }));
  }
  onClient?.(client);
  t.after(() => client.disconnect());
  return of;
}

/** An SDK client that is connected. */
export async function connected(t, user, options) {
  const of = sdk(t, user, options);
  of.client.connect();
  await of.client.ready(10_000);
  return of;
}

/** A test context for a whole file: clients opened with it live until the file's own `after` closes them. */
export const lasting = { after() {} };

/** Data of what was received, in order. */
export function payloads(of) {
  return of.received.map(({ data }) => data);
}

/** Waits until so many publications came in all. */
export function receives(of, count) {
  return until(() => of.received.length >= count, `${of.user} receives ${count} messages`, 20_000);
}

/** Waits for the latest event to be of that name; gives it. */
export function becomes(of, name, millis) {
  return until(() => of.events.at(-1)?.name === name && of.events.at(-1), `${of.user} is ${name}`, millis);
}

/** What a client has in place of the network: cut at will. */
export class Line {
  sockets = [];
  #down = false;

  constructor(onSocket) {
    const line = this;
    this.Socket = class extends WebSocket {
      constructor(url, protocols) {
        super(line.#down ? 'ws://127.0.0.1:1/' : url, protocols);
        line.sockets.push(this);
        onSocket?.(this);
      }
    };
  }

  /** As when the cable is pulled: no close frame in either direction, and no way back until {@link #up}. */
  down() {
    this.#down = true;
    this.sockets.at(-1).terminate();
  }

  up() {
    this.#down = false;
  }
}

/** A connection that may publish, over the socket. */
export class Publisher {
  static async open(t, options) {
    return new Publisher(await connected(t, somebody('publisher'), { claims: { groups: ['publisher'] }, ...options }));
  }

  constructor({ client }) {
    this.client = client;
  }

  /** Resolves once the message is in the user's log. */
  async publish(user, data) {
    await this.client.publish(`#${user}`, data);
  }

  close() {
    this.client.disconnect();
  }

  /** Several in one frame: at most 512. */
  async publishAll(user, all, channel = `#${user}`) {
    this.client.startBatching();
    const accepted = all.map((data) => this.client.publish(channel, data));
    this.client.stopBatching();
    await Promise.all(accepted);
  }
}

/** Messages numbered from..to. */
export function numbers(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => ({ n: from + i }));
}

/** A WebSocket without a library: frames as they come, commands as they are written. */
export class Bare {
  frames = [];
  #id = 0;

  /** @param {import('node:test').TestContext} t ends it */
  constructor(t, { base = env('CORDON_URL'), path, protocols = [], pong = true, ...options } = {}) {
    this.socket = new WebSocket(endpointOf(base, path), protocols, options);
    this.socket.on('message', (data) => {
      const frame = data.toString('utf8');
      this.frames.push(frame);
      if (pong && frame.split('\n').includes('{}')) {
        this.send('{}');
      }
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', () => resolve(this));
      this.socket.once('error', reject);
      this.socket.once('unexpected-response', (request, response) => {
        this.status = response.statusCode;
        this.headers = response.headers;
        reject(new Error(`the handshake was answered with ${response.statusCode}`));
        request.destroy();
      });
    });
    this.opened.catch(() => {});
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    t.after(() => this.socket.terminate());
  }

  /** One that has given its token, with the connect reply. */
  static async connect(t, user, { claims, session, subs, ...options } = {}) {
    const bare = await new Bare(t, options).opened;
    bare.welcome = await bare.command({
      connect: { token: token(user, claims), data: session === undefined ? {} : { session }, subs },
    });
    return bare;
  }

  /** @param {string} text goes out as one frame */
  send(text) {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(text);
    }
  }

  /** Sends a command under the next id; gives the reply. */
  async command(command) {
    const id = ++this.#id;
    this.send(JSON.stringify({ id, ...command }));
    return this.reply(id);
  }

  /** The reply to an id; fails at once when the socket closes instead. */
  reply(id) {
    const ended = this.closed.then(({ code, reason }) => {
      throw Object.assign(new Error(`closed with ${code} ${reason} instead of a reply`), { code, reason });
    });
    ended.catch(() => {});
    const found = until(() => this.messages.find((message) => message.id === id), `a reply to ${id}`);
    return Promise.race([found, ended]);
  }

  get lines() {
    return this.frames.flatMap((frame) => frame.split('\n'));
  }

  get messages() {
    return this.lines.map((line) => JSON.parse(line));
  }

  get pushes() {
    return this.messages.flatMap(({ push }) => (push?.pub ? [push] : []));
  }

  /** How it was closed by the server. */
  end(millis) {
    return within(this.closed, 'the server closes the connection', millis);
  }
}
