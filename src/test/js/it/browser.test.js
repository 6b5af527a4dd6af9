/** The demo page and the handshake in Chromium. The server runs in development mode. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launched } from './chromium.js';
import { lasting, Publisher } from './clients.js';
import { endpointOf, env, somebody, until } from './cordon.js';

const DESKTOP = { width: 1280, height: 1000 };
const PHONE = { width: 390, height: 844 };
const HOSTILE = '<img src=x onerror="window.hacked=1">';

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

test('a message to one of two connected users is received by that user only', async (t) => {
  const page = await open(t);
  const [alice, bob] = await connectBoth(page, [somebody('alice'), somebody('bob')]);

  await send(page, 'for bob alone');
  await bob.shows('received', '1');

  assert.deepEqual(await bob.messages(), ['for bob alone']);
  assert.deepEqual(await alice.messages(), []);
  assert.deepEqual([await alice.text('received'), await alice.text('foreign'), await bob.text('foreign')], ['0', '0', '0']);
  assert.equal(await bob.text('channel'), `#${bob.user}`);
  const verdicts = page.locator('[data-ref=outcomes] .outcome').evaluateAll((rows) => rows.map((row) => row.dataset.verdict));
  assert.deepEqual(await verdicts, ['nothing', 'received']);
  assert.deepEqual(await faults(page), []);
});

test("an agent's run of 150 events, 50 a second, is received by one user in order, while the other sees nothing", async (t) => {
  const page = await open(t);
  const [alice, bob] = await connectBoth(page, [somebody('alice'), somebody('bob')]);

  await page.locator('[data-ref=agent-run]').click();
  await bob.shows('received', '150');
  await until(async () => (await page.locator('[data-ref=result]').textContent()).startsWith('Accepted 150 events'), 'the run is accepted');

  assert.deepEqual([await alice.text('received'), await alice.text('foreign'), await bob.text('foreign')], ['0', '0', '0']);
  const shown = (await bob.messages()).map((text) => JSON.parse(text));
  assert.deepEqual(shown.slice(-3).map(({ type }) => type), ['tool_completed', 'agent_thinking', 'agent_completed']);
  const steps = shown.filter(({ type }) => type === 'tool_executing').map(({ input }) => input.step);
  assert.deepEqual(steps, steps.map((_, n) => steps[0] + n));
  const seconds = shown.at(-1).duration_ms / 1000;
  assert.ok(seconds >= 2.9, `150 events in ${seconds} s`);
  const verdicts = page.locator('[data-ref=outcomes] .outcome').evaluateAll((rows) => rows.map((row) => row.dataset.verdict));
  assert.deepEqual(await verdicts, ['nothing', 'received']);
  assert.deepEqual(await faults(page), []);
});

test('the node serves the schema of the agent events', async () => {
  const response = await fetch(new URL('schema/agent-events.json', env('CORDON_URL')));

  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.equal((await response.json()).$schema, 'https://json-schema.org/draft/2020-12/schema');
});

test('F20 two messages sent while the line is dropped are caught up when it is restored, and the resume is counted', async (t) => {
  const page = await open(t);
  const [, bob] = await connectBoth(page, [somebody('alice'), somebody('bob')]);
  await send(page, 'first');
  await bob.shows('received', '1');

  await bob.click('line');
  await bob.shows('phase', 'Line down');
  await send(page, 'second');
  await send(page, 'third');
  assert.equal(await bob.text('received'), '1');
  await bob.click('line');
  await bob.shows('received', '3');

  assert.deepEqual(await bob.messages(), ['first', 'second', 'third']);
  assert.deepEqual([await bob.text('resumes'), await bob.text('last-resume')], ['1', 'recovered']);
  assert.equal(await bob.root.getByText('caught up', { exact: true }).count(), 2);
  assert.deepEqual(await faults(page), []);
});

test('a second tab of the same user receives the message, too', async (t) => {
  const user = somebody('carol');
  const pages = [await open(t, DESKTOP, `?as=${user}`), await open(t, DESKTOP, `?as=${user}`)];
  const tabs = pages.map((page) => panel(page, 0, user));
  await Promise.all(tabs.map((tab) => tab.shows('phase', 'Connected')));

  await publisher.publish(user, { text: 'for both tabs' });

  await Promise.all(tabs.map((tab) => tab.shows('received', '1')));
});

test('markup in names and messages is shown as text', async (t) => {
  const page = await open(t);
  const [alice, bob] = await connectBoth(page, [HOSTILE, somebody('bob')]);

  await send(page, HOSTILE);
  await publisher.publish(HOSTILE, { text: HOSTILE, type: HOSTILE, [HOSTILE]: HOSTILE });
  await bob.shows('received', '1');
  await until(async () => (await alice.messages()).length === 1, 'the hostile user has its message');

  assert.deepEqual(await bob.messages(), [HOSTILE]);
  assert.equal(await alice.text('channel'), `#${HOSTILE}`);
  assert.equal(await page.locator('.stage img, .figures img, pre img').count(), 0);
  assert.equal(await page.evaluate('window.hacked'), undefined);
  assert.deepEqual(await faults(page), []);
});

test('the page shows the metrics of the node and updates them', async (t) => {
  const page = await open(t);
  await connectBoth(page, [somebody('alice'), somebody('bob')]);
  const figure = async (metric) => {
    const [text] = await page.locator(`[data-ref=kpi-cards] [data-metric=${metric}] .kpi-value`).allTextContents();
    return text === undefined ? undefined : Number.parseInt(text.replaceAll(/\D/g, ''), 10);
  };

  await until(async () => (await figure('cordon_connections')) >= 3, 'the two users and the publisher are counted');
  assert.ok((await figure('cordon_managers')) >= 3);
  assert.equal(await figure('cordon_violations_total'), 0);
  const delivered = await figure('cordon_delivered_total');
  await send(page, 'one more');
  await until(async () => (await figure('cordon_delivered_total')) > delivered, 'the delivery is counted');

  await page.locator('[data-ref=kpi-all] summary').click();
  assert.ok((await page.locator('[data-ref=kpi-rows] tr').count()) > 8);
  assert.deepEqual(await faults(page), []);
});

for (const [name, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  test(`the page fits a ${name} (${viewport.width} wide) without scrolling sideways`, async (t) => {
    const page = await open(t, viewport);
    const [alice, bob] = await connectBoth(page, ['alice', 'bob']);
    await send(page, 'Your order has left the warehouse');
    await publisher.publish('alice', { order: 4711, state: 'shipped', by: 'courier' });
    await Promise.all([alice, bob].map((each) => until(async () => (await each.messages()).length > 0, `${each.user} receives`)));
    const folder = join(env('CORDON_TARGET'), 'screenshots');
    mkdirSync(folder, { recursive: true });
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    await page.screenshot({ path: join(folder, `page-${name}.png`), fullPage: true });

    await send(page, `One word that is too long for its line: ${'x'.repeat(120)}`);
    await publisher.publish('alice', { nested: { by: ['courier', 'x'.repeat(80)] } });
    await Promise.all([alice, bob].map((each) => until(async () => (await each.messages()).length > 1, `${each.user} receives`)));
    const { inner, content } = await page.evaluate(() =>
      ({ inner: document.documentElement.clientWidth, content: document.documentElement.scrollWidth }));

    assert.ok(content <= inner, `${content} px of content in ${inner}`);
    assert.deepEqual(await faults(page), []);
  });
}

test('C4: a page whose socket is rejected for its origin shows a hint at cordon.allowed-origins', async (t) => {
  const page = await open(t, DESKTOP, '', socketsOfAnotherName);

  await page.locator('[data-ref=connect-all]').click();

  const why = page.locator('[data-ref=panel-0] [data-ref=why]');
  await until(async () => /cordon\.allowed-origins/.test(await why.textContent()), 'the panel says why it waits', 15_000);
  assert.equal(await page.locator('[data-ref=panel-0] [data-ref=phase]').textContent(), 'Connecting');
});

test('the Content-Security-Policy of the page blocks inline scripts', async (t) => {
  const page = await open(t);

  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.hacked = 1';
    document.body.append(script);
  });

  assert.equal(await page.evaluate('window.hacked'), undefined);
  assert.deepEqual(await page.evaluate('violations'), ['script-src-elem']);
});

test('F31 a browser that offers a subprotocol gets it, or fails to connect if it is not spoken', async (t) => {
  const page = await open(t);

  assert.deepEqual(await attempt(page, ['cordon']), { opened: false, code: 1006 });
  assert.deepEqual(await attempt(page, ['centrifuge-protobuf']), { opened: true, protocol: 'centrifuge-protobuf' });
  assert.deepEqual(await attempt(page, []), { opened: true, protocol: '' });
});

test('the script that the page shows receives messages without a library', async (t) => {
  const page = await open(t);
  const user = somebody('bob');
  await panel(page, 1).root.locator('[data-ref=name]').fill(user);
  const code = page.locator('[data-ref=script]');
  await until(async () => (await code.textContent()).includes(user), 'the script names the user');
  const logged = [];
  page.on('console', (message) => Promise.all(message.args().map((arg) => arg.jsonValue())).then((all) => logged.push(...all)));

  await page.evaluate(`(async () => { ${await code.textContent()} })()`);
  await until(() => logged.some((line) => String(line).includes('"connect"')), 'the script is connected');
  await publisher.publish(user, { text: 'without a library' });
  await until(() => logged.some(({ data }) => data), 'the script logs the message');

  assert.deepEqual(logged.find(({ data }) => data).data, { text: 'without a library' });
});

test("CSWSH: another site's page gets no connection and no token", async (t) => {
  const other = createServer((request, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Another site</title>'));
  await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const page = await open(t, DESKTOP, `http://127.0.0.1:${other.address().port}/`);

  assert.deepEqual(await attempt(page, []), { opened: false, code: 1006 });
  const read = page.evaluate((url) => fetch(url).then((response) => response.text(), () => 'rejected'), new URL('dev/token?user=bob', env('CORDON_URL')).href);
  assert.equal(await read, 'rejected');
});

/** Opens a page in a browser context of its own, without state of another test. */
async function open(t, viewport = DESKTOP, path = '', first = () => {}) {
  const context = await browser.newContext({ viewport });
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
  await page.goto(new URL(path, env('CORDON_URL')).href);
  return page;
}

/** Runs in the page: sends its sockets to the same server under another host name, which is another origin. */
function socketsOfAnotherName() {
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, ...more) {
      super(url.replace('127.0.0.1', 'localhost'), ...more);
    }
  };
}

/** Errors that the browser reported. */
async function faults(page) {
  return [...page.complaints, ...(await page.evaluate('violations'))];
}

/** A panel of the page, as its reader sees it. */
function panel(page, nth, user) {
  const root = page.locator(`[data-ref=panel-${nth}]`);
  const at = (ref) => root.locator(`[data-ref=${ref}]`);
  const text = (ref) => at(ref).textContent();
  return {
    root,
    user,
    text,
    click: (ref) => at(ref).click(),
    shows: (ref, expected) => until(async () => (await text(ref)) === expected, `panel ${nth} shows ${ref} ${expected}`, 15_000),
    /** Oldest first. */
    messages: async () => (await root.locator('.entry-message .entry-text').allTextContents()).reverse(),
  };
}

/** Names both panels and connects them with the one button. */
async function connectBoth(page, users) {
  const panels = users.map((user, nth) => panel(page, nth, user));
  for (const each of panels) {
    await each.root.locator('[data-ref=name]').fill(each.user);
  }
  await page.locator('[data-ref=connect-all]').click();
  await Promise.all(panels.map((each) => each.shows('phase', 'Connected')));
  return panels;
}

/** Sends a message to the second user, whom the form is set to. Returns when the server has accepted it. */
async function send(page, text) {
  await page.locator('[data-ref=text]').fill(text);
  await page.locator('[data-ref=publish-form] button[type=submit]').click();
  await until(async () => (await page.locator('[data-ref=result]').textContent()).startsWith('Accepted'), `"${text}" is accepted`);
}

/** One `new WebSocket` in the page. */
function attempt(page, protocols) {
  return page.evaluate(([url, offered]) => new Promise((resolve) => {
    const socket = offered.length > 0 ? new WebSocket(url, offered) : new WebSocket(url);
    socket.onopen = () => {
      resolve({ opened: true, protocol: socket.protocol });
      socket.close();
    };
    socket.onclose = ({ code }) => resolve({ opened: false, code });
  }), [endpointOf(env('CORDON_URL')), protocols]);
}
