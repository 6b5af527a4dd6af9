/**
 * The commands of payara-config/cluster, as a newcomer uses them: start, look at the page, kill a node, add one, Ctrl-C. The tests are one
 * story, told in order.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launched } from './chromium.js';
import { connected, lasting, payloads, receives } from './clients.js';
import { api, env, until } from './cordon.js';
import { port, SECRET } from './server.js';

const KEY = 'the key of the tests own servers';
const START_MILLIS = 240_000;
const BALANCER = port(20);
const BASE = `http://127.0.0.1:${BALANCER}/`;
const claims = { secret: SECRET };
const folder = join(env('CORDON_CHECKOUT'), 'target/cluster');

/** A command of payara-config/cluster, and what it prints. */
class Command {
  output = '';

  constructor(name, args = [], settings = {}) {
    const inherited = Object.entries(process.env).filter(([each]) => !each.startsWith('CORDON_'));
    this.process = spawn(join(env('CORDON_CHECKOUT'), 'payara-config/cluster', name), args.map(String), {
      env: { ...Object.fromEntries(inherited), CORDON_TOKEN_HMAC_SECRET: SECRET, CORDON_API_KEYS: KEY, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.output += text));
    }
    this.exited = once(this.process, 'exit').then(([status]) => status);
  }

  says(text, millis) {
    return until(() => {
      assert.ok(this.process.exitCode === null || this.output.includes(text), this.output);
      return this.output.includes(text);
    }, text, millis);
  }

  /** The one line of an error with which the command ends. */
  async fails() {
    assert.equal(await this.exited, 1, this.output);
    const errors = this.output.split('\n').filter((line) => line.startsWith('ERROR: '));
    assert.equal(errors.length, 1, this.output);
    assert.doesNotMatch(this.output, /\tat |Exception/);
    return errors[0];
  }
}

const clients = [];
let cluster;
let browser;
let page;
after(async () => {
  // Their SDK would look for the cluster for ever, and so keep this process.
  clients.forEach(({ client }) => client.disconnect());
  await browser?.close();
  cluster?.process.kill('SIGINT');
  await cluster?.exited;
});

test('a node cannot be added where no cluster runs', async () => {
  assert.equal(await new Command('add').fails(), 'ERROR: no cluster runs in this checkout: start one with payara-config/cluster/start');
});

test('each mistake at the start is one line that says what to do', async () => {
  assert.match(await new Command('start', ['hazelcast']).fails(), /the mode is 'hazelcast' but must be database or grid or grid-log/);
  assert.match(await new Command('start', ['database', '99999']).fails(), /the port is '99999' but must be a number from 1 to 64532/);
  assert.match(await new Command('start', ['database', BALANCER, 'more']).fails(), /usage: payara-config\/cluster\/start \[database or grid or grid-log\]/);
});

// Where nginx is installed, nothing is missing.
if (!existsSync('/usr/sbin/nginx')) {
  test('what is missing on the machine is named with the command that installs it', async () => {
    const start = new Command('start', ['database', BALANCER], { PATH: '/bin' });
    assert.match(await start.fails(), /missing on this machine: nginx; install with: apt-get install nginx/);
  });
}

test('a port in use is named', async () => {
  const taken = createServer().listen(BALANCER + 2, '127.0.0.1');
  await once(taken, 'listening');
  try {
    assert.match(await new Command('start', ['database', BALANCER]).fails(), new RegExp(`port ${BALANCER + 2} is in use on 127\\.0\\.0\\.1; the `
      + `cluster needs ${BALANCER} to ${BALANCER + 3}, or others: payara-config/cluster/start database 9000`));
  } finally {
    taken.close();
  }
});

test('one command starts three nodes behind nginx and says where they are', async () => {
  cluster = new Command('start', ['database', BALANCER]);
  await cluster.says('Ctrl-C ends all', START_MILLIS);
  await cluster.says('add a node   payara-config/cluster/add', 1_000);

  assert.ok(cluster.output.includes(`demo page    ${BASE}\n`));
  for (const node of [1, 2, 3]) {
    const address = `http://127.0.0.1:${BALANCER + node}/`;
    assert.match(cluster.output, new RegExp(`node +${address} +console ${address}console/ +kill it: kill -9 \\d+\n`));
    assert.equal((await fetch(new URL('health/ready', address))).status, 200);
  }
  assert.match(await new Command('start', ['database', BALANCER + 10]).fails(), /a cluster runs in this checkout already: end it with Ctrl-C/);
});

test('the page shows which node serves each panel, and the button kills it: the panel resumes on another', async () => {
  browser = await launched();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 1100 } })).newPage();
  await page.goto(BASE);
  await page.locator('[data-ref=connect-all]').click();
  for (const nth of [0, 1]) {
    await shows(nth, 'phase', 'Connected');
  }
  const [before, other] = [await text(0, 'node'), await text(1, 'node')];
  assert.match(before, /^127\.0\.0\.1:\d+$/);
  assert.notEqual(before, other, 'nginx spreads sockets');
  await publish('alice', 'before the kill');
  await shows(0, 'received', '1');
  await shoot('before');

  await panel(0, 'kill').click();
  await until(async () => (await page.locator('[data-ref=panel-0] .entry-note').allTextContents()).some((note) => note.startsWith('Connection lost')),
    'the connection is lost');
  await shoot('killed');
  await publish('alice', 'after the kill');
  await shows(0, 'received', '2');
  await shows(0, 'last-resume', 'recovered');

  assert.notEqual(await text(0, 'node'), before);
  assert.equal(await text(1, 'node'), other);
  assert.equal(await text(1, 'resumes'), '0');
  await cluster.says(`The node ${before} has ended with status 137; its clients go on at the others.`, 10_000);
  await shoot('resumed');
});

test('a node that is killed from outside loses its clients to the others, and nothing else', async () => {
  const client = await connected(lasting, 'erin', { base: BASE, claims, session: 'erin' });
  const [, address, pid] = await until(() => {
    const at = client.events.at(-1).data?.node;
    return new RegExp(`node +http://(${at})/ .*kill -9 (\\d+)`).exec(cluster.output);
  }, 'the block names the node of the client');
  await publish('erin', 1);
  await receives(client, 1);

  process.kill(Number(pid), 'SIGKILL');
  await cluster.says(`The node ${address} has ended with status 137`, 10_000);
  await publish('erin', 2);
  await receives(client, 2);

  assert.deepEqual(payloads(client), [{ text: 1 }, { text: 2 }]);
  assert.notEqual(client.events.at(-1).data.node, address);
  client.client.disconnect();
});

test('one more command adds a node in the place of a killed one, and clients reach it through nginx', async () => {
  const add = new Command('add');
  assert.equal(await add.exited, 0, add.output);

  const [, address] = /The node (127\.0\.0\.1:\d+) serves: http:/.exec(add.output);
  assert.ok(cluster.output.includes(`The node ${address} serves: `));
  const served = new Set();
  await until(async () => {
    const client = await connected(lasting, `late-${served.size}`, { base: BASE, claims });
    clients.push(client);
    served.add(client.events.at(-1).data.node);
    return served.has(address);
  }, 'a client is served by the new node', 20_000);
});

test('Ctrl-C ends all: no process, no open port, and nothing but logs', async () => {
  const started = readFileSync(join(folder, 'processes'), 'utf8').trim().split('\n').map((line) => Number(line.split(' ')[0]));
  assert.ok(started.length >= 6, `${started}`);
  await browser.close();

  cluster.process.kill('SIGINT');
  await cluster.exited;

  assert.ok(cluster.output.includes('All have ended. Their logs are in target/cluster.'), cluster.output);
  assert.deepEqual(started.filter(alive), []);
  for (const nth of [0, 1, 2, 3]) {
    await assert.rejects(fetch(`http://127.0.0.1:${BALANCER + nth}/`));
  }
  assert.deepEqual(['postgresql', 'nginx', 'control', 'processes'].filter((name) => existsSync(join(folder, name))), []);
  assert.ok(existsSync(join(folder, 'nginx.log')));
});

test('on the grid too, with the log there and no PostgreSQL: a message from one node to another, and one more node', async () => {
  cluster = new Command('start', ['grid-log', BALANCER]);
  await cluster.says('Ctrl-C ends all', START_MILLIS);
  assert.match(cluster.output, /3 nodes with one log on the grid, mode grid, behind nginx/);
  assert.ok(!existsSync(join(folder, 'postgresql')));
  const add = new Command('add');
  assert.equal(await add.exited, 0, add.output);
  const [first, added] = [1, 4].map((node) => `http://127.0.0.1:${BALANCER + node}/`);
  assert.ok(add.output.includes(`serves: ${added}`), add.output);

  const client = await connected(lasting, 'grid', { base: added, claims });
  clients.push(client);
  assert.equal((await api('publish', { channel: '#grid', data: { text: 'over the grid' } }, { base: first, key: KEY })).status, 200);
  await receives(client, 1);
  await until(async () => /cordon_cluster_nodes[^ ]* 4/.test(await (await fetch(new URL('metrics?scope=application', added))).text()),
    'the added node knows the three others', 20_000);
});

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function publish(user, words) {
  const { status } = await api('publish', { channel: `#${user}`, data: { text: words } }, { base: BASE, key: KEY });
  assert.equal(status, 200);
}

const panel = (nth, ref) => page.locator(`[data-ref=panel-${nth}] [data-ref=${ref}]`);
const text = (nth, ref) => panel(nth, ref).textContent();
const shows = (nth, ref, expected) => until(async () => (await text(nth, ref)) === expected, `panel ${nth} shows ${ref} ${expected}`, 20_000);

async function shoot(name) {
  const shots = join(env('CORDON_TARGET'), 'screenshots');
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `cluster-${name}.png`), fullPage: true });
}
