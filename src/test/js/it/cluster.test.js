/**
 * Three nodes with one log behind a load balancer, in each mode of the cluster. Back ends publish on any of them. Meanwhile one node is killed, and one joins. Every
 * acknowledged publish reaches every client of its user once and in order, whatever its node. The tests are one story, told in order.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Balancer } from './balancer.js';
import { launched } from './chromium.js';
import { becomes, connected, lasting, numbers, sdk } from './clients.js';
import { api, env, token, until } from './cordon.js';
import { History } from './history.js';
import { port, PORTABLE, SECRET, Server } from './server.js';

const KEY = 'the key of the tests own servers';
const MODE = env('CORDON_CLUSTER_MODE');
const LOG = env('CORDON_CLUSTER_LOG');
const SETTINGS = {
  CORDON_API_KEYS: KEY,
  CORDON_LOG: LOG,
  CORDON_CLUSTER: MODE,
  ...(MODE === 'grid' ? { CORDON_GRID_KEY: 'dGhlIGtleSBvZiB0aGUgdGVzdHMgb3duIHNlcnZlcnM=' } : {}),
  ...(LOG === 'jdbc' ? { CORDON_JDBC_URL: env('CORDON_DATABASE_URL'), CORDON_JDBC_USER: 'postgres', CORDON_JDBC_PASSWORD: 'postgres' } : {}),
};
const NODE_PORTS = [port(11), port(12), port(13)];
const GRID_PORTS = [port(14), port(15), port(16)];
const USERS = numbers(1, 6).map(({ n }) => `user-${n}`);
const BACK_ENDS = 4;
/** The number of publishes in all, and of those before a node is killed. */
const MESSAGES = 600;
const BEFORE = 200;
const claims = { secret: SECRET };
/** A test that tells nodes by their ports. Only the package `payara` knows these; without it, nodes of one machine have one name. */
const testWithPorts = PORTABLE ? () => {} : test;

const history = new History();
const clients = [];
/** @type {Server[]} */
const nodes = [];
/** @type {Balancer} */
let balancer;
let browser;
let page;
let load;

after(async () => {
  await browser?.close();
  clients.forEach(({ client }) => client.disconnect());
  await balancer?.close();
  await Promise.all(nodes.map((node) => node.kill()));
});

const startNode = (n) =>
  Server.start(NODE_PORTS[n], SETTINGS, MODE === 'grid' ? { port: GRID_PORTS[n], members: GRID_PORTS } : undefined);

/** A client of the user on a node of its own choice of the balancer. */
async function open(name, user) {
  history.client(name, [`#${user}`]);
  let epoch = '';
  const listen = (client) => {
    client.on('subscribed', ({ channel, wasRecovering, recovered, streamPosition }) => {
      epoch = streamPosition.epoch;
      if (wasRecovering && !recovered) {
        history.gap(name, channel);
      }
    });
    client.on('publication', ({ channel, offset, data }) => history.received(name, { channel, epoch, offset, id: data.id }));
  };
  clients.push(await connected(lasting, user, { base: balancer.base, claims, session: name, maxReconnectDelay: 500, onClient: listen }));
}

async function backEnd(name) {
  for (let n = 0; n < MESSAGES / BACK_ENDS; n++) {
    const id = `${name}-${n}`;
    const channel = `#${USERS[n % USERS.length]}`;
    history.intent(id, channel);
    while (!(await publish(id, channel))) {
      await pause(100);
    }
    // Bounded: about two hundred a second from each at most.
    await pause(5);
  }
}

async function publish(id, channel) {
  try {
    const { status, result } = await api('publish', { channel, data: { id }, idempotency_key: id }, { base: balancer.base, key: KEY });
    if (status === 200) {
      history.ok(id, result);
      return true;
    }
    assert.ok(status >= 500, `${id} was rejected with ${status}`);
  } catch (error) {
    if (error instanceof assert.AssertionError) {
      throw error;
    }
  }
  history.unknown(id);
  return false;
}

/** The page of the console that a node serves, with an operator signed in. */
async function signIn(node) {
  browser = await launched();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.goto(new URL('console/', node.base).href);
  await page.locator('[data-ref=token]').fill(token('ops', { groups: ['operator'], secret: SECRET }));
  await page.locator('[data-ref=token-form] button').click();
  await page.locator('[data-ref=signed-in]').waitFor({ state: 'visible' });
}

async function lookUp(user) {
  await page.locator('[data-ref=search-user]').fill(user);
  await page.locator('[data-ref=search] button').click();
  await until(async () => (await page.locator('[data-ref=found-name]').textContent()) === user, `${user} is shown`);
}

async function screenshot(name) {
  const folder = join(env('CORDON_TARGET'), 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Those of the clients that the node serves. */
async function presentOn(node, all) {
  const { result: { nodes: [{ uid }] } } = await api('info', {}, { base: node.base, key: KEY });
  const served = await Promise.all(all.map(async (of) => {
    const { status, result } = await api('presence', { channel: `#${of.user}` }, { base: node.base, key: KEY });
    assert.equal(status, 200);
    return Object.values(result.presence).some((each) => each.node === uid);
  }));
  return all.filter((_, i) => served[i]);
}

const figures = async (node) => (await (await fetch(new URL('metrics?scope=application', node.base))).text());
/** The first value of a metric; the name may be a pattern. */
const figure = async (node, name) => Number(new RegExp(`${name}[^ ]* ([0-9.]+)`).exec(await figures(node))?.[1]);

test('three nodes find each other', async () => {
  nodes.push(...(await Promise.all(NODE_PORTS.map((_, n) => startNode(n)))));
  balancer = await Balancer.start(port(10), NODE_PORTS);
  for (const node of nodes) {
    await until(async () => (await figure(node, 'cordon_cluster_nodes')) === 3, 'the node knows three nodes', 20_000);
  }
});

test('a publication on any node reaches the clients on all nodes', async () => {
  for (const user of USERS) {
    for (const n of [1, 2, 3]) {
      await open(`${user} at ${n}`, user);
    }
  }
  load = Promise.all(numbers(1, BACK_ENDS).map(({ n }) => backEnd(`back-end-${n}`)));
  load.catch(() => {});
  await until(() => history.acknowledged >= BEFORE, `${BEFORE} are acknowledged`, 30_000);
});

test('a node is killed, and its clients resume on the others', async () => {
  await nodes[0].kill();
  await load;

  assert.equal(history.acknowledged, MESSAGES);
  await until(() => clients.every(({ client }) => client.state === 'connected'), 'all clients are connected', 20_000);
  await until(async () => (await figure(nodes[1], 'cordon_cluster_nodes')) === 2, 'the others notice', 20_000);
});

const FIRING = 'cordon_alert_firing[^ ]*kpi="lost_nodes"';
const LOST = 'cordon_cluster_nodes_lost_total';
const survivors = async (name) => (await figure(nodes[1], name)) + (await figure(nodes[2], name));

test('one of the others counts the lost node and has an alert', async () => {
  await until(async () => (await survivors(FIRING)) === 1, 'the alert fires at one node', 20_000);
  assert.equal(await survivors(LOST), 1);
});

test('a node joins, and a client on it is served', async () => {
  nodes[0] = await startNode(0);
  await until(async () => (await figure(nodes[0], 'cordon_cluster_nodes')) === 3, 'it finds the others', 20_000);
  const late = await connected(lasting, 'late', { base: nodes[0].base, claims, session: 'late' });
  clients.push(late);
  await api('publish', { channel: '#late', data: { n: 1 } }, { base: nodes[1].base, key: KEY });
  await until(() => late.received.length === 1, 'the client on the new node receives it', 5_000);
});

test('a disconnect on one node ends the client on another', async () => {
  const leaver = await connected(lasting, 'leaver', { base: nodes[0].base, claims, session: 'leaver' });
  clients.push(leaver);

  const { status } = await api('disconnect', { user: 'leaver' }, { base: nodes[1].base, key: KEY });

  assert.equal(status, 200);
  await until(() => leaver.events.at(-1).name === 'disconnected', 'the client is disconnected', 10_000);
  assert.equal(leaver.events.at(-1).code, 3503);
});

test('a group that one node keeps is reached from any other, on whatever node its users are', async () => {
  const members = await Promise.all(nodes.map((node, n) => connected(lasting, `member-${n}`, { base: node.base, claims, session: 's' })));
  const outsider = await connected(lasting, 'outsider', { base: nodes[0].base, claims, session: 's' });
  clients.push(...members, outsider);
  const users = [...members.map(({ user }) => user), 'away'];

  const added = await api('group_add', { group: 'room', users }, { base: nodes[0].base, key: KEY });
  const reached = await api('broadcast', { group: 'room', data: { n: 1 } }, { base: nodes[1].base, key: KEY });
  const removed = await api('group_remove', { group: 'room', users: users.slice(1) }, { base: nodes[2].base, key: KEY });
  const listed = await api('group_list', { group: 'room' }, { base: nodes[0].base, key: KEY });

  assert.deepEqual(added.result, { added: 4, members: 4 });
  assert.deepEqual(reached.result, { users: 4, appended: 4, connections: 1, failed: 0, failures: [] });
  await until(() => members.every(({ received }) => received.length === 1), 'each member receives it', 5_000);
  assert.equal(outsider.received.length, 0);
  assert.deepEqual(removed.result, { removed: 3, members: 1 });
  assert.deepEqual(listed.result, { members: 1, users: ['member-0'] });
});

test('a user has at most five sessions on all nodes together', async () => {
  for (const { n } of numbers(1, 5)) {
    clients.push(await connected(lasting, 'many', { base: nodes[n % 3].base, claims, session: `s${n}` }));
  }
  const sixth = sdk(lasting, 'many', { base: nodes[0].base, claims, session: 's6' });
  clients.push(sixth);

  sixth.client.connect();
  const { code } = await becomes(sixth, 'disconnected', 15_000);

  assert.equal(code, 3504);
  const denied = await figure(nodes[0], 'cordon_cluster_slots_denied_total');
  assert.ok(denied > 0, `${denied} denied`);
});

test('presence on any node lists the clients on all nodes', async () => {
  const opened = [];
  for (const node of nodes) {
    opened.push(await connected(lasting, 'everywhere', { base: node.base, claims, session: `on ${node.port}` }));
  }
  clients.push(...opened);
  const ids = opened.map(({ events }) => events.at(-1).client).sort();

  for (const node of nodes) {
    const { status, result } = await api('presence', { channel: '#everywhere' }, { base: node.base, key: KEY });
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(result.presence).sort(), ids);
    assert.equal(new Set(Object.values(result.presence).map((each) => each.node)).size, 3, 'each on a node of its own');
  }
  const { clients: seen } = await opened[0].client.presence('#everywhere');
  assert.deepEqual(Object.keys(seen).sort(), ids);
});

test('commands of a stream over HTTP reach it through any node', async (t) => {
  const [here, there] = nodes;
  const stream = await fetch(new URL('connection/http_stream', here.base), {
    method: 'POST',
    body: JSON.stringify({ id: 1, connect: { token: token('streamer', claims) } }),
    signal: AbortSignal.timeout(20_000),
  });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  t.after(() => reader.cancel().catch(() => {}));
  let text = '';
  const reads = async (part) => {
    while (!text.includes(part)) {
      const { done, value } = await reader.read();
      assert.ok(!done, text);
      text += value;
    }
  };
  await reads('\n');
  const { session, node } = JSON.parse(text.split('\n')[0]).connect;
  const send = (to, body) => fetch(new URL('emulation', to.base), { method: 'POST', body: JSON.stringify(body) });

  const command = JSON.stringify({ id: 2, rpc: { method: 'echo', data: 'from another node' } });
  assert.equal((await send(there, { session, node, data: command })).status, 204);

  await reads('{"id":2,"rpc":{"data":"from another node"}}');
  assert.equal((await send(there, { session: 'made up', node, data: command })).status, 404);
});

test('a back end on any node subscribes, tells, lists and unsubscribes the clients on all nodes', async () => {
  const channel = 'orders#everywhere';
  const there = clients.filter(({ user }) => user === 'everywhere');
  const ask = async (n, method, body) => (await api(method, body, { base: nodes[n].base, key: KEY })).result;
  const news = async (count) => {
    const had = (of) => of.received.filter((each) => each.channel === channel).map(({ data }) => data);
    await until(() => there.every((of) => had(of).length === count), `each has ${count}`, 5_000);
    return had(there[0]);
  };
  const { epoch } = await ask(0, 'publish', { channel, data: 'missed' });

  const subscribed = await ask(1, 'subscribe', { user: 'everywhere', channel, recover_since: { offset: 0, epoch } });
  await news(1);
  const told = await ask(2, 'publish', { channel, data: 'now', skip_history: true });
  await news(2);
  await ask(0, 'publish', { channel, data: 'kept' });

  assert.deepEqual([subscribed, told], [{ subscribed: 3, over_limit: 0 }, { connections: 3 }]);
  assert.deepEqual(await news(3), ['missed', 'now', 'kept']);
  const { connections } = await ask(2, 'connections', { user: 'everywhere' });
  assert.equal(new Set(Object.values(connections).map(({ node }) => node)).size, 3, 'each on a node of its own');
  assert.deepEqual((await ask(0, 'channels', { user: 'everywhere' })).channels[channel], { num_clients: 3 });
  assert.deepEqual(await ask(1, 'refresh', { user: 'everywhere', expire_at: Math.floor(Date.now() / 1000) + 1800 }), { refreshed: 3 });
  assert.deepEqual(await ask(2, 'unsubscribe', { user: 'everywhere', channel }), { unsubscribed: 3 });
});

test('info on any node lists all nodes', async () => {
  const lists = await Promise.all(nodes.map(async (node) => (await api('info', {}, { base: node.base, key: KEY })).result));

  assert.ok(lists.every(({ nodes: all, silent }) => all.length === 3 && silent === undefined));
  assert.equal(new Set(lists.map(({ nodes: [own] }) => own.uid)).size, 3, 'each lists itself first');
  const uids = lists.map(({ nodes: all }) => all.map(({ uid }) => uid).sort());
  assert.deepEqual(uids[1], uids[0]);
  assert.deepEqual(uids[2], uids[0]);
});

testWithPorts('the console of any node shows all nodes, and names the node in the timeline of a user', async () => {
  await signIn(nodes[2]);
  await until(async () => (await page.locator('[data-ref=nodes] tr').count()) === 3, 'three nodes are listed');
  for (const node of nodes) {
    assert.equal(await page.locator('[data-ref=nodes] tr', { hasText: `:${node.port}` }).count(), 1);
  }

  await lookUp('everywhere');
  await until(async () => (await page.locator('[data-ref=connections] tr').count()) === 3, 'the connections on all nodes are listed');
  const served = await page.locator('[data-ref=connections] .of-node').allTextContents();
  assert.deepEqual(served.map((name) => Number(name.split(':').at(-1))).sort(), NODE_PORTS);

  await lookUp('leaver');
  await until(async () => /3503 force disconnect.*session leaver on \S+:\d+/.test(await page.locator('[data-ref=timeline]').textContent()), 'the node is named');
  assert.ok((await page.locator('[data-ref=timeline]').textContent()).includes(`:${nodes[0].port}`));
  await screenshot('console-nodes');
});

testWithPorts('a node is drained from the console of another: readiness first, and its clients move to the others', async () => {
  const moving = [];
  for (const n of numbers(1, 9).map((each) => each.n)) {
    moving.push(await connected(lasting, `moving-${n}`, { base: balancer.base, claims, session: 's', maxReconnectDelay: 500 }));
  }
  clients.push(...moving);
  const there = () => presentOn(nodes[1], moving);
  assert.ok((await there()).length > 0, 'some clients are on the node');
  const first = Promise.race((await there()).map(({ client }) => new Promise((closed) => client.once('connecting', closed))))
    .then(() => nodes[1].status('health/ready'));

  await page.locator('[data-ref=nodes] tr', { hasText: `:${nodes[1].port}` }).getByRole('button').click();
  await page.locator('[data-ref=confirm-yes]').click();

  assert.equal(await first, 503, 'when the first connection is closed, the node is not ready');
  await until(async () => (await there()).length === 0 && moving.every(({ client }) => client.state === 'connected'), 'all clients are on other nodes', 30_000);
  assert.equal(await nodes[2].status('health/ready'), 200);
  await until(async () => /draining/.test(await page.locator('[data-ref=nodes] tr', { hasText: `:${nodes[1].port}` }).textContent()), 'the console shows it', 15_000);
  await screenshot('console-drain');
  const { result } = await api('info', {}, { base: nodes[0].base, key: KEY });
  assert.deepEqual(result.nodes.map(({ state }) => state).sort(), ['draining', 'ready', 'ready']);
  assert.deepEqual(page.complaints, []);
});

test('every acknowledged publish is received exactly once and in order, by the clients of its user only', async (t) => {
  await until(() => history.check().every(({ kind }) => kind !== 'loss'), 'everything arrives', 40_000).catch(() => {});

  assert.deepEqual(history.check(), []);
  const remote = await Promise.all(nodes.slice(1).map((node) => figure(node, 'cordon_cluster_publications_total')));
  assert.ok(remote.every((count) => count > 0), `publications of other nodes: ${remote}`);
  t.diagnostic(`${MESSAGES} publishes to ${clients.length} clients on three nodes; of other nodes ${remote}`);
});

test('a node that stops is not lost', async () => {
  const left = [nodes[0], nodes[2]];
  const lost = async () => (await Promise.all(left.map((node) => figure(node, LOST)))).reduce((sum, one) => sum + one);
  const before = await lost();

  await nodes[1].stop();

  for (const node of left) {
    await until(async () => (await figure(node, 'cordon_cluster_nodes')) === 2, 'the others notice', 20_000);
  }
  assert.equal(await lost(), before);
});

// With the log on the grid two of three nodes are the quorum: one alone serves nobody.
if (LOG !== 'grid') {
  test('the sessions of a dead node make room', async () => {
    // Two sessions were on the node that was drained or stopped, and have made room; two are on the node that is killed.
    for (const session of ['s7', 's8']) {
      clients.push(await connected(lasting, 'many', { base: nodes[0].base, claims, session }));
    }
    await nodes[2].kill();

    const next = sdk(lasting, 'many', { base: nodes[0].base, claims, session: 's9' });
    clients.push(next);
    next.client.connect();
    await next.client.ready(40_000);

    await until(async () => (await figure(nodes[0], 'cordon_cluster_slot_takeovers_total')) > 0, 'slots are taken over', 5_000);
  });
}
