/** The operator's console in Chromium, and its HTTP resource. The server runs in development mode and is shared with other tests. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launched } from './chromium.js';
import { becomes, connected, lasting, Publisher } from './clients.js';
import { env, somebody, token, until } from './cordon.js';

const SIZES = {
  'desktop-dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  'desktop-light': { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  'phone-dark': { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
};

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

test('the console resource answers requests of operators only', async () => {
  const status = (headers) => fetch(new URL('console/api/state', env('CORDON_URL')), { headers }).then((response) => response.status);
  const bearer = (groups) => ({ Authorization: `Bearer ${token(somebody('ops'), { groups })}` });

  assert.equal(await status({}), 401);
  assert.equal(await status({ 'X-API-Key': env('CORDON_API_KEY') }), 401);
  assert.equal(await status(bearer(undefined)), 403);
  assert.equal(await status(bearer(['publisher'])), 403);
  assert.equal(await status(bearer(['operator'])), 200);
});

test('an operator signs in, sees metrics change over the feed, and signs out', async (t) => {
  const page = await open(t);
  await signIn(page, somebody('ops'));
  await until(async () => (await page.locator('[data-ref=live]').getAttribute('data-state')) === 'live', 'the feed is there', 15_000);
  const delivered = async () => Number((await kpi(page, 'Delivered')).replaceAll(/\D/g, ''));
  const before = await delivered();

  const bob = await connected(t, somebody('bob'));
  await publisher.publish(bob.user, { n: 1 });

  await until(async () => (await delivered()) > before, 'the delivery is counted on the page', 15_000);
  await until(async () => (await page.locator('.plot canvas').count()) >= 6, 'six plots are drawn');
  assert.match(await page.locator('#plots .plot-canvas').first().getAttribute('aria-label'), /Messages over time; now accepted .*\/s/);
  assert.match(await page.locator('[data-ref=alert-summary]').textContent(), /of \d+ fire/);
  assert.deepEqual(await faults(page), []);

  await page.locator('[data-ref=sign-out]').click();
  assert.equal(await page.locator('[data-ref=signed-in]').isVisible(), false);
  assert.deepEqual(await page.evaluate('sessionStorage.length'), 0);
});

test('in development mode a link signs the operator in', async (t) => {
  const page = await open(t);

  await page.locator('[data-ref=dev-link]').click();
  await page.locator('[data-ref=signed-in]').waitFor({ state: 'visible' });

  assert.equal(await page.locator('[data-ref=who]').textContent(), 'Operator ops');
  await page.reload();
  await page.locator('[data-ref=signed-in]').waitFor({ state: 'visible' });
});

test('C4: an operator whose socket is rejected for its origin sees a hint at cordon.allowed-origins, and the page polls instead', async (t) => {
  const page = await open(t, SIZES['desktop-light'], () => {
    globalThis.WebSocket = class extends WebSocket {
      constructor(url, ...more) {
        super(url.replace('127.0.0.1', 'localhost'), ...more);
      }
    };
  });
  await signIn(page, somebody('ops'));

  await page.locator('[data-ref=unopened]', { hasText: 'cordon.allowed-origins' }).waitFor({ state: 'visible' });
  assert.equal(await page.locator('[data-ref=live]').getAttribute('data-state'), 'polling');
});

test('a token without the operator group is rejected with the reason and shows nothing', async (t) => {
  const page = await open(t);
  await page.locator('[data-ref=token]').fill(token(somebody('mallory')));
  await page.locator('[data-ref=token-form] button').click();

  await until(async () => (await page.locator('[data-ref=problem]').textContent()).includes('lacks the group operator'), 'the page says why');
  assert.equal(await page.locator('[data-ref=signed-in]').isVisible(), false);
  assert.deepEqual(await page.evaluate('sessionStorage.length'), 0);
});

test('an operator looks up a user, disconnects it and sees the close reason', async (t) => {
  const bob = await connected(t, somebody('<b>bob</b>'));
  const page = await open(t);
  await signIn(page, somebody('ops'));
  await page.locator('[data-ref=search-user]').fill(bob.user);
  await page.locator('[data-ref=search] button').click();
  await until(async () => (await page.locator('[data-ref=connections] tr').count()) === 1, 'its connection is listed');
  assert.equal(await page.locator('[data-ref=found-name]').textContent(), bob.user);

  await page.locator('[data-ref=disconnect]').click();
  await page.locator('dialog button[value=no]').click();
  assert.equal(bob.events.at(-1).name, 'connected');
  await page.locator('[data-ref=disconnect]').click();
  await page.locator('[data-ref=confirm-yes]').click();

  assert.equal((await becomes(bob, 'disconnected')).code, 3503);
  await until(async () => (await page.locator('[data-ref=timeline]').textContent()).includes('3503 force disconnect'), 'the page says why');
  assert.deepEqual(await faults(page), []);
});

test('O5: the button of a looked-up user is enabled while the user is connected, and the operator is not listed among the largest users', async (t) => {
  const bob = await connected(t, somebody('bob'));
  const page = await open(t);
  const ops = somebody('ops');
  await signIn(page, ops);
  await until(async () => (await page.locator('[data-ref=live]').getAttribute('data-state')) === 'live', 'the feed is there', 15_000);
  await page.locator('[data-ref=search-user]').fill(`#${bob.user}`);
  await page.locator('[data-ref=search] button').click();
  await page.locator('[data-ref=found-hint] button', { hasText: bob.user }).click();
  await until(() => page.locator('[data-ref=disconnect]').isEnabled(), 'it can be ended');
  assert.equal(await page.locator('[data-ref=found-hint]').isVisible(), false);
  const { item, list } = await page.evaluate(() => {
    const width = (of) => document.querySelector(of).getBoundingClientRect().width;
    return { item: width('[data-ref=timeline] .empty'), list: width('[data-ref=timeline]') };
  });
  assert.equal(item, list, 'that nothing is remembered has the whole width');

  bob.client.disconnect();

  await until(() => page.locator('[data-ref=disconnect]').isDisabled(), 'there is nothing to end', 15_000);
  assert.equal(await page.locator('[data-ref=found-summary]').textContent(), 'Not connected to this node.');
  const state = await fetch(new URL('console/api/state', env('CORDON_URL')), {
    headers: { Authorization: `Bearer ${token(ops, { groups: ['operator'] })}` },
  }).then((response) => response.json());
  assert.equal(state.users_by_bytes.some(({ user }) => user === ops), false);
});

test('an operator runs a check and a cleanup with the keyboard', async (t) => {
  const page = await open(t);
  await signIn(page, somebody('ops'));

  await page.locator('[data-ref=check]').press('Enter');
  await until(async () => (await page.locator('[data-ref=check-result]').textContent()).includes('Passed'), 'the check passes');
  assert.equal(await page.locator('[data-ref=check-result] li[data-ok=true]').count(), 3);
  await page.locator('[data-ref=cleanup]').press('Enter');
  await until(async () => (await page.locator('[data-ref=upkeep-result]').textContent()).includes('Cleaned up'), 'the cleanup ran');
  await page.locator('[data-ref=drain]').press('Enter');
  await page.keyboard.press('Escape');

  assert.equal(await page.locator('dialog').isVisible(), false);
  assert.equal(await page.locator('[data-ref=upkeep-result]').textContent().then((text) => text.includes('Draining')), false);
});

for (const [name, options] of Object.entries(SIZES)) {
  test(`the console fits (${name}) without scrolling sideways`, async (t) => {
    const alice = await connected(t, 'alice');
    await connected(t, 'bob');
    const page = await open(t, options);
    await signIn(page, 'ops');
    for (let n = 0; n < 6; n++) {
      await publisher.publishAll('alice', Array.from({ length: 5 + 4 * (n % 3) }, (_, i) => ({ n, i })));
      await page.waitForTimeout(700);
    }
    await page.locator('[data-ref=check]').click();
    await until(async () => (await page.locator('[data-ref=check-result]').textContent()).includes('Passed'), 'the check passes');
    await page.locator('[data-ref=cleanup]').click();
    // By keys: each new state may move what stands below it between a mouse's down and up, on a phone above all.
    await page.locator('[data-ref=search-user]').fill('alice');
    await page.locator('[data-ref=search-user]').press('Enter');
    // A key, unlike a click, does not wait until the button can be used.
    await page.locator('[data-ref=disconnect]:enabled:visible').press('Enter');
    await page.locator('[data-ref=confirm-yes]:visible').press('Enter');
    await becomes(alice, 'disconnected');
    await until(async () => (await page.locator('[data-ref=timeline]').textContent()).includes('3503'), 'the page says why');
    const folder = join(env('CORDON_TARGET'), 'screenshots');
    mkdirSync(folder, { recursive: true });
    await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
    await page.screenshot({ path: join(folder, `console-${name}.png`), fullPage: true });

    const { inner, content } = await page.evaluate(() =>
      ({ inner: document.documentElement.clientWidth, content: document.documentElement.scrollWidth }));
    assert.ok(content <= inner, `${content} px of content in ${inner}`);
    assert.deepEqual(await unlabelled(page), []);
    assert.deepEqual(await faults(page), []);
  });
}

/** Elements without a name for a screen reader. */
function unlabelled(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, input, section, nav, [role=region], [role=img]')]
      .filter((each) => each.checkVisibility())
      .filter((each) => !(each.textContent.trim() && each.tagName === 'BUTTON') && !each.getAttribute('aria-label') && !each.getAttribute('aria-labelledby') && !each.closest('label'))
      .map((each) => each.outerHTML.slice(0, 80)));
}

async function signIn(page, user) {
  await page.locator('[data-ref=token]').fill(token(user, { groups: ['operator'] }));
  await page.locator('[data-ref=token-form] button').click();
  await page.locator('[data-ref=signed-in]').waitFor({ state: 'visible' });
}

/** A card's text. */
function kpi(page, label) {
  return page.locator('[data-ref=kpis] > div', { has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) }).locator('dd').textContent();
}

async function open(t, options = SIZES['desktop-light'], first = () => {}) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.complaints.push(`${message.text()} ${message.location().url}`));
  await page.addInitScript(() => {
    globalThis.violations = [];
    addEventListener('securitypolicyviolation', ({ effectiveDirective }) => globalThis.violations.push(effectiveDirective));
  });
  await page.addInitScript(first);
  await page.goto(new URL('console/', env('CORDON_URL')).href);
  return page;
}

/** Errors that the browser reported. */
async function faults(page) {
  return [...page.complaints, ...(await page.evaluate('violations'))];
}
