/** What an application does with the SDK, one command after another. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Centrifuge as ProtobufCentrifuge } from 'centrifuge/build/protobuf';
import WebSocket from 'ws';
import { Bare, becomes, connected, lasting, numbers, payloads, Publisher, receives, sdk } from './clients.js';
import { api, endpointOf, env, somebody, token, until } from './cordon.js';

/** @type {Publisher} */
let publisher;
before(async () => {
  publisher = await Publisher.open(lasting);
});
after(() => publisher.close());

test('a client connects and is subscribed to its personal channel', async (t) => {
  const alice = await connected(t, somebody('alice'));

  assert.equal(alice.events.at(-1).transport, 'websocket');
  assert.match(alice.events.at(-1).client, /^\S{16,}$/);
  assert.equal(alice.subscribed.length, 1);
  assert.equal(alice.subscribed[0].channel, `#${alice.user}`);
  assert.equal(alice.subscribed[0].recoverable, true);
  assert.equal(alice.subscribed[0].positioned, true);
});

test('messages arrive in order, each once, with offsets that rise by one', async (t) => {
  const alice = await connected(t, somebody('alice'));

  for (let from = 1; from <= 500; from += 50) {
    await publisher.publishAll(alice.user, numbers(from, from + 49));
  }
  await receives(alice, 500);

  assert.deepEqual(payloads(alice), numbers(1, 500));
  const offsets = alice.received.map(({ offset }) => offset);
  assert.deepEqual(offsets, offsets.map((_, i) => offsets[0] + i));
});

test('a message is in the log when its publisher is told that it is accepted', async (t) => {
  const user = somebody('away');

  await publisher.publish(user, { kept: true });
  const late = await connected(t, user);

  const { publications } = await late.client.history(`#${user}`, { limit: -1 });
  assert.deepEqual(publications.map(({ data }) => data), [{ kept: true }]);
});

test('publishing without the publisher group is rejected with 103, for all channels', async (t) => {
  const bob = await connected(t, somebody('bob'));
  const mallory = await connected(t, somebody('mallory'), { claims: { groups: ['operator', 'Publisher', 'publishers'] } });

  for (const channel of [`#${bob.user}`, `#${mallory.user}`, '#nobody', 'no channel']) {
    await assert.rejects(mallory.client.publish(channel, { forged: true }), { code: 103 });
  }

  await publisher.publish(bob.user, 'genuine');
  await receives(bob, 1);
  assert.deepEqual(payloads(bob), ['genuine']);
  assert.equal(mallory.client.state, 'connected');
});

test('the HTTP API publishes to a connected user and says where the message is', async (t) => {
  const alice = await connected(t, somebody('alice'));

  const { status, result } = await api('publish', { channel: `#${alice.user}`, data: { by: 'http' } });
  await receives(alice, 1);

  assert.equal(status, 200);
  assert.equal(result.epoch, alice.subscribed[0].streamPosition.epoch);
  assert.deepEqual(alice.received.map(({ data, offset }) => [data, offset]), [[{ by: 'http' }, result.offset]]);
});

test('a connection outlives its token when the client refreshes it', async (t) => {
  const user = somebody('alice');
  let tokens = 0;
  const alice = await connected(t, user, { getToken: async () => token(user, { ttl: 2, claims: { jti: `${++tokens}` } }) });
  const started = performance.now();

  // The server tolerates an expired token for 4 s: beyond that, only the refreshes can have kept the connection.
  await until(() => performance.now() - started > 7_500, 'the first token is long over', 9_000);
  await publisher.publish(user, 'still here');
  await receives(alice, 1);

  assert.ok(tokens >= 3, `${tokens} tokens`);
  assert.deepEqual(alice.events.map(({ name }) => name), ['connecting', 'connected']);
});

test('a connection is closed with 3005 when its token expires', async (t) => {
  const bare = await Bare.connect(t, somebody('alice'), { claims: { ttl: 1 } });

  assert.equal(bare.welcome.connect.ttl, 1);
  assert.deepEqual(await bare.end(), { code: 3005, reason: 'connection expired' });
});

test("F33 a refresh with another user's token is rejected, and the connection keeps its user", async (t) => {
  const bob = await connected(t, somebody('bob'));
  const alice = await Bare.connect(t, somebody('alice'));

  const { error } = await alice.command({ refresh: { token: token(bob.user, { groups: ['publisher'] }) } });

  assert.equal(error.code, 103);
  assert.equal((await alice.command({ publish: { channel: `#${bob.user}`, data: {} } })).error.code, 103);
  await publisher.publish(bob.user, 'for bob');
  await publisher.publish(alice.welcome.connect.subs ? Object.keys(alice.welcome.connect.subs)[0].slice(1) : '', 'for alice');
  await receives(bob, 1);
  await until(() => alice.pushes.length > 0, 'alice receives her own message');
  assert.deepEqual(alice.pushes.map(({ pub }) => pub.data), ['for alice']);
});

test("the SDK stops when it is given another user's token to refresh with", async (t) => {
  const user = somebody('alice');
  const alice = await connected(t, user, { token: token(user, { ttl: 1 }), getToken: async () => token(somebody('bob')) });

  assert.equal((await becomes(alice, 'disconnected')).code, 103);
  assert.equal(alice.line.sockets.length, 1);
});

test('an expired token at connect makes the SDK ask for another', async (t) => {
  const user = somebody('alice');
  let asked = 0;
  const getToken = async () => {
    asked += 1;
    return token(user);
  };

  const alice = await connected(t, user, { token: token(user, { ttl: -120 }), getToken });

  assert.equal(asked, 1);
  assert.equal(alice.errors[0].error.code, 109);
});

test('C1: an expired token at a refresh makes the SDK ask for another and reconnect', async (t) => {
  const user = somebody('alice');
  let asked = 0;
  const getToken = async () => {
    asked += 1;
    return token(user, { ttl: asked === 1 ? -120 : 3_600 });
  };

  const alice = await connected(t, user, { token: token(user, { ttl: 1 }), getToken });
  await until(() => alice.events.filter(({ name }) => name === 'connected').length === 2, 'the SDK comes back', 20_000);
  await publisher.publish(user, 'still here');
  await receives(alice, 1);

  assert.equal(asked, 2);
  assert.ok(!alice.events.some(({ name }) => name === 'disconnected'));
  assert.ok(alice.events.some(({ name, code }) => name === 'connecting' && code === 3005));
});

test('an invalid token is rejected with 3500, and the SDK makes no further attempt', async (t) => {
  const user = somebody('alice');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token(user).split('.')[1]}.`;

  for (const [bad, why] of [
    [token(user, { secret: 'some other secret of 32 bytes or more' }), 'no configured key has signed this token'],
    [unsigned, 'the token has no signature'],
    ['no token', 'the token is not a JWT: header.payload.signature in base64url'],
    [token(''), 'sub names no user: user is empty'],
  ]) {
    const alice = sdk(t, user, { token: bad });
    alice.client.connect();

    const { code, reason } = await becomes(alice, 'disconnected');
    assert.deepEqual([code, reason], [3500, `invalid token: ${why}`]);
    assert.equal(alice.line.sockets.length, 1);
  }
});

test('F33 a connect without a token is rejected with 3500: there is no anonymous user', async (t) => {
  for (const claims of [undefined, '']) {
    const bare = await new Bare(t).opened;
    bare.send(JSON.stringify({ id: 1, connect: { token: claims, data: { user: 'alice' } } }));

    assert.equal((await bare.end()).code, 3500);
  }
});

test('a user that the API disconnects does not reconnect: 3503 is final', async (t) => {
  const alice = await connected(t, somebody('alice'));

  const { status } = await api('disconnect', { user: alice.user });

  assert.equal(status, 200);
  assert.equal((await becomes(alice, 'disconnected')).code, 3503);
  assert.equal(alice.line.sockets.length, 1);
});

for (const code of [3001, 3008, 3011, 3012]) {
  test(`after a close with ${code} the client reconnects and misses no message`, async (t) => {
    const alice = await connected(t, somebody('alice'));

    await api('disconnect', { user: alice.user, code, reason: 'come back' });
    await publisher.publish(alice.user, 'while away');
    await until(() => alice.line.sockets.length === 2 && alice.client.state === 'connected', 'alice is back');
    await receives(alice, 1);

    assert.ok(alice.events.some((event) => event.name === 'connecting' && event.code === code));
    assert.deepEqual(payloads(alice), ['while away']);
  });
}

test('rpc: echo returns its data, ack is accepted, an unknown method is rejected with 104', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const odd = { 'a "b"': [1, -0.5, null, { ü: '𝄞' }], c: '' };

  assert.deepEqual((await alice.client.rpc('echo', odd)).data, odd);
  assert.deepEqual((await alice.client.rpc('ack', { channel: `#${alice.user}`, upto: 0 })).data, {});
  await assert.rejects(alice.client.rpc('no-such-method', {}), { code: 104 });
  assert.equal(alice.client.state, 'connected');
});

test('history returns a page after a position, and the top position', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const channel = `#${alice.user}`;
  const start = await alice.client.history(channel, { limit: 0 });
  await publisher.publishAll(alice.user, numbers(1, 9));

  const page = await alice.client.history(channel, { limit: 3, since: { offset: start.offset + 2, epoch: start.epoch } });

  assert.deepEqual(start.publications, []);
  assert.deepEqual(page.publications.map(({ data, offset }) => [data.n, offset - start.offset]), [[3, 3], [4, 4], [5, 5]]);
  assert.deepEqual([page.offset, page.epoch], [start.offset + 9, start.epoch]);
  await assert.rejects(alice.client.history(channel, { limit: 3, since: { offset: 1, epoch: 'gone' } }), { code: 112 });
});

test("presence names the user's own connections and nobody else's", async (t) => {
  const alice = await connected(t, somebody('alice'), { session: 'desk' });
  const phone = await connected(t, alice.user, { session: 'phone' });
  await connected(t, somebody('bob'));

  const { clients } = await alice.client.presence(`#${alice.user}`);

  const expected = [alice, phone].map(({ events }) => events.at(-1).client);
  assert.deepEqual(Object.keys(clients).sort(), expected.sort());
  assert.ok(Object.values(clients).every(({ user }) => user === alice.user));
});

test('batches: commands that leave in one frame are all answered, in order', async (t) => {
  const alice = await connected(t, somebody('alice'));

  alice.client.startBatching();
  const asked = numbers(1, 100).map((n) => alice.client.rpc('echo', n));
  alice.client.stopBatching();

  assert.deepEqual((await Promise.all(asked)).map(({ data }) => data), numbers(1, 100));
});

test('batches: messages that wait for a client are sent in fewer frames than messages', async (t) => {
  const alice = await Bare.connect(t, somebody('alice'));
  const [channel] = Object.keys(alice.welcome.connect.subs);

  await publisher.publishAll(channel.slice(1), numbers(1, 100));
  await until(() => alice.pushes.length === 100, 'alice receives 100 messages');

  assert.deepEqual(alice.pushes.map(({ pub }) => pub.data), numbers(1, 100));
  assert.ok(alice.frames.length - 1 <= 50, `${alice.frames.length - 1} frames for 100 messages`);
});

test('a message without id is accepted without a reply', async (t) => {
  const alice = await connected(t, somebody('alice'));

  await alice.client.send({ any: 'thing' });

  assert.deepEqual((await alice.client.rpc('echo', 1)).data, 1);
});

test('C5 the Protobuf build of the SDK receives opaque bytes and tags, and the JSON build gets base64', async (t) => {
  const json = await connected(t, somebody('protobuf'));
  const { user } = json;
  const client = new ProtobufCentrifuge(endpointOf(env('CORDON_URL')), {
    token: token(user, { groups: ['publisher'] }),
    websocket: WebSocket,
  });
  t.after(() => client.disconnect());
  const received = [];
  client.on('publication', ({ data, tags }) => received.push([[...data], { ...tags }]));
  client.connect();
  await client.ready(10_000);

  await client.publish(`#${user}`, new Uint8Array([0, 255, 10]));
  await api('publish', { channel: `#${user}`, b64data: 'AAE=', tags: { kind: 'icon' } });
  await api('publish', { channel: `#${user}`, data: 1, tags: { kind: 'note' } });
  await until(() => received.length === 3, 'all messages came');
  await receives(json, 3);

  assert.deepEqual(received, [[[0, 255, 10], {}], [[0, 1], { kind: 'icon' }], [[49], { kind: 'note' }]]);
  assert.deepEqual(payloads(json), ['AP8K', 'AAE=', 1]);
  const { publications } = await client.history(`#${user}`, { limit: -1 });
  assert.deepEqual(publications.map(({ data }) => [...data]), received.map(([data]) => data));
});

test('C5 the Protobuf build of the SDK receives the bytes that were published, over HTTP and by a client', async (t) => {
  const user = somebody('protobuf');
  const client = new ProtobufCentrifuge(endpointOf(env('CORDON_URL')), {
    token: token(user, { groups: ['publisher'] }),
    websocket: WebSocket,
  });
  t.after(() => client.disconnect());
  const received = [];
  client.on('publication', ({ offset, data }) => received.push(`${offset} ${new TextDecoder().decode(data)}`));
  client.connect();
  await client.ready(10_000);

  await api('publish', { channel: `#${user}`, data: { n: 1 } });
  await client.publish(`#${user}`, new TextEncoder().encode('{"n":  2}'));
  await until(() => received.length === 2, 'both messages came');

  assert.deepEqual(received, ['1 {"n":1}', '2 {"n":  2}']);
  await assert.rejects(client.rpc('echo', new Uint8Array([1, 2, 3])), { code: 107 });
  const { publications } = await client.history(`#${user}`, { limit: -1 });
  assert.equal(publications.length, 2);
  assert.deepEqual(Object.values((await client.presence(`#${user}`)).clients).map((info) => info.user), [user]);
});
