/** A client that was disconnected receives all missed messages, or is told that some are lost. F20. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bare, becomes, connected, lasting, numbers, payloads, Publisher, receives } from './clients.js';
import { api, somebody, until } from './cordon.js';

/** More than the log keeps of a channel: `cordon.history.size` is 256. */
const TOO_MANY = 300;

/** @type {Publisher} */
let publisher;
before(async () => {
  publisher = await Publisher.open(lasting);
});
after(() => publisher.close());

test('F20 a lost line leaves no gap and duplicates no message, while publishing goes on', async (t) => {
  const alice = await connected(t, somebody('alice'));

  for (const message of numbers(1, 200)) {
    await publisher.publish(alice.user, message);
    if (message.n === 50) {
      alice.line.down();
    } else if (message.n === 150) {
      assert.ok(alice.received.length <= 50, 'nothing reaches a client without a line');
      alice.line.up();
    }
  }
  await receives(alice, 200);

  assert.deepEqual(payloads(alice), numbers(1, 200));
  const resumed = alice.subscribed.at(-1);
  assert.equal(alice.subscribed.length, 2);
  assert.deepEqual([resumed.wasRecovering, resumed.recovered], [true, true]);
});

test('F20 a line that is lost repeatedly leaves no gap', async (t) => {
  const alice = await connected(t, somebody('alice'));

  for (let round = 0; round < 12; round++) {
    const sent = publisher.publishAll(alice.user, numbers(round * 20 + 1, round * 20 + 20));
    alice.line.down();
    alice.line.up();
    await sent;
    await until(() => alice.client.state === 'connected' && alice.subscribed.length === round + 2, 'alice is back');
  }
  await receives(alice, 240);

  assert.deepEqual(payloads(alice), numbers(1, 240));
  assert.ok(alice.subscribed.slice(1).every(({ recovered }) => recovered));
});

test('F20 a client that missed nothing is told that it recovered', async (t) => {
  const alice = await connected(t, somebody('alice'));
  await publisher.publish(alice.user, 'before');
  await receives(alice, 1);

  await dropAnd(alice, async () => {});

  assert.equal(alice.subscribed.at(-1).recovered, true);
  assert.deepEqual(payloads(alice), ['before']);
});

test('F20 a client that missed more than the log retains is told that messages are missing, and receives live ones', async (t) => {
  const alice = await connected(t, somebody('alice'));

  await dropAnd(alice, () => publisher.publishAll(alice.user, numbers(1, TOO_MANY)));
  await publisher.publish(alice.user, 'after');
  await receives(alice, 1);

  const { wasRecovering, recovered } = alice.subscribed.at(-1);
  assert.deepEqual([wasRecovering, recovered], [true, false]);
  assert.deepEqual(payloads(alice), ['after']);
});

test('F20 a client is told of the gap that a removed history leaves', async (t) => {
  const alice = await connected(t, somebody('alice'));

  await dropAnd(alice, async () => {
    await publisher.publish(alice.user, 'lost');
    assert.equal((await api('history_remove', { channel: `#${alice.user}` })).status, 200);
  });

  assert.equal(alice.subscribed.at(-1).recovered, false);
  assert.deepEqual(payloads(alice), []);
});

test('F20 a client with a position that the log never had is told that it did not recover', async (t) => {
  const user = somebody('alice');
  await publisher.publishAll(user, numbers(1, 3));
  const first = (await Bare.connect(t, user)).welcome.connect.subs[`#${user}`];

  const positions = [
    [{ offset: first.offset, epoch: 'another' }, false],
    [{ offset: first.offset, epoch: '' }, true],
    [{ offset: first.offset + 5, epoch: first.epoch }, false],
    [{ offset: first.offset, epoch: first.epoch }, true],
    [{ offset: first.offset - 2, epoch: first.epoch }, true],
  ];
  for (const [position, recovered] of positions) {
    const { welcome } = await Bare.connect(t, user, { session: 's', subs: { [`#${user}`]: { recover: true, ...position } } });
    const { was_recovering: was, recovered: got, publications = [] } = welcome.connect.subs[`#${user}`];

    assert.deepEqual([was, got], [true, recovered], JSON.stringify(position));
    assert.equal(publications.length, recovered ? first.offset - position.offset : 0);
  }
});

test("a topic is received only while it is subscribed to, separate from other topics and the personal channel", async (t) => {
  const alice = await connected(t, somebody('alice'));
  const { subscription, received } = await follow(alice, `thread7#${alice.user}`);

  await publisher.publishAll(alice.user, numbers(1, 5), `thread7#${alice.user}`);
  await publisher.publishAll(alice.user, ['other'], `thread8#${alice.user}`);
  await publisher.publish(alice.user, 'fence');
  await receives(alice, 1);
  assert.deepEqual(received, numbers(1, 5));

  subscription.unsubscribe();
  // In the order of one connection: the reply comes after the unsubscribe was carried out.
  await alice.client.rpc('echo', {});
  await publisher.publishAll(alice.user, numbers(6, 9), `thread7#${alice.user}`);
  await publisher.publish(alice.user, 'fence');
  await receives(alice, 2);

  assert.deepEqual(received, numbers(1, 5));
  assert.deepEqual(payloads(alice), ['fence', 'fence']);
});

test('F24 a late subscription with a position receives what was published after that position', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const channel = `thread7#${alice.user}`;
  const { offset, epoch } = await alice.client.history(channel, { limit: 0 });
  await publisher.publishAll(alice.user, numbers(1, 20), channel);

  const { received, context } = await follow(alice, channel, { since: { offset, epoch } });
  await publisher.publishAll(alice.user, numbers(21, 22), channel);
  await until(() => received.length >= 22, 'alice receives the whole thread');

  assert.deepEqual([context.wasRecovering, context.recovered], [true, true]);
  assert.deepEqual(received, numbers(1, 22));
});

test('F20 F24 a topic resumes like the personal channel', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const channel = `thread7#${alice.user}`;
  const { subscription, received } = await follow(alice, channel);
  const again = new Promise((resolve) => subscription.once('subscribed', resolve));

  await dropAnd(alice, async () => {
    await publisher.publishAll(alice.user, numbers(1, 10), channel);
    await publisher.publish(alice.user, 'personal');
  });
  await until(() => received.length >= 10, 'alice receives the whole thread');

  assert.equal((await again).recovered, true);
  assert.deepEqual(received, numbers(1, 10));
  assert.deepEqual(payloads(alice), ['personal']);
});

/** Drops the line, runs an action, restores the line, and waits until the client is connected again. */
async function dropAnd(of, meanwhile) {
  const before = of.subscribed.length;
  of.line.down();
  await becomes(of, 'connecting');
  await meanwhile();
  of.line.up();
  await until(() => of.subscribed.length > before && of.client.state === 'connected', `${of.user} is back`);
}

/** Subscribes with the SDK. */
async function follow({ client }, channel, options) {
  const subscription = client.newSubscription(channel, options);
  const received = [];
  subscription.on('publication', ({ data }) => received.push(data));
  const subscribed = new Promise((resolve, reject) => {
    subscription.once('subscribed', resolve);
    subscription.once('unsubscribed', reject);
  });
  subscription.subscribe();
  return { subscription, received, context: await subscribed };
}
