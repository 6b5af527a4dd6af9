/** Every method of the published server library for JavaScript, `cent.js`, with the unmodified SDK on the other side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import cent from 'cent.js';
import { becomes, connected, payloads, receives } from './clients.js';
import { env, somebody, until } from './cordon.js';

const library = new cent.CentClient({ url: new URL('api', env('CORDON_URL')).href, apiKey: env('CORDON_API_KEY') });

/** What was asked for, by the bodies of the requests: the library gives the error of an answer no shape to look into. */
const answers = [];
const { fetch } = globalThis;
globalThis.fetch = async (...request) => {
  const response = await fetch(...request);
  answers.push(await response.clone().json());
  return response;
};

/** Whether the call fails, and its answer was this error. */
async function refused(call, code, words) {
  await assert.rejects(call);
  const { error } = answers.at(-1);
  assert.deepEqual([error.code, error.message.includes(words)], [code, true], error.message);
}

test('cent.js publishes and broadcasts, and reads and removes the history', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const channel = `#${alice.user}`;

  const { offset, epoch } = await library.publish({ channel, data: { n: 1 } });
  const { responses } = await library.broadcast({ channels: [channel, 'nobody'], data: { n: 2 } });
  await receives(alice, 2);

  assert.deepEqual(payloads(alice), [{ n: 1 }, { n: 2 }]);
  assert.deepEqual([offset, epoch, responses[0].result.offset], [1, responses[0].result.epoch, 2]);
  assert.equal(responses[1].error.code, 107);
  const history = await library.getHistory({ channel, limit: 10, since: { offset: 1, epoch } });
  assert.deepEqual(history.publications, [{ offset: 2, data: { n: 2 } }]);
  assert.deepEqual(await library.removeHistory({ channel }), {});
  assert.deepEqual((await library.getHistory({ channel, limit: -1 })).publications, []);
});

test('cent.js lists presence, channels and nodes', async (t) => {
  const user = somebody('alice');
  const [laptop, phone] = [await connected(t, user), await connected(t, user)];
  const ids = [laptop, phone].map(({ events }) => events.at(-1).client).sort();

  const { presence } = await library.getPresence({ channel: `#${user}` });

  assert.deepEqual(Object.keys(presence).sort(), ids);
  assert.ok(Object.values(presence).every((of) => of.user === user));
  assert.deepEqual(await library.getPresenceStats({ channel: `#${user}` }), { num_clients: 2, num_users: 1 });
  assert.deepEqual(await library.getChannels({ user }), { channels: { [`#${user}`]: { num_clients: 2 } } });
  const { nodes } = await library.getInfo();
  assert.ok(nodes[0].num_clients >= 2 && nodes[0].name === 'cordon');
});

test('cent.js subscribes a user, and the SDK gets what it missed and what comes', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const bob = await connected(t, somebody('bob'));
  const channel = `orders#${alice.user}`;
  const { epoch } = await library.publish({ channel, data: { n: 1 } });
  await library.publish({ channel, data: { n: 2 } });

  const done = await library.subscribe({
    user: alice.user,
    channel,
    data: { why: 'new order' },
    recover_since: { offset: 1, epoch },
  });
  await library.publish({ channel, data: { n: 3 } });
  await receives(alice, 2);

  assert.deepEqual(done, { subscribed: 1, over_limit: 0 });
  assert.deepEqual(alice.received.map(({ offset, data }) => [offset, data.n]), [[2, 2], [3, 3]]);
  const { channel: subscribed, data } = alice.subscribed.at(-1);
  assert.deepEqual([subscribed, data], [channel, { why: 'new order' }]);
  assert.deepEqual((await library.getChannels({ user: alice.user })).channels[channel], { num_clients: 1 });
  assert.equal(bob.subscribed.length, 1);
});

test('cent.js unsubscribes a user from a channel that the back end has subscribed', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const unsubscribed = [];
  alice.client.on('unsubscribed', (context) => unsubscribed.push(context));
  const channel = `orders#${alice.user}`;
  await library.subscribe({ user: alice.user, channel });

  assert.deepEqual(await library.unsubscribe({ user: alice.user, channel }), { unsubscribed: 1 });
  await until(() => unsubscribed.length, 'the SDK tells it');

  await library.publish({ channel, data: {} });
  await library.publish({ channel: `#${alice.user}`, data: 'last' });
  await receives(alice, 1);
  assert.deepEqual([unsubscribed, payloads(alice)], [[{ channel }], ['last']]);
});

test('cent.js unsubscribes a user from a channel that the client has subscribed to', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const orders = alice.client.newSubscription(`orders#${alice.user}`);
  const ended = new Promise((resolve) => orders.on('unsubscribed', resolve));
  orders.subscribe();
  await orders.ready(10_000);

  await library.unsubscribe({ user: alice.user, channel: orders.channel });

  assert.deepEqual(await ended, { channel: orders.channel, code: 2000, reason: 'server unsubscribe' });
});

test('cent.js moves the end of a connection, and ends it as expired: the SDK comes back', async (t) => {
  const user = somebody('alice');
  const alice = await connected(t, user);

  assert.deepEqual(await library.refresh({ user, expire_at: Math.floor(Date.now() / 1000) + 60 }), { refreshed: 1 });
  assert.deepEqual(await library.refresh({ user, expired: true }), { refreshed: 1 });
  await until(() => alice.events.filter(({ name }) => name === 'connected').length === 2, 'the SDK is back');

  assert.deepEqual(
    alice.events.filter(({ name }) => name === 'connecting').map(({ code }) => code),
    [0, 3005],
  );
});

test('cent.js disconnects a user', async (t) => {
  const alice = await connected(t, somebody('alice'));

  assert.deepEqual(await library.disconnect({ user: alice.user }), { disconnected: 1 });

  assert.equal((await becomes(alice, 'disconnected')).code, 3503);
});

test('cent.js publishes a message that no log keeps', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const channel = `#${alice.user}`;

  assert.deepEqual(await library.publish({ channel, data: { typing: true }, skip_history: true }), { connections: 1 });
  const { offset } = await library.publish({ channel, data: 'kept' });
  await receives(alice, 2);

  assert.deepEqual(alice.received.map(({ offset, data }) => [offset, data]), [[undefined, { typing: true }], [1, 'kept']]);
  assert.equal(offset, 1);
  const { publications } = await library.getHistory({ channel, limit: -1 });
  assert.deepEqual(publications.map(({ data }) => data), ['kept']);
});

test('cent.js publishes tags and opaque bytes; the history has them too', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const channel = `#${alice.user}`;

  await library.publish({ channel, data: { text: 'hello' }, tags: { kind: 'note' } });
  await library.broadcast({ channels: [channel], b64data: 'AAH/', tags: { kind: 'icon' } });
  await receives(alice, 2);

  const sent = [[{ text: 'hello' }, { kind: 'note' }], ['AAH/', { kind: 'icon' }]];
  assert.deepEqual(alice.received.map(({ data, tags }) => [data, tags]), sent);
  const { publications } = await library.getHistory({ channel, limit: -1 });
  assert.deepEqual(publications.map(({ data, tags }) => [data, tags]), sent);
});

test('cent.js is told by name what is not supported', async () => {
  const user = somebody('alice');
  const channel = `#${user}`;

  await refused(library.subscribe({ user, channel, tagsFilter: { key: 'a', cmp: 'eq', val: 'b' } }), 107, 'tagsFilter');
  await refused(library.getChannels(), 107, 'user is missing');
  await refused(library.getChannels({ pattern: '*' }), 107, 'pattern');
  await refused(library.getHistory({ channel, reverse: true }), 107, 'reverse');
  await refused(library.publish({ channel, data: {}, delta: true }), 107, 'delta');
});
