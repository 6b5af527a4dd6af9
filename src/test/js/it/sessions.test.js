/** Limits on the sessions and tabs of a user, and the isolation of users from each other. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bare, becomes, connected, lasting, numbers, payloads, Publisher, receives, sdk } from './clients.js';
import { somebody, token, until } from './cordon.js';

const SESSIONS = 5;
const TABS = 8;

/** @type {Publisher} */
let publisher;
before(async () => {
  publisher = await Publisher.open(lasting);
});
after(() => publisher.close());

test('F05 eight tabs of one browser are one session: all connect, and so do four other sessions', async (t) => {
  const user = somebody('alice');
  const tabs = await Promise.all(numbers(1, TABS).map(() => connected(t, user, { session: 'browser' })));
  const others = await Promise.all(numbers(2, SESSIONS).map(({ n }) => connected(t, user, { session: `device ${n}` })));

  await publisher.publish(user, 'for all');
  await Promise.all([...tabs, ...others].map((of) => receives(of, 1)));

  assert.equal((await rejected(t, user, 'one too many')).code, 3504);
  assert.equal(new Set(tabs.map(({ events }) => events.at(-1).client)).size, TABS);
});

test('F05 F48 a ninth tab is rejected with 3504 and does not retry; the eight stay connected', async (t) => {
  const user = somebody('alice');
  const tabs = await Promise.all(numbers(1, TABS).map(() => connected(t, user, { session: 'browser' })));

  const { code, reason } = await rejected(t, user, 'browser');
  await publisher.publish(user, 'for eight');
  await Promise.all(tabs.map((of) => receives(of, 1)));

  assert.deepEqual([code, reason], [3504, 'connection limit']);
  assert.ok(tabs.every(({ events }) => events.length === 2));
});

test('F05 a phone that reconnects fifteen times in a minute is accepted each time', async (t) => {
  const phone = await connected(t, somebody('alice'), { session: 'phone' });

  for (const { n } of numbers(2, 16)) {
    phone.line.down();
    phone.line.up();
    await until(() => phone.subscribed.length === n, `connect ${n}`);
  }
  await publisher.publish(phone.user, 'still there');
  await receives(phone, 1);

  assert.ok(phone.events.every(({ name }) => name !== 'disconnected'));
});

for (const [how, leave] of Object.entries({
  'by a close frame': (bare) => bare.socket.close(1000),
  'by a lost line': (bare) => bare.socket.terminate(),
  'by a broken frame': (bare) => bare.send('{"id":'),
})) {
  test(`F01 twenty sessions that come and go ${how} do not lock the user out`, async (t) => {
    const user = somebody('alice');
    for (const { n } of numbers(1, 4 * SESSIONS)) {
      const bare = await Bare.connect(t, user, { session: `session ${n}` });
      assert.ok(bare.welcome.connect, `session ${n} is in`);
      leave(bare);
      await bare.closed;
    }
  });
}

test('F01 F48 a sixth session is rejected with 3504, and accepted once another has left', async (t) => {
  const user = somebody('alice');
  const five = await Promise.all(numbers(1, SESSIONS).map(({ n }) => connected(t, user, { session: `device ${n}` })));

  assert.equal((await rejected(t, user, 'device 6')).code, 3504);
  five[2].client.disconnect();
  await connected(t, user, { session: 'device 6' });

  assert.ok(five.every(({ client }, i) => client.state === (i === 2 ? 'disconnected' : 'connected')));
});

test('F48 of twelve sessions that connect at once, five are accepted', async (t) => {
  const user = somebody('alice');
  const all = numbers(1, 12).map(({ n }) => sdk(t, user, { session: `device ${n}` }));

  all.forEach(({ client }) => client.connect());
  const ends = await Promise.all(all.map((of) =>
    until(() => ['connected', 'disconnected'].find((name) => of.events.at(-1).name === name), 'an answer')));

  assert.equal(ends.filter((name) => name === 'connected').length, SESSIONS);
  assert.ok(all.every(({ events }) => events.at(-1).name === 'connected' || events.at(-1).code === 3504));
});

test("the session in the token takes precedence over that of the client", async (t) => {
  const user = somebody('alice');
  const claims = { sid: 'from the token' };

  await Promise.all(numbers(1, TABS).map(({ n }) => connected(t, user, { session: `claimed ${n}`, claims })));

  assert.equal((await rejected(t, user, 'claimed 9', claims)).code, 3504);
});

test('F42 a tab that is closed leaves the other tabs connected', async (t) => {
  const user = somebody('alice');
  const [first, second, third] = await Promise.all(numbers(1, 3).map(() => connected(t, user, { session: 'browser' })));

  first.client.disconnect();
  second.line.sockets[0].terminate();
  await publisher.publish(user, 'for the rest');
  await receives(third, 1);
  await receives(second, 1);

  assert.equal(third.line.sockets.length, 1);
  assert.deepEqual(payloads(first), []);
});

test('F41 the users a:b and a share nothing when their sessions are c and b:c', async (t) => {
  const a = somebody('a');
  const pairs = [[`${a}:b`, 'c'], [a, 'b:c'], [`${a}#b`, 'c'], [`${a}:`, 'b:c'], [`${a}:b:c`, '']];
  const clients = await Promise.all(pairs.map(([user, session]) => connected(t, user, { session: session || undefined })));

  for (const { user } of clients) {
    await publisher.publishAll(user, numbers(1, 20).map(({ n }) => `${user} ${n}`));
  }
  await Promise.all(clients.map((of) => receives(of, 20)));

  for (const of of clients) {
    assert.deepEqual(payloads(of), numbers(1, 20).map(({ n }) => `${of.user} ${n}`));
    assert.deepEqual(Object.keys((await of.client.presence(`#${of.user}`)).clients), [of.events.at(-1).client]);
  }
});

test("F41 the sessions of user a do not count against the limit of user a:b", async (t) => {
  const a = somebody('a');
  await Promise.all(numbers(1, SESSIONS).map(({ n }) => connected(t, a, { session: `b:${n}` })));

  await Promise.all(numbers(1, SESSIONS).map(({ n }) => connected(t, `${a}:b`, { session: String(n) })));
});

test('users receive only their own messages: 1,000 messages to 40 users, interleaved', async (t) => {
  const users = numbers(1, 40).map(({ n }) => somebody(`user${n}`));
  const clients = await Promise.all(users.map((user) => connected(t, user)));

  for (let from = 1; from <= 1000; from += 250) {
    publisher.client.startBatching();
    const sent = numbers(from, from + 249).map(({ n }) => publisher.publish(users[(n * 7) % 40], { to: users[(n * 7) % 40], n }));
    publisher.client.stopBatching();
    await Promise.all(sent);
  }
  await Promise.all(clients.map((of) => receives(of, 25)));

  for (const [i, of] of clients.entries()) {
    const own = numbers(1, 1000).filter(({ n }) => (n * 7) % 40 === i);
    assert.deepEqual(payloads(of), own.map(({ n }) => ({ to: of.user, n })));
    assert.ok(of.received.every(({ channel }) => channel === `#${of.user}`));
  }
});

for (const name of [
  'alice@example.org', 'a:b', 'a#b', '#', '🦊👩‍👩‍👧', 'Müller, J.', "o'hara \"quoted\" \\ back", 'a/b?c=d&e%20f', '用户一', ' spaces ',
  'ß'.repeat(100), 'x'.repeat(240), '__proto__',
]) {
  test(`F36 the user ${name.slice(0, 30)} connects, receives, recovers and follows a topic`, async (t) => {
    const user = name === '__proto__' || name.length > 200 ? name : `${name}${somebody('')}`;
    const of = await connected(t, user);
    const topic = of.client.newSubscription(`topic#${user}`);
    const followed = new Promise((resolve, reject) => topic.once('subscribed', resolve).once('unsubscribed', reject));
    topic.subscribe();
    await followed;
    const heard = new Promise((resolve) => topic.once('publication', ({ data }) => resolve(data)));

    await publisher.publish(user, { n: 1 });
    await receives(of, 1);
    of.line.down();
    await becomes(of, 'connecting');
    await publisher.publish(user, { n: 2 });
    of.line.up();
    await receives(of, 2);
    await becomes(of, 'connected');
    await publisher.publishAll(user, ['on topic'], `topic#${user}`);

    assert.deepEqual(payloads(of), numbers(1, 2));
    assert.equal(of.subscribed.at(-1).recovered, true);
    assert.equal(await heard, 'on topic');
  });
}

test("F32 F43 another user's channel is rejected with the same error, whether it exists or not", async (t) => {
  const victim = await connected(t, somebody('victim'));
  await follow(victim, `topic#${victim.user}`);
  await publisher.publish(victim.user, 'secret');
  await publisher.publishAll(victim.user, ['secret'], `topic#${victim.user}`);
  const spy = await Bare.connect(t, somebody('spy'));
  const others = [`#${victim.user}`, `topic#${victim.user}`, `nothing-here#${victim.user}`, '#nobody', 'topic#nobody'];
  const noChannels = ['shared', '', 'bad topic#x'];
  const fields = { subscribe: { recover: true, offset: 0, epoch: '' }, history: { limit: 10 }, presence: {}, unsubscribe: {} };

  for (const [method, more] of Object.entries(fields)) {
    const errors = [];
    for (const channel of others) {
      const { error } = await spy.command({ [method]: { channel, ...more } });
      errors.push(error);
    }
    assert.equal(errors[0]?.code, 103, method);
    assert.deepEqual(errors, errors.map(() => errors[0]), method);
    for (const channel of noChannels) {
      const { error } = await spy.command({ [method]: { channel, ...more } });
      assert.equal(error?.code, 103, `${method} of ${channel}`);
    }
  }

  await publisher.publish(victim.user, 'fence');
  await receives(victim, 2);
  assert.deepEqual(spy.pushes, []);
  assert.ok(!spy.frames.join().includes('secret'));
});

test('F32 F43 nothing but the verified token names the user', async (t) => {
  const victim = await connected(t, somebody('victim'));
  await publisher.publish(victim.user, 'secret');
  const spy = somebody('spy');
  const query = new URLSearchParams({ user: victim.user, user_id: victim.user, token: token(victim.user) });
  const bare = await new Bare(t, {
    path: `connection/websocket?${query}`,
    headers: { 'X-User': victim.user, 'X-Forwarded-User': victim.user, Cookie: `user=${victim.user}` },
  }).opened;

  const { connect } = await bare.command({
    connect: {
      token: token(spy),
      name: victim.user,
      user: victim.user,
      data: { session: `#${victim.user}`, user: victim.user, sub: victim.user },
      subs: { [`#${victim.user}`]: { recover: true, offset: 0, epoch: victim.subscribed[0].streamPosition.epoch } },
    },
  });
  await publisher.publish(victim.user, 'another secret');
  await publisher.publish(spy, 'for the spy');
  await until(() => bare.pushes.length > 0, 'the spy receives its own message');

  assert.deepEqual(Object.keys(connect.subs), [`#${spy}`]);
  assert.deepEqual(bare.pushes.map(({ channel, pub }) => [channel, pub.data]), [[`#${spy}`, 'for the spy']]);
  assert.ok(!bare.frames.join().includes('secret'));
});

/** Connects a session that is rejected, and returns the SDK's last event. */
async function rejected(t, user, session, claims) {
  const of = sdk(t, user, { session, claims });
  of.client.connect();
  const last = await becomes(of, 'disconnected');
  assert.equal(of.line.sockets.length, 1, 'a final rejection is not tried again');
  return last;
}

async function follow({ client }, channel) {
  const subscription = client.newSubscription(channel);
  const done = new Promise((resolve, reject) => subscription.once('subscribed', resolve).once('unsubscribed', reject));
  subscription.subscribe();
  await done;
}
