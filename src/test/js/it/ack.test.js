/** What a session has not acknowledged is replayed to its next page. F20. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connected, lasting, numbers, payloads, Publisher, receives } from './clients.js';
import { api, somebody, until } from './cordon.js';

/** More than the log keeps of a channel: `cordon.history.size` is 256. */
const TOO_MANY = 300;

/** @type {Publisher} */
let publisher;
before(async () => {
  publisher = await Publisher.open(lasting);
});
after(() => publisher.close());

/** Opens a page of a session that acknowledges: a fresh SDK client, as after a reload. */
function page(t, user, session, options) {
  return connected(t, user, { data: { session, ack: true }, ...options });
}

async function acknowledge(of, upto, channel = `#${of.user}`) {
  await of.client.rpc('ack', { channel, upto });
}

test('F20 a reload replays the unacknowledged messages once, in order and before live ones', async (t) => {
  const user = somebody('alice');
  const first = await page(t, user, 'laptop');
  await publisher.publishAll(user, numbers(1, 10));
  await receives(first, 10);
  await acknowledge(first, first.received[3].offset);
  first.client.disconnect();
  await publisher.publishAll(user, numbers(11, 15));

  const publishing = publisher.publishAll(user, numbers(16, 120));
  const reloaded = await page(t, user, 'laptop');
  await publishing;
  await publisher.publishAll(user, numbers(121, 125));
  await receives(reloaded, 121);

  assert.deepEqual(payloads(reloaded), numbers(5, 125));
  const [{ wasRecovering, recovered, hasRecoveredPublications }] = reloaded.subscribed;
  assert.deepEqual([wasRecovering, recovered, hasRecoveredPublications], [true, true, true]);
});

test('F20 messages that a reloaded page did not acknowledge are replayed to the next page, and a lost line duplicates none', async (t) => {
  const user = somebody('alice');
  (await page(t, user, 'laptop')).client.disconnect();
  await publisher.publishAll(user, numbers(1, 5));

  const second = await page(t, user, 'laptop');
  await receives(second, 5);
  second.line.down();
  await publisher.publishAll(user, numbers(6, 8));
  second.line.up();
  await receives(second, 8);
  assert.deepEqual(payloads(second), numbers(1, 8), 'it resumed from the position that it brought');

  await acknowledge(second, second.received[1].offset);
  const third = await page(t, user, 'laptop');
  await receives(third, 6);
  assert.deepEqual(payloads(third), numbers(3, 8));
});

test('another tab of the session receives the unacknowledged messages of the session', async (t) => {
  const user = somebody('alice');
  const tab = await page(t, user, 'laptop');
  await publisher.publishAll(user, numbers(1, 4));
  await receives(tab, 4);
  await acknowledge(tab, tab.received[2].offset);

  const other = await page(t, user, 'laptop');
  await publisher.publish(user, { n: 5 });
  await Promise.all([receives(other, 2), receives(tab, 5)]);

  assert.deepEqual(payloads(other), numbers(4, 5));
  assert.deepEqual(payloads(tab), numbers(1, 5));
});

test('two sessions of a user have separate positions', async (t) => {
  const user = somebody('alice');
  const laptop = await page(t, user, 'laptop');
  const phone = await page(t, user, 'phone');
  await publisher.publishAll(user, numbers(1, 6));
  await Promise.all([receives(laptop, 6), receives(phone, 6)]);
  await acknowledge(laptop, laptop.received[5].offset);
  await acknowledge(phone, phone.received[1].offset);

  const [again, anew] = [await page(t, user, 'laptop'), await page(t, user, 'phone')];
  await publisher.publish(user, { n: 7 });
  await Promise.all([receives(again, 1), receives(anew, 5)]);

  assert.deepEqual(payloads(again), numbers(7, 7));
  assert.deepEqual(payloads(anew), numbers(3, 7));
  assert.deepEqual((await api('ledger', { user })).result, {
    accepted: 7, acknowledged: 6, pending: 1, expired: 0, evicted: 0, removed: 0,
  });
});

test('F20 a page is told when unacknowledged messages are no longer retained, and receives live ones', async (t) => {
  const user = somebody('alice');
  (await page(t, user, 'laptop')).client.disconnect();
  await publisher.publishAll(user, numbers(1, TOO_MANY));

  const reloaded = await page(t, user, 'laptop');
  await publisher.publish(user, 'after');
  await receives(reloaded, 1);

  const [{ wasRecovering, recovered }] = reloaded.subscribed;
  assert.deepEqual([wasRecovering, recovered], [true, false]);
  assert.deepEqual(payloads(reloaded), ['after']);
});

test('F20 F24 the unacknowledged messages of a topic are replayed to a fresh subscription', async (t) => {
  const user = somebody('alice');
  const channel = `thread7#${user}`;
  const first = await page(t, user, 'laptop');
  const { received } = await follow(first, channel);
  await publisher.publishAll(user, numbers(1, 6), channel);
  await until(() => received.length === 6, 'the thread arrives');
  await acknowledge(first, 2, channel);
  first.client.disconnect();

  const reloaded = await page(t, user, 'laptop');
  const { received: replayed, context } = await follow(reloaded, channel);
  await publisher.publishAll(user, numbers(7, 7), channel);
  await until(() => replayed.length >= 5, 'the rest of the thread arrives');

  assert.deepEqual([context.wasRecovering, context.recovered], [true, true]);
  assert.deepEqual(replayed, numbers(3, 7));
});

test('a session that never acknowledges receives live messages only', async (t) => {
  const user = somebody('alice');
  (await connected(t, user, { session: 'laptop' })).client.disconnect();
  await publisher.publishAll(user, numbers(1, 3));

  const reloaded = await connected(t, user, { session: 'laptop' });
  await publisher.publish(user, 'live');
  await receives(reloaded, 1);

  assert.deepEqual(payloads(reloaded), ['live']);
  assert.equal(reloaded.subscribed[0].wasRecovering, false);
});

test('an invalid acknowledgement is rejected and moves no position', async (t) => {
  const user = somebody('alice');
  const alice = await page(t, user, 'laptop');
  await publisher.publish(user, 1);
  await receives(alice, 1);
  const { epoch } = alice.subscribed[0].streamPosition;
  const channel = `#${user}`;

  const rejected = [
    [{ channel, upto: 2 }, 112],
    [{ channel, upto: 1, epoch: `${epoch}x` }, 112],
    [{ channel: '#somebody-else', upto: 1 }, 103],
    [{ channel: 'no owner', upto: 1 }, 103],
    [{ channel }, 107],
    [{ channel, upto: '1' }, 107],
    [{ upto: 1 }, 107],
  ];
  for (const [data, code] of rejected) {
    await assert.rejects(alice.client.rpc('ack', data), { code }, JSON.stringify(data));
  }
  const again = await page(t, user, 'laptop');
  await receives(again, 1);

  assert.deepEqual(await again.client.rpc('ack', { channel, upto: 1, epoch }), { data: {} });
});

/** Subscribes with the SDK. */
async function follow({ client }, channel) {
  const subscription = client.newSubscription(channel);
  const received = [];
  subscription.on('publication', ({ data }) => received.push(data));
  const subscribed = new Promise((resolve, reject) => {
    subscription.once('subscribed', resolve);
    subscription.once('unsubscribed', reject);
  });
  subscription.subscribe();
  return { received, context: await subscribed };
}
