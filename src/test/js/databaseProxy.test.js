import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { DatabaseProxy, Messages } from './it/databaseProxy.js';

/** A message of PostgreSQL: type, length of the rest, and a body. */
function message(type, body) {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const ALL = [Buffer.from('N'), message('R', 'welcome'), message('A', 'news'), message('N', 'a notice'), message('Z', '')];

test('messages are found however the bytes are cut', () => {
  const stream = Buffer.concat(ALL);
  for (let size = 1; size <= stream.length; size++) {
    const messages = new Messages();
    const found = [];
    for (let at = 0; at < stream.length; at += size) {
      found.push(...messages.of(stream.subarray(at, at + size)));
    }
    assert.deepEqual(found, ALL, `in pieces of ${size}`);
  }
});

/** A database that sends the same to each client, and what a client of the proxy has received. */
async function pair(t, sends) {
  const database = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(sends)));
  database.listen(0, '127.0.0.1');
  await once(database, 'listening');
  const proxy = await DatabaseProxy.start(database.address().port);
  t.after(async () => {
    await proxy.close();
    database.close();
  });
  return proxy;
}

async function client(proxy) {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('hello');
  return socket;
}

const closed = (socket) => new Promise((resolve) => socket.once('close', resolve));

test('notifications get lost, and nothing else', async (t) => {
  const proxy = await pair(t, Buffer.concat(ALL));
  proxy.losesNotifications = true;
  const socket = await client(proxy);
  const expected = Buffer.concat(ALL.filter((_, i) => i !== 2));
  const received = [];
  while (Buffer.concat(received).length < expected.length) {
    received.push((await once(socket, 'data'))[0]);
  }

  assert.deepEqual(Buffer.concat(received), expected);
  assert.equal(proxy.lost, 1);
});

test('a silent line takes connections and says nothing until it is healed', async (t) => {
  const proxy = await pair(t, message('R', 'welcome'));
  proxy.silence();
  const socket = await client(proxy);
  const answer = once(socket, 'data').then(([bytes]) => bytes);
  assert.equal(await Promise.race([answer, new Promise((resolve) => setImmediate(resolve, 'nothing'))]), 'nothing');

  proxy.heal();

  assert.deepEqual(await answer, message('R', 'welcome'));
});

test('a cut line ends its connections and takes no new one until it is healed', async (t) => {
  const proxy = await pair(t, message('R', 'welcome'));
  const before = await client(proxy);
  await once(before, 'data');
  const ended = closed(before);
  proxy.cut();
  await ended;
  await closed(connect(proxy.port, '127.0.0.1').on('error', () => {}));

  proxy.heal();

  const after = await client(proxy);
  assert.deepEqual((await once(after, 'data'))[0], message('R', 'welcome'));
});
