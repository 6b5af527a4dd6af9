/** Streams over HTTP in a browser: the lines of the README and of docs/clients.md, as they stand there. The server runs in development mode. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Centrifuge } from 'centrifuge';
import { launched } from './chromium.js';
import { becomes, payloads, receives } from './clients.js';
import { api, env, somebody, token, until } from './cordon.js';
import { behindNginx } from './nginx.js';

const document = (name) => readFileSync(join(env('CORDON_TARGET'), '..', name), 'utf8');
const README = document('README.md');
const CLIENTS = document('docs/clients.md');

let browser;
before(async () => {
  browser = await launched();
});
after(() => browser?.close());

/** The block of a document, in a language, that holds a word. */
function block(document, word, language = 'js') {
  return document.split(`\`\`\`${language}\n`).slice(1).map((part) => part.split('```')[0]).find((code) => code.includes(word));
}

/** Runs a script of curl that does not end by itself, for a user. */
function curl(t, script, user) {
  const here = script.replaceAll('http://127.0.0.1:8080/', env('CORDON_URL')).replaceAll('user=bob', `user=${user}`);
  const shell = spawn('sh', ['-c', here.replaceAll('curl -N', 'exec curl -sN')]);
  t.after(() => shell.kill());
  const running = { out: '', end: () => shell.kill() };
  shell.stdout.on('data', (data) => (running.out += data));
  return running;
}

test("the README's curl receives a message", async (t) => {
  const user = somebody('curl');
  const running = curl(t, block(README, 'curl -N', 'sh'), user);
  await until(() => running.out.includes('data: {"connect":'), 'the stream has begun', 10_000);

  await api('publish', { channel: `#${user}`, data: { text: 'hello' } });

  const message = `data: {"channel":"#${user}","pub":{"offset":1,"data":{"text":"hello"}}}`;
  await until(() => running.out.includes(message), 'the message', 10_000);
});

test('the curl of docs/clients.md goes on behind the last id that came', async (t) => {
  const user = somebody('curl');
  const first = curl(t, block(README, 'curl -N', 'sh'), user);
  await until(() => first.out.includes('data: {"connect":'), 'the stream has begun', 10_000);
  await api('publish', { channel: `#${user}`, data: 1 });
  await until(() => first.out.includes('"offset":1,"data":1}'), 'the first message', 10_000);
  first.end();
  await api('publish', { channel: `#${user}`, data: 2 });

  const id = [...first.out.matchAll(/^id: (\S+)$/gm)].at(-1)[1];
  const resume = block(CLIENTS, 'Last-Event-ID', 'sh').replace(/LAST='\S+'/, `LAST='${id}'`);
  const again = curl(t, `${block(CLIENTS, 'TOKEN=', 'sh').split('\n')[0]}\n${resume}`, user);

  await until(() => again.out.includes('"offset":2,"data":2}'), 'what was missed', 10_000);
  assert.match(again.out, /"was_recovering":true,"recovered":true/);
  assert.ok(!again.out.includes('"data":1}'));
});

test('the POST of docs/clients.md receives, in the session that it names', async (t) => {
  const user = somebody('curl');
  const running = curl(t, `${block(CLIENTS, 'TOKEN=', 'sh').split('\n')[0]}\n${block(CLIENTS, 'my-script', 'sh')}`, user);
  await until(() => running.out.startsWith('{"connect":'), 'the stream has begun', 10_000);

  await api('publish', { channel: `#${user}`, data: 1 });

  await until(() => running.out.includes(`{"channel":"#${user}","pub":{"offset":1,"data":1}}`), 'the message', 10_000);
  const { result } = await api('connections', { user });
  assert.deepEqual(Object.values(result.connections).map(({ session }) => session), ['my-script']);
});

/** A page that runs a script of a document for a user, and what it writes to its console. */
async function running(t, script, user) {
  const page = await browser.newPage();
  t.after(() => page.close());
  const messages = [];
  page.on('console', async (message) => {
    const [first] = await Promise.all(message.args().map((arg) => arg.jsonValue().catch(() => null)));
    messages.push(first);
  });
  await page.goto(env('CORDON_URL'));
  await page.evaluate(`(async () => { ${script.replace('user=bob', `user=${user}`)} })()`);
  await until(() => messages.some((message) => message?.connect), 'the stream has begun', 10_000);
  return messages;
}

const received = (messages) => messages.filter((message) => message?.pub).map(({ pub }) => pub.data);

test("the README's EventSource page receives, and says when its stream has ended", async (t) => {
  const user = somebody('alice');
  const messages = await running(t, block(README, 'new EventSource'), user);

  await api('publish', { channel: `#${user}`, data: { n: 1 } });
  await until(() => received(messages).length === 1, 'the message', 10_000);
  await api('disconnect', { user, disconnect: { code: 3011, reason: 'force reconnect' } });
  await until(() => messages.includes('the stream has ended'), 'the end of the stream', 10_000);

  assert.deepEqual(received(messages), [{ n: 1 }]);
});

test('the EventSource page of docs/clients.md receives, and gets what it missed when its stream has ended', async (t) => {
  const user = somebody('alice');
  const messages = await running(t, block(CLIENTS, 'new EventSource'), user);

  await api('publish', { channel: `#${user}`, data: { n: 1 } });
  await until(() => received(messages).length === 1, 'the first message', 10_000);
  await api('disconnect', { user, disconnect: { code: 3011, reason: 'force reconnect' } });
  await until(() => messages.some((message) => message?.disconnect), 'the end of the stream', 10_000);
  await api('publish', { channel: `#${user}`, data: { n: 2 } });
  await until(() => received(messages).length === 2, 'what was missed', 10_000);

  assert.deepEqual(received(messages), [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(messages.find((message) => message?.disconnect).disconnect, { code: 3011, reason: 'force reconnect' });
  const [, second] = messages.filter((message) => message?.connect);
  const [subscription] = Object.values(second.connect.subs);
  assert.deepEqual([subscription.was_recovering, subscription.recovered], [true, true]);
});

test("another site's page gets neither a ticket nor a stream", async () => {
  const headers = { Origin: 'https://evil.example', Authorization: 'Bearer x' };
  for (const [path, method] of [['connection/ticket', 'POST'], ['connection/ticket', 'OPTIONS'], ['connection/uni_sse', 'GET']]) {
    const answer = await fetch(new URL(path, env('CORDON_URL')), { method, headers });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  }
});

/** An nginx that forbids WebSockets. Otherwise it is as nginx is by itself: it collects answers, but for those that ask it not to. */
function forbiddingUpgrades(t) {
  return behindNginx(t, { server: 'location = /connection/websocket { return 403; }' });
}

/** The transports of an SDK, in the order of docs/clients.md. */
function transports(base) {
  return [
    { transport: 'websocket', endpoint: `${base.replace('http', 'ws')}/connection/websocket` },
    { transport: 'http_stream', endpoint: `${base}/connection/http_stream` },
    { transport: 'sse', endpoint: `${base}/connection/sse` },
  ];
}

test('behind an nginx that forbids WebSockets the SDK falls back to http_stream by itself, and has all that it has on a socket', async (t) => {
  const proxy = await forbiddingUpgrades(t);
  const { default: WebSocket } = await import('ws');
  const user = somebody('alice');
  let tokens = 0;
  const client = new Centrifuge(transports(proxy.base), {
    getToken: async () => token(user, { ttl: 3, claims: { jti: `${++tokens}` } }),
    emulationEndpoint: `${proxy.base}/emulation`,
    websocket: WebSocket,
    minReconnectDelay: 20,
    maxReconnectDelay: 200,
  });
  t.after(() => client.disconnect());
  const alice = { user, client, received: [], events: [] };
  client.on('publication', (context) => alice.received.push(context));
  for (const name of ['connecting', 'connected', 'disconnected']) {
    client.on(name, (context) => alice.events.push({ name, ...context }));
  }
  client.connect();
  await client.ready(10_000);

  assert.equal(alice.events.at(-1).transport, 'http_stream');
  assert.ok(proxy.log().includes('HTTP/1.1 403 /connection/websocket'));
  assert.deepEqual((await client.rpc('echo', { a: 1 })).data, { a: 1 });
  await api('publish', { channel: `#${user}`, data: 1 });
  await receives(alice, 1);

  const orders = client.newSubscription(`orders#${user}`);
  orders.on('publication', (context) => alice.received.push(context));
  orders.subscribe();
  await orders.ready(5_000);
  await api('publish', { channel: `orders#${user}`, data: 2 });
  await receives(alice, 2);
  await assert.rejects(client.publish(`#${user}`, 3), { code: 103 });
  assert.equal((await client.history(`#${user}`, { limit: 10 })).publications.length, 1);

  await until(() => tokens >= 2, 'the token is refreshed', 10_000);
  await api('disconnect', { user, disconnect: { code: 3011, reason: 'force reconnect' } });
  await api('publish', { channel: `#${user}`, data: 4 });
  await receives(alice, 3);
  assert.deepEqual(payloads(alice), [1, 2, 4]);
  assert.equal(alice.events.at(-1).transport, 'http_stream');

  await api('disconnect', { user });
  assert.equal((await becomes(alice, 'disconnected', 10_000)).code, 3503);
});

/** What a page of the proxy sees with these transports of the SDK, connected. */
async function connectedPage(page, proxy, list, user, transport) {
  await page.goto(`${proxy.base}/`);
  await page.addScriptTag({ url: '/vendor/centrifuge/centrifuge.js' });
  await page.evaluate(
    ({ list, bearer }) => {
      window.seen = { received: [], transport: '' };
      window.client = new window.Centrifuge(list, { token: bearer });
      window.client.on('publication', ({ data }) => window.seen.received.push(data));
      window.client.on('connected', ({ transport }) => (window.seen.transport = transport));
      window.client.connect();
    },
    { list, bearer: token(user) },
  );
  const seen = () => page.evaluate(() => window.seen);
  await until(async () => (await seen()).transport === transport, 'the page is connected', 20_000);
  return seen;
}

/** Whether the page sends and receives. */
async function exchanges(page, seen, user) {
  assert.deepEqual((await page.evaluate(() => window.client.rpc('echo', [7]))).data, [7]);
  await api('publish', { channel: `#${user}`, data: { text: 'hello' } });
  await until(async () => (await seen()).received.length === 1, 'the page receives', 10_000);
  assert.deepEqual((await seen()).received, [{ text: 'hello' }]);
}

for (const [left, transport] of [[['http_stream', 'sse'], 'http_stream'], [['sse'], 'sse']]) {
  test(`a browser behind such an nginx receives and sends through ${transport}`, async (t) => {
    const proxy = await forbiddingUpgrades(t);
    const user = somebody('bob');
    const page = await browser.newPage();
    t.after(() => page.close());

    const list = transports(proxy.base).filter(({ transport }) => ['websocket', ...left].includes(transport));
    const seen = await connectedPage(page, proxy, list, user, transport);

    await exchanges(page, seen, user);
    assert.ok(proxy.log().includes('HTTP/1.1 403 /connection/websocket'));
  });

  test(`over HTTP/2 and TLS a browser receives and sends through ${transport}`, async (t) => {
    // Cordon sees http behind a proxy with TLS: the page's origin is in cordon.allowed-origins there, and rewritten here.
    const proxy = await behindNginx(t, { tls: true, server: 'proxy_set_header Origin "http://$http_host";' });
    const user = somebody('bob');
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    t.after(() => context.close());
    const page = await context.newPage();

    const list = transports(proxy.base).filter((each) => each.transport === transport);
    const seen = await connectedPage(page, proxy, list, user, transport);

    await exchanges(page, seen, user);
    await page.evaluate(() => window.client.disconnect());
    const requests = () => proxy.log().filter((line) => line.startsWith('HTTP/2.0 2')).map((line) => line.split(' ')[2]);
    await until(() => requests().includes(`/connection/${transport}`), 'the stream has ended');
    assert.ok(requests().includes('/emulation'), proxy.log().join('\n'));
  });
}
