/** A server that stops and starts again, as its clients see it. The tests are one story and run in order. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Bare, connected, lasting, numbers, payloads, Publisher, receives } from './clients.js';
import { somebody, until } from './cordon.js';
import { openPage } from './pages.js';
import { port, PORTABLE, SECRET, Server } from './server.js';

const PORT = port(0);
const SETTINGS = { CORDON_DRAIN_PERIOD: 'PT2S' };
const DRAIN_MILLIS = 2_000;
const CLIENTS = 100;
const START_MILLIS = 120_000;
const claims = { secret: SECRET };

/** @type {Server} */
let server;
const alice = {};
/** A second client of alice, that of the web application. */
let page;
after(async () => {
  alice.client?.disconnect();
  page?.client.centrifuge.disconnect();
  await server?.kill();
});

test('a client connects to a server in production mode', async () => {
  server = await Server.start(PORT, SETTINGS);
  Object.assign(alice, await connected(lasting, somebody('alice'), { base: server.base, claims, maxReconnectDelay: 1_000 }));
  page = await openPage(lasting, alice.user, { base: server.base, claims });

  await publish('before');
  await receives(alice, 1);

  assert.match(server.output, /Cordon .*, mode production/);
  assert.equal(await server.status('dev/token?user=alice'), 404);
});

test('SIGTERM closes connections with 3001, spread over the drain period, and new ones are rejected meanwhile', async (t) => {
  const clients = await Promise.all(numbers(1, CLIENTS).map(() => Bare.connect(t, somebody('client'), { base: server.base, claims })));
  const closes = clients.map((bare) => bare.closed.then((end) => ({ ...end, at: performance.now() })));

  const stopped = server.stop();
  const first = (await Promise.race(closes)).at;
  const newcomer = new Bare(t, { base: server.base });
  const [turnedAway, ready] = await Promise.all([newcomer.opened.then(() => assert.fail('a newcomer is let in'), () => newcomer), server.status('health/ready')]);
  const ends = await Promise.all(closes);
  await stopped;

  // Without the package payara, a server that stops may not answer while it drains (docs/platform.md).
  if (!PORTABLE) {
    assert.equal(turnedAway.status, 503);
    assert.equal(turnedAway.headers['retry-after'], '1');
    assert.equal(ready, 503);
  }
  assert.deepEqual(ends.map(({ code, reason }) => [code, reason]), ends.map(() => [3001, 'shutdown']));
  const times = ends.map(({ at }) => at - first).sort((a, b) => a - b);
  assert.ok(times.filter((time) => time < 200).length < CLIENTS / 3, `closed within 200 ms: ${times.filter((time) => time < 200).length}`);
  assert.ok(times.at(-1) > DRAIN_MILLIS / 2, `the last was closed after ${times.at(-1)} ms`);
  assert.ok(times.at(-1) < DRAIN_MILLIS * 3, `the last was closed after ${times.at(-1)} ms`);
});

test('F20 the SDK reconnects to the restarted server and is told that its position is lost', async () => {
  assert.ok(alice.events.some(({ name, code }) => name === 'connecting' && code === 3001), 'alice saw 3001');

  await restarted();
  await publish('after the stop');
  await receives(alice, 2);
  // The log is in memory: a page that is not back before the next end of the server has nothing to get it from.
  await until(() => page.handled.length >= 2, 'the page has it too', 20_000);

  assert.deepEqual(payloads(alice), ['before', 'after the stop']);
});

test('F20 after SIGKILL, without a close frame, the SDK reconnects and is told that its position is lost', async () => {
  const before = alice.events.length;
  await server.kill();
  await until(() => alice.events.length > before, 'alice notices');
  assert.equal(alice.events[before].name, 'connecting');

  await restarted();
  await publish('after the kill');
  await receives(alice, 3);

  assert.deepEqual(payloads(alice), ['before', 'after the stop', 'after the kill']);
  assert.ok(alice.events.every(({ name }) => name !== 'disconnected'));
});

test('F20 a page is told of each gap and receives the messages after it', async () => {
  await until(() => page.handled.length >= 3, 'the page has the last message', 20_000);

  assert.deepEqual(page.data(), ['before', 'after the stop', 'after the kill']);
  assert.deepEqual(page.told.map(([type, { missed }]) => [type, missed]), [['gap', undefined], ['gap', undefined]]);
});

/** Starts the server anew and waits for alice to be back on her own, with the word that her messages may be incomplete. */
async function restarted() {
  const { epoch } = alice.subscribed.at(-1).streamPosition;
  const count = alice.subscribed.length;
  server = await Server.start(PORT, SETTINGS);
  await until(() => alice.client.state === 'connected' && alice.subscribed.length > count, 'alice is back', START_MILLIS);

  const { wasRecovering, recovered, streamPosition } = alice.subscribed.at(-1);
  assert.deepEqual([wasRecovering, recovered], [true, false]);
  assert.notEqual(streamPosition.epoch, epoch);
}

/** Over a connection that is closed again: it must not outlive the server. */
async function publish(data) {
  const publisher = await Publisher.open(lasting, { base: server.base, claims: { ...claims, groups: ['publisher'] } });
  await publisher.publish(alice.user, data);
  publisher.close();
}
