/**
 * The server is killed while back ends publish, and started again on the same database: every publish that was acknowledged, before or after,
 * reaches every client of its user once and in order. The tests are one story, told in order. F20.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connected, lasting, numbers } from './clients.js';
import { api, env, until } from './cordon.js';
import { History } from './history.js';
import { browser, openPage } from './pages.js';
import { port, SECRET, Server } from './server.js';

const KEY = 'the key of the tests own servers';
const PORT = port(1);
const SETTINGS = {
  CORDON_API_KEYS: KEY,
  CORDON_LOG: 'jdbc',
  CORDON_JDBC_URL: env('CORDON_DATABASE_URL'),
  CORDON_JDBC_USER: 'postgres',
  CORDON_JDBC_PASSWORD: 'postgres',
};
const USERS = numbers(1, 8).map(({ n }) => `user-${n}`);
const BACK_ENDS = 4;
/** The number of publishes in all, and of those before the server is killed. */
const MESSAGES = 600;
const BEFORE = 250;
const claims = { secret: SECRET };

const history = new History();
/** The storage of each browser, from which a reloaded page begins. */
const kept = new Map(USERS.map((user) => [user, browser()]));
const pages = new Map();
const sdks = new Map();
/** @type {Server} */
let server;
let unanswered = 0;
let load;

after(async () => {
  sdks.forEach(({ client }) => client.disconnect());
  [...pages.values()].forEach(({ client }) => client.centrifuge.disconnect());
  await server?.kill();
});

const base = () => server.base;

/** Opens a page of the user's browser; all its pages report to the history under the same name. */
async function open(user) {
  const page = await openPage(lasting, user, {
    base: base(),
    claims,
    storage: kept.get(user),
    onMessage: ({ channel, epoch, offset, data }) => history.received(`page of ${user}`, { channel, epoch, offset, id: data.id }),
  });
  page.client.on('gap', ({ channel }) => history.gap(`page of ${user}`, channel));
  pages.set(user, page);
}

/** The SDK alone: it resumes by its own position. */
async function openSdk(user) {
  const name = `sdk of ${user}`;
  let epoch = '';
  const listen = (client) => {
    client.on('subscribed', ({ channel, wasRecovering, recovered, streamPosition }) => {
      epoch = streamPosition.epoch;
      if (wasRecovering && !recovered) {
        history.gap(name, channel);
      }
    });
    client.on('publication', ({ channel, offset, data }) => history.received(name, { channel, epoch, offset, id: data.id }));
  };
  sdks.set(user, await connected(lasting, user, { base: base(), claims, session: 'sdk', maxReconnectDelay: 500, onClient: listen }));
}

/** One back end: one request after the other, each repeated with its key until it is answered for good. */
async function backEnd(name) {
  for (let n = 0; n < MESSAGES / BACK_ENDS; n++) {
    const id = `${name}-${n}`;
    const channel = `#${USERS[n % USERS.length]}`;
    history.intent(id, channel);
    while (!(await publish(id, channel))) {
      await pause(100);
    }
    // Bounded: about two hundred a second from each at most.
    await pause(5);
  }
}

async function publish(id, channel) {
  try {
    const { status, result } = await api('publish', { channel, data: { id }, idempotency_key: id }, { base: base(), key: KEY });
    if (status === 200) {
      history.ok(id, result);
      return true;
    }
    if (status < 500) {
      throw new Error(`${id} was rejected with ${status}`);
    }
  } catch (error) {
    if (/was rejected/.test(error.message)) {
      throw error;
    }
  }
  unanswered += 1;
  history.unknown(id);
  return false;
}

const idle = async (user) => (await api('ledger', { user }, { base: base(), key: KEY })).result.pending === 0;

test('clients subscribe and back ends publish', async () => {
  server = await Server.start(PORT, SETTINGS);
  for (const user of USERS) {
    history.client(`page of ${user}`, [`#${user}`]);
    history.client(`sdk of ${user}`, [`#${user}`]);
    await Promise.all([open(user), openSdk(user)]);
  }
  const reader = await openPage(lasting, 'reader', { base: base(), claims, session: 'kept' });
  for (const n of [1, 2, 3]) {
    await api('publish', { channel: '#reader', data: { n } }, { base: base(), key: KEY });
  }
  await until(() => idle('reader'), 'the reader has acknowledged');
  reader.vanish();
  for (const n of [4, 5]) {
    await api('publish', { channel: '#reader', data: { n } }, { base: base(), key: KEY });
  }

  load = Promise.all(numbers(1, BACK_ENDS).map(({ n }) => backEnd(`back-end-${n}`)));
  load.catch(() => {});
  await until(() => history.acknowledged >= BEFORE, `${BEFORE} are acknowledged`, 30_000);
});

test('F20 after SIGKILL and a start on the same database, all clients resume', async () => {
  const [reloaded, ...others] = USERS;
  await server.kill();
  pages.get(reloaded).vanish();
  const { acknowledged } = history;
  assert.ok(acknowledged < MESSAGES, 'it was killed in the middle');
  await until(() => unanswered > 0, 'back ends notice');

  server = await Server.start(PORT, SETTINGS);
  await open(reloaded);
  await load;

  assert.equal(history.acknowledged, MESSAGES);
  for (const user of others) {
    await until(() => pages.get(user).told.length > 0, `the page of ${user} is back`, 20_000);
  }
  assert.deepEqual(
    USERS.map((user) => pages.get(user).told.map(([type]) => type)),
    USERS.map(() => ['recovered']),
  );
});

test('F20 every acknowledged publish is received exactly once, by the clients of its user only', async (t) => {
  await until(() => history.check().every(({ kind }) => kind !== 'loss'), 'everything arrives', 20_000).catch(() => {});
  // By then a duplicate would have arrived.
  await Promise.all(USERS.map((user) => until(() => idle(user), `${user} has acknowledged`)));

  assert.deepEqual(history.check(), []);
  t.diagnostic(`${MESSAGES} publishes to ${USERS.length * 2} clients, ${unanswered} requests without an answer`);
});

test('F20 after the kill, unacknowledged messages are replayed and acknowledged ones are not', async () => {
  const reader = await openPage(lasting, 'reader', { base: base(), claims, session: 'kept' });
  await api('publish', { channel: '#reader', data: { n: 6 } }, { base: base(), key: KEY });
  await until(() => reader.handled.length >= 3, 'the reader has the rest');
  await reader.client.close();

  assert.deepEqual(reader.data(), numbers(4, 6));
});
