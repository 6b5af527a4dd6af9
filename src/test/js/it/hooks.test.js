/**
 * What an application's beans do for clients of the SDK (docs/hooks.md). The beans are dev.cordon.it.hooks, and the
 * application of examples/orders. Both decide on connects.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launched } from './chromium.js';
import { becomes, connected, sdk } from './clients.js';
import { env, somebody, token, until, within } from './cordon.js';

/** The error of a call that must fail. */
function failure(call) {
  return call.then(() => assert.fail('no error'), (error) => error);
}

test('the connect reply has the data of the application', async (t) => {
  const alice = await connected(t, somebody('alice'));

  assert.deepEqual(alice.events.at(-1).data, { welcome: alice.user, tenant: 'none', headers: 0 });
});

test('a client that the application refuses gets its code and does not come back', async (t) => {
  const locked = sdk(t, somebody('locked'));
  locked.client.connect();

  const { code, reason } = await becomes(locked, 'disconnected');

  assert.deepEqual({ code, reason }, { code: 4501, reason: 'account is locked' });
});

test('a policy that fails is a temporary error: the client tries again', async (t) => {
  const broken = sdk(t, somebody('broken'));
  broken.client.connect();

  await until(() => broken.errors.length > 2, 'several attempts');

  assert.equal(broken.errors[0].error.code, 100);
  assert.equal(broken.client.state, 'connecting');
});

test('an rpc is answered by the application, with data or an error', async (t) => {
  const alice = await connected(t, somebody('alice'));

  assert.deepEqual((await alice.client.rpc('trial.echo', { n: [1, '2'] })).data, { n: [1, '2'] });
  const { code, message } = await failure(alice.client.rpc('trial.none', {}));
  assert.deepEqual({ code, message }, { code: 404, message: 'no such trial' });
});

test('an rpc that nobody answers is unknown', async (t) => {
  const alice = await connected(t, somebody('alice'));

  assert.equal((await failure(alice.client.rpc('invoices.list', {}))).code, 104);
});

test('a bean that throws costs a temporary error, and nothing else', async (t) => {
  const alice = await connected(t, somebody('alice'));

  for (let i = 0; i < 3; i++) {
    const error = await failure(alice.client.rpc('trial.fail', {}));
    assert.deepEqual([error.code, error.temporary], [100, true]);
  }
  assert.deepEqual((await alice.client.rpc('trial.echo', 1)).data, 1);
  assert.deepEqual(alice.events.map(({ name }) => name), ['connecting', 'connected']);
});

test("one user's slow rpcs delay no other's, and end at the deadline", async (t) => {
  const slow = await connected(t, somebody('slow'));
  const quick = await connected(t, somebody('quick'));
  const hanging = Array.from({ length: 30 }, () => failure(slow.client.rpc('trial.hang', {})));
  const echo = slow.client.rpc('echo', 'not held up');

  for (let i = 0; i < 50; i++) {
    await within(quick.client.rpc('trial.echo', i), 'the other user is answered', 1_500);
  }
  assert.equal((await echo).data, 'not held up');

  const errors = await Promise.all(hanging);
  assert.ok(errors.every(({ code, temporary }) => code === 108 && temporary), JSON.stringify(errors));
  assert.deepEqual((await slow.client.rpc('trial.echo', 'free again')).data, 'free again');
});

test('a bean has a request of its own, on a thread of the dispatcher', async (t) => {
  const alice = await connected(t, somebody('alice'));

  for (let i = 0; i < 2; i++) {
    assert.deepEqual((await alice.client.rpc('trial.context', {})).data, { items: 1, thread: 'cordon-hook' });
  }
});

test('the application decides on subscriptions', async (t) => {
  const alice = await connected(t, somebody('alice'));
  const secret = alice.client.newSubscription(`secret#${alice.user}`);
  const open = alice.client.newSubscription(`news#${alice.user}`);
  secret.subscribe();
  open.subscribe();

  await open.ready(5_000);
  await until(() => secret.state === 'unsubscribed', 'the secret channel is refused');
});

test('two policies: one gives data, the other adds a channel, and either may refuse', async (t) => {
  const banned = sdk(t, somebody('banned'));
  banned.client.connect();
  const alice = await connected(t, somebody('alice'));

  assert.deepEqual(alice.subscribed.map(({ channel }) => channel).sort(), [`#${alice.user}`, `orders#${alice.user}`].sort());
  assert.equal((await becomes(banned, 'disconnected')).code, 4503);
});

test('examples/orders: an order and its message commit together, or neither does', async (t) => {
  const ann = await connected(t, somebody('ann'));
  const tab = await connected(t, ann.user, { session: 'another tab' });

  const first = (await ann.client.rpc('orders.place', { item: 'anvil' })).data;
  const refused = await failure(ann.client.rpc('orders.place', { item: 'unicorn' }));
  const second = (await ann.client.rpc('orders.place', { item: 'rope' })).data;
  await until(() => ann.received.length === 2 && tab.received.length === 2, 'both tabs hear of both orders', 30_000);

  assert.deepEqual([refused.code, refused.message], [409, 'unicorn is out of stock']);
  assert.deepEqual((await ann.client.rpc('orders.list', {})).data, [first, second]);
  for (const { received } of [ann, tab]) {
    assert.deepEqual(received.map(({ channel, offset, data }) => ({ channel, offset, data })), [
      { channel: `orders#${ann.user}`, offset: 1, data: first },
      { channel: `orders#${ann.user}`, offset: 2, data: second },
    ]);
  }
});

test('examples/orders: the shop sees who is there and who left', async (t) => {
  const ann = await connected(t, somebody('ann'));
  const tab = await connected(t, ann.user, { session: 'another tab' });
  tab.client.disconnect();

  const visits = async () => (await ann.client.rpc('orders.visits', {})).data;
  await until(async () => (await visits()).some(({ code }) => code === 3000), 'the tab has left');

  assert.deepEqual((await visits()).map(({ here }) => here).sort(), [false, true]);
});

test('examples/orders: both tabs of the page in Chromium show an order once it is committed, and nobody else\'s', async (t) => {
  const browser = await launched();
  t.after(() => browser.close());
  const ann = somebody('ann');
  const bob = somebody('bob');
  const [first, second, other] = await Promise.all([ann, ann, bob].map((user) => ordersPage(browser, user)));

  await first.getByRole('button', { name: 'Order' }).click();
  await first.getByText('anvil: placed').waitFor();
  await second.getByText('anvil: placed').waitFor();
  await first.getByLabel('Item').fill('unicorn');
  await first.getByRole('button', { name: 'Order' }).click();
  await first.getByText('unicorn is out of stock').waitFor();
  await other.getByLabel('Item').fill('rope');
  await other.getByRole('button', { name: 'Order' }).click();
  await other.getByText('rope: placed').waitFor();

  assert.deepEqual(await first.getByRole('listitem').allTextContents(), ['anvil: placed']);
  assert.deepEqual(await second.getByRole('listitem').allTextContents(), ['anvil: placed']);
  assert.deepEqual(await other.getByRole('listitem').allTextContents(), ['rope: placed']);
});

/** The page as its login service would serve it: in development mode the node itself gives out tokens. */
async function ordersPage(browser, user) {
  const page = await browser.newPage();
  await page.route('**/dev/token*', (route) => route.fulfill({ json: { token: token(user) } }));
  await page.goto(new URL(`orders/?as=${user}`, env('CORDON_URL')).href);
  return page;
}

test('the application hears who came and who left, in order', async (t) => {
  const watcher = await connected(t, somebody('watcher'));
  const alice = await connected(t, somebody('alice'));
  const orders = alice.client.newSubscription(`news#${alice.user}`);
  orders.subscribe();
  await orders.ready(5_000);
  alice.client.disconnect();

  const heard = async () => (await watcher.client.rpc('trial.journal', {})).data
    .filter((entry) => entry.startsWith(alice.user)).map((entry) => entry.slice(alice.user.length + 1));
  await until(async () => (await heard()).length === 4, 'the journal has all');

  assert.deepEqual(await heard(), ['connected', `subscribed orders#${alice.user}`, `subscribed news#${alice.user}`, 'disconnected 3000']);
});
