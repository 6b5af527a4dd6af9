/** A server with short timeouts: clients that answer its pings stay connected, clients that do not or do not read are closed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bare, becomes, connected, lasting, numbers, payloads, Publisher, receives } from './clients.js';
import { somebody, until } from './cordon.js';
import { port, SECRET, Server } from './server.js';

/** @type {Server} */
let server;
/** @type {Publisher} */
let publisher;
const claims = { secret: SECRET };

before(async () => {
  server = await Server.start(port(10), {
    CORDON_PING_INTERVAL: 'PT1S',
    CORDON_PONG_TIMEOUT: 'PT1S',
    CORDON_QUEUE_MAX_BYTES: '128 KiB',
    CORDON_HISTORY_MAX_BYTES: '16 MiB',
    CORDON_HISTORY_SIZE: '1000',
  });
  publisher = await Publisher.open(lasting, { base: server.base, claims: { ...claims, groups: ['publisher'] } });
});
after(async () => {
  publisher?.close();
  await server?.stop();
});

test('pings and pongs keep an idle connection open beyond the timeouts', async (t) => {
  let pings = 0;
  const onSocket = (socket) => socket.on('message', (data) => (pings += data.toString() === '{}' ? 1 : 0));
  const alice = await connected(t, somebody('alice'), { base: server.base, claims, onSocket });

  await until(() => pings >= 5, 'five pings');

  assert.deepEqual(alice.events.map(({ name }) => name), ['connecting', 'connected']);
});

test('the connect reply announces the ping interval, and the server sends pings', async (t) => {
  const alice = await Bare.connect(t, somebody('alice'), { base: server.base, claims });

  assert.deepEqual([alice.welcome.connect.ping, alice.welcome.connect.pong], [1, true]);
  await until(() => alice.lines.filter((line) => line === '{}').length >= 3, 'three pings', 6_000);
});

test('F39 a missed pong closes the connection with 3012 and frees its place', async (t) => {
  const user = somebody('alice');
  const silent = await Promise.all(numbers(1, 5).map(({ n }) =>
    Bare.connect(t, user, { base: server.base, claims, session: `device ${n}`, pong: false })));

  const ends = await Promise.all(silent.map((bare) => bare.end()));
  const fresh = await Bare.connect(t, user, { base: server.base, claims, session: 'device 6' });

  assert.deepEqual(ends, silent.map(() => ({ code: 3012, reason: 'no pong' })));
  assert.ok(fresh.welcome.connect);
});

test('F07 F08 any frame is a sign of life: a client that only sends is not closed', async (t) => {
  const alice = await Bare.connect(t, somebody('alice'), { base: server.base, claims, pong: false });

  while (alice.lines.filter((line) => line === '{}').length < 4) {
    await alice.command({ rpc: { method: 'echo', data: 1 } });
    await until(() => true, 'the next round');
  }

  assert.ok((await alice.command({ rpc: { method: 'echo', data: 2 } })).rpc);
});

test('F39 an SDK whose pongs are lost reconnects after 3012 and misses no message', async (t) => {
  let mute = true;
  const onSocket = (socket) => {
    const send = socket.send.bind(socket);
    socket.send = (data) => (mute && data === '{}' ? undefined : send(data));
  };
  const alice = await connected(t, somebody('alice'), { base: server.base, claims, onSocket });

  await until(() => alice.events.some(({ code }) => code === 3012), 'the server closes with 3012');
  mute = false;
  await publisher.publish(alice.user, 'meanwhile');
  await becomes(alice, 'connected');
  await receives(alice, 1);

  assert.deepEqual(payloads(alice), ['meanwhile']);
  assert.equal(alice.subscribed.at(-1).recovered, true);
});

test('F11 F15 a client that does not read is closed as slow, does not delay others, and catches up after its reconnect', async (t) => {
  const slow = await connected(t, somebody('slow'), { base: server.base, claims });
  const quick = await connected(t, somebody('quick'), { base: server.base, claims });
  const big = 'x'.repeat(60_000);
  slow.line.sockets[0].pause();

  // Once the buffers of the operating systems and the container are full, the queue of 128 KiB fills.
  for (const { n } of numbers(1, 200)) {
    await publisher.publish(slow.user, { n, big });
    await publisher.publish(quick.user, { n });
  }
  await receives(quick, 200);
  slow.line.sockets[0].resume();
  await until(() => slow.line.sockets.length === 2 && slow.client.state === 'connected', 'the slow client is back');
  await receives(slow, 200);

  assert.deepEqual(payloads(slow).map(({ n }) => n), numbers(1, 200).map(({ n }) => n));
  assert.equal(slow.subscribed.at(-1).recovered, true);
  assert.deepEqual(payloads(quick), numbers(1, 200));
  assert.equal(quick.line.sockets.length, 1);
});
