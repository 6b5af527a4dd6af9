/** The client of the web application over the real SDK, on pages of one browser, one after the other. F20. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { lasting, numbers, Publisher } from './clients.js';
import { api, somebody, until } from './cordon.js';
import { browser, openPage } from './pages.js';

/** More than the log keeps of a channel: `cordon.history.size` is 256. */
const TOO_MANY = 300;

/** @type {Publisher} */
let publisher;
before(async () => {
  publisher = await Publisher.open(lasting);
});
after(() => publisher.close());

const handles = (page, count) => until(() => page.handled.length >= count, `the page handles ${count}`, 20_000);
const pending = async (user) => (await api('ledger', { user })).result.pending;

test('F20 a reloaded page receives exactly the messages that were not handled, while publishing goes on', async (t) => {
  const user = somebody('alice');
  const storage = browser();
  const first = await openPage(t, user, { storage });
  await publisher.publishAll(user, numbers(1, 10));
  await handles(first, 10);
  first.vanish();
  await publisher.publishAll(user, numbers(11, 20));

  const publishing = publisher.publishAll(user, numbers(21, 120));
  const second = await openPage(t, user, { storage });
  await publishing;
  await handles(second, 110);

  assert.deepEqual(first.data(), numbers(1, 10));
  assert.deepEqual(second.data(), numbers(11, 120));
  assert.deepEqual(second.told, [['recovered', { channel: `#${user}`, replayed: true }]]);
});

test('F20 another browser of the session receives the unacknowledged messages and no acknowledged ones', async (t) => {
  const user = somebody('alice');
  const first = await openPage(t, user, {
    session: 'shared',
    onMessage: ({ data }) => (data.n === 4 ? new Promise(() => {}) : undefined),
  });
  await publisher.publishAll(user, numbers(1, 6));
  await handles(first, 4);
  await until(async () => (await pending(user)) === 3, 'three are acknowledged');
  first.vanish();

  const second = await openPage(t, user, { session: 'shared' });
  await handles(second, 3);
  await until(async () => (await pending(user)) === 0, 'all are acknowledged');
  second.vanish();
  const third = await openPage(t, user, { session: 'shared' });
  await publisher.publish(user, { n: 7 });
  await handles(third, 1);

  assert.deepEqual(second.data(), numbers(4, 6));
  assert.deepEqual(third.data(), numbers(7, 7));
});

test('F20 a lost line leaves no gap and duplicates no message', async (t) => {
  const user = somebody('alice');
  const page = await openPage(t, user);
  await publisher.publishAll(user, numbers(1, 5));
  await handles(page, 5);
  page.line.down();
  await publisher.publishAll(user, numbers(6, 9));
  page.line.up();
  await handles(page, 9);
  await until(async () => (await pending(user)) === 0, 'all are acknowledged');

  assert.deepEqual(page.data(), numbers(1, 9));
  assert.deepEqual(page.told.filter(([type]) => type === 'gap'), []);
});

test('F20 a page that missed more than the log retains is told how many are missing, and receives the rest before live messages', async (t) => {
  const user = somebody('alice');
  const storage = browser();
  const first = await openPage(t, user, { storage });
  await publisher.publishAll(user, numbers(1, 2));
  await handles(first, 2);
  first.vanish();
  await publisher.publishAll(user, numbers(3, 2 + TOO_MANY));

  const second = await openPage(t, user, { storage });
  await publisher.publish(user, { n: 3 + TOO_MANY });
  await until(() => second.data().at(-1)?.n === 3 + TOO_MANY, 'the live one arrives');

  const [[type, { since, missed, left }]] = second.told;
  assert.deepEqual([type, since.offset, missed + left >= TOO_MANY], ['gap', 2, true]);
  assert.ok(missed > 0 && left > 0);
  assert.deepEqual(second.data(), numbers(3 + missed, 3 + TOO_MANY));
});

test('F20 F24 a reloaded page receives the messages of a topic that were not handled', async (t) => {
  const user = somebody('alice');
  const topic = `orders#${user}`;
  const storage = browser();
  const first = await openPage(t, user, { storage, topics: [topic] });
  await publisher.publishAll(user, numbers(1, 3), topic);
  await handles(first, 3);
  first.vanish();
  await publisher.publishAll(user, numbers(4, 6), topic);

  const second = await openPage(t, user, { storage, topics: [topic] });
  await handles(second, 3);

  assert.deepEqual(second.handled.map(({ channel, data }) => [channel, data.n]), [[topic, 4], [topic, 5], [topic, 6]]);
});

test('the modules of the client are served beside the page', async () => {
  for (const module of ['cordon.js', 'inbox.js', 'acknowledger.js', 'session.js', 'keep.js']) {
    const response = await fetch(new URL(`js/${module}`, process.env.CORDON_URL));
    assert.match(await response.text(), /export (class|function)/, module);
    assert.match(response.headers.get('Content-Type'), /javascript/, module);
  }
});
