/** The client of the web application in Chromium, with a `localStorage` that is full or forbidden, and with one that two tabs share. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launched } from './chromium.js';
import { lasting, numbers, Publisher } from './clients.js';
import { api, endpointOf, env, somebody, token, until } from './cordon.js';

let browser;
/** @type {Publisher} */
let publisher;
before(async () => {
  publisher = await Publisher.open(lasting);
  browser = await launched();
});
after(async () => {
  publisher?.close();
  await browser?.close();
});

/** Runs in the page. */
const takesNothing = () => {
  Storage.prototype.setItem = () => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
  };
};

/** Runs in the page. */
const forbidden = () => {
  Object.defineProperty(globalThis, 'localStorage', {
    get: () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    },
  });
};

for (const [how, first] of Object.entries({ 'is full': takesNothing, 'is forbidden': forbidden })) {
  test(`L5: where localStorage ${how} at the start, a page connects, acknowledges and handles no message twice`, async (t) => {
    const tab = await opened(t, await context(t), somebody('alice'), { first });

    await publisher.publishAll(tab.user, numbers(1, 3));
    await tab.handles(3);
    await allAcknowledged(tab.user);
    await tab.line(false);
    await publisher.publishAll(tab.user, numbers(4, 5));
    await tab.line(true);
    await tab.handles(5);

    assert.deepEqual(await tab.handled(), [1, 2, 3, 4, 5]);
    await allAcknowledged(tab.user);
  });
}

test('L5: where localStorage becomes full later, handled messages are acknowledged and not handed over twice', async (t) => {
  const tab = await opened(t, await context(t), somebody('alice'));
  await publisher.publishAll(tab.user, numbers(1, 2));
  await tab.handles(2);

  await tab.page.evaluate(takesNothing);
  await publisher.publishAll(tab.user, numbers(3, 4));
  await tab.handles(4);
  await allAcknowledged(tab.user);
  await tab.line(false);
  await publisher.publish(tab.user, { n: 5 });
  await tab.line(true);
  await tab.handles(5);

  assert.deepEqual(await tab.handled(), [1, 2, 3, 4, 5]);
});

test('L6: the slow one of two tabs of a session does not set the stored position back, not even when it is reloaded', async (t) => {
  const shared = await context(t);
  const user = somebody('alice');
  const slow = await opened(t, shared, user, { slow: true });
  const fast = await opened(t, shared, user);
  await publisher.publishAll(user, numbers(1, 10));
  await fast.handles(10);
  await until(async () => (await fast.stored()) === 10, 'the fast tab has stored its position');

  for (const handled of [1, 2]) {
    await until(async () => (await slow.handled()).length === handled, `the slow tab has message ${handled}`);
    await slow.page.evaluate(() => globalThis.go());
  }
  await until(async () => (await slow.handled()).length === 3, 'the slow tab has handled two');
  assert.equal(await slow.stored(), 10);
  await slow.page.reload();
  await slow.run();

  await publisher.publish(user, { n: 11 });
  await Promise.all([fast.handles(11), slow.handles(1)]);

  assert.deepEqual(await slow.handled(), [11]);
  assert.deepEqual(await fast.handled(), numbers(1, 11).map(({ n }) => n));
});

/** Creates a browser context of the test's own. */
async function context(t) {
  const own = await browser.newContext();
  t.after(() => own.close());
  return own;
}

const allAcknowledged = (user) => until(async () => (await api('ledger', { user })).result.pending === 0, `all of ${user}'s are acknowledged`);

/**
 * A tab that is connected, on a page of the node's.
 *
 * @param {{slow?: boolean, first?: () => void}} [options] `slow` waits for `go()` with each message; `first` runs before any script of the page
 */
async function opened(t, own, user, { slow = false, first = () => {} } = {}) {
  const page = await own.newPage();
  page.setDefaultTimeout(15_000);
  await page.addInitScript(first);
  await page.goto(env('CORDON_URL'));
  const tab = {
    user,
    page,
    handled: () => page.evaluate(() => globalThis.handled),
    handles: (count) => until(async () => (await tab.handled()).length >= count, `the tab of ${user} handles ${count}`, 20_000),
    stored: () => page.evaluate((of) => JSON.parse(localStorage.getItem(`cordon.position.${globalThis.client.session}.#${of}`))?.offset, user),
    /** Takes the line down or brings it back. */
    line: (up) => page.evaluate((connect) => globalThis.client.centrifuge[connect ? 'connect' : 'disconnect'](), up),
    /** @returns when it is subscribed */
    run: () => page.evaluate(start, { endpoint: endpointOf(env('CORDON_URL')), token: token(user), slow }),
  };
  await tab.run();
  return tab;
}

/** Runs in the page. */
async function start({ endpoint, token, slow }) {
  const { CordonClient } = await import('/js/cordon.js');
  globalThis.handled = [];
  globalThis.client = new CordonClient({
    Centrifuge: globalThis.Centrifuge,
    endpoint,
    token,
    ackDelay: 20,
    onMessage: ({ data }) => {
      globalThis.handled.push(data.n);
      return slow ? new Promise((resolve) => (globalThis.go = resolve)) : undefined;
    },
  });
  const subscribed = new Promise((resolve) => globalThis.client.centrifuge.on('subscribed', resolve));
  globalThis.client.connect();
  await subscribed;
}
