/**
 * Three nodes with one log behind a load balancer, and what can be done to them. If the log is in PostgreSQL, each node has a line of its own
 * to it. `CORDON_CHAOS_MODE` is `database` or `grid`, with the log in PostgreSQL, or `grid-log`, with the log on the grid.
 */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Balancer } from './balancer.js';
import { numbers } from './clients.js';
import { api, env, until } from './cordon.js';
import { DatabaseProxy } from './databaseProxy.js';
import { GridLine } from './gridLine.js';
import { port, SECRET, Server } from './server.js';

export const KEY = 'the key of the tests own servers';
const NODES = 3;
export const MODE = env('CORDON_CHAOS_MODE');
const ON_GRID = MODE !== 'database';
const IN_DATABASE = MODE !== 'grid-log';
const GRID_PORTS = numbers(1, NODES).map(({ n }) => port(25 + n));
/** Beyond this a node counts as lost: ten seconds, and a heartbeat of two. */
const NOTICED = 25_000;

const SETTINGS = {
  CORDON_API_KEYS: KEY,
  CORDON_LOG: IN_DATABASE ? 'jdbc' : 'grid',
  CORDON_CLUSTER: ON_GRID ? 'grid' : 'database',
  ...(IN_DATABASE ? { CORDON_JDBC_USER: 'postgres', CORDON_JDBC_PASSWORD: 'postgres' } : {}),
  ...(ON_GRID ? { CORDON_GRID_KEY: 'dGhlIGtleSBvZiB0aGUgdGVzdHMgb3duIHNlcnZlcnM=' } : {}),
  // A client that is away for half a minute finds everything.
  CORDON_HISTORY_SIZE: '20000',
  CORDON_HISTORY_MAX_BYTES: '16777216',
};

/** The WAR of an earlier version, on which the nodes begin; the faults begin with the upgrade then. */
export const BEFORE = process.env.CORDON_CHAOS_BEFORE || undefined;

const line = async () => (IN_DATABASE ? await DatabaseProxy.start(Number(env('CORDON_DATABASE_PORT'))) : undefined);

/** One node, its line to PostgreSQL, and the others' line to its member of the grid. */
class Node {
  /** @type {Server} */
  server;

  constructor(number, proxy, gridLine) {
    this.number = number;
    this.port = port(20 + number);
    this.gridLine = gridLine;
    this.grid = gridLine && { port: gridLine.target, members: GRID_PORTS, file: gridLine.file() };
    this.base = `http://127.0.0.1:${this.port}/`;
    this.proxy = proxy;
  }

  static async of(number) {
    return new Node(number, await line(), ON_GRID ? await GridLine.to(number, port(25 + number), port(30 + number)) : undefined);
  }

  /** @param {Record<string, string>} [more] environment @param {string} [war] */
  async start(more = {}, war = undefined) {
    const url = this.proxy && env('CORDON_DATABASE_URL').replace(/:\d+\//, `:${this.proxy.port}/`);
    this.server = await Server.start(this.port, { ...SETTINGS, ...(url ? { CORDON_JDBC_URL: url } : {}), ...more }, this.grid, war);
  }

  async metric(name) {
    const response = await fetch(new URL('metrics?scope=application', this.base), { signal: AbortSignal.timeout(5_000) });
    return Number(new RegExp(`${name}[^ ]* ([0-9.]+)`).exec(await response.text())?.[1]);
  }

  /** Publishes on this node, whatever the balancer thinks of it. */
  publish(channel, data) {
    return api('publish', { channel, data }, { base: this.base, key: KEY, timeout: 8_000 });
  }
}

export class ChaosCluster {
  /** @type {Node[]} */
  nodes = [];
  /** Times in ms by what they are the time to. @type {Record<string, number[]>} */
  times = {};
  /** Moments at which faults began, in order. */
  moments = [];
  /** The clients that were cut off, and from when they could be served again. */
  starved = { clients: [], since: 0 };

  constructor(next) {
    this.next = next;
  }

  async start() {
    for (let n = 1; n <= NODES; n++) {
      this.nodes.push(await Node.of(n));
    }
    await Promise.all(this.nodes.map((node) => node.start({}, BEFORE)));
    this.balancer = await Balancer.start(port(20), this.nodes.map((node) => node.port), { probes: true });
    await this.allSee(NODES);
  }

  /** Where clients and publishes of a {@link Workload} go. */
  get load() {
    const target = () => `http://127.0.0.1:${this.balancer.turn()}/`;
    return { base: this.balancer.base, target, key: KEY, secret: SECRET, users: 6, clients: 3 };
  }

  /** Forgets the times of the fault before. @param {Workload} workload whose clients are there now */
  begin(workload) {
    this.workload = workload;
    this.times = {};
    this.moments = [];
    this.starved = { clients: [], since: 0 };
  }

  /** Whether the nodes know each other by the log's database; on the grid they do not need it. */
  get meetsInDatabase() {
    return !ON_GRID;
  }

  /** Whether a node that is cut off from the grid is cut off from the log. */
  get splitsWithGrid() {
    return !IN_DATABASE;
  }

  /** From now on nothing passes between this node and the others' members of the grid. */
  split({ number }) {
    this.nodes.forEach(({ gridLine }) => gridLine.split(number));
  }

  healGrid() {
    this.nodes.forEach(({ gridLine }) => gridLine?.heal());
  }

  pick() {
    return this.nodes[this.next(this.nodes.length)];
  }

  /** A fault begins now. */
  strike() {
    this.moments.push(performance.now());
  }

  #note(what, since) {
    (this.times[what] ??= []).push(performance.now() - since);
  }

  /** From now on these clients can be served again; they kept their connections. */
  healed(clients) {
    this.workload.noteFirst();
    this.starved = { clients, since: performance.now() };
  }

  /** Notes how long it takes until the condition holds, from the last fault or its end. */
  async noted(what, condition, since = this.moments.at(-1), within = NOTICED) {
    await until(condition, what, within);
    this.#note(what, since);
  }

  async allSee(count, nodes = this.nodes) {
    await Promise.all(
      nodes.map((node) => until(async () => (await pause(90), await node.metric('cordon_cluster_nodes').catch(() => 0)) === count, `${node.base} knows ${count} nodes`, NOTICED)),
    );
  }

  /** Waits until the other nodes have noticed that one is lost. */
  async othersNotice(lost) {
    const others = this.nodes.filter((node) => node !== lost);
    const seen = async (node) => (await pause(90), await node.metric('cordon_cluster_nodes').catch(() => 0)) === others.length;
    await Promise.all(others.map((node) => this.noted('another node notices', () => seen(node))));
  }

  clientsOn(node) {
    return this.workload.clients.filter(({ of }) => this.balancer.serving(of.line.sockets.at(-1)._socket?.localPort) === node.port);
  }

  /** The times of the clients: of those that lost their connection, and of those that kept it and were cut off. */
  clientTimes() {
    for (const { outages } of this.workload.clients) {
      for (const { from, to } of outages) {
        const struck = this.moments.filter((moment) => moment <= from).at(-1);
        if (struck !== undefined && to !== undefined) {
          (this.times['a client notices that it is cut off'] ??= []).push(from - struck);
          (this.times['a client that reconnects is subscribed again'] ??= []).push(to - struck);
        }
      }
    }
    for (const { first } of this.starved.clients) {
      if (first !== undefined) {
        (this.times['a client that kept its connection receives again (from the end of the fault)'] ??= []).push(first - this.starved.since);
      }
    }
    return this.times;
  }

  /** Asserts that a node that cannot reach the log says so, and that its clients stay. */
  async cutOffAsItShould(node, its) {
    await this.noted('the node says that it is not ready', async () => (await node.server.status('health/ready')) === 503);
    const { status, error } = await node.publish('#nobody', {});
    assert.equal(status, 503);
    assert.equal(error.code, 108);
    this.assertStayed(its);
  }

  assertStayed(clients) {
    const since = this.moments.at(-1);
    const gone = clients.filter(({ of, outages }) => of.client.state !== 'connected' || outages.some(({ from }) => from >= since));
    assert.deepEqual(gone.map(({ name }) => name), [], 'clients that lost their connection');
  }

  async readyAgain(nodes) {
    const since = performance.now();
    await Promise.all(nodes.map((node) => this.noted('the node is ready again (from the end of the fault)', async () => (await node.server.status('health/ready')) === 200, since)));
  }

  /** Tells the test that runs the database to do something; returns its answer. */
  async database(what, body) {
    const response = await fetch(new URL(what, env('CORDON_DATABASE_CONTROL')), { method: 'POST', body, signal: AbortSignal.timeout(60_000) });
    const answer = await response.text();
    assert.equal(response.status, 200, `${what}: ${answer}`);
    return answer;
  }

  sql(statement) {
    return this.database('sql', statement);
  }

  /** One more node; it is not one of those that are picked. */
  async join() {
    const node = await Node.of(NODES + 1);
    await node.start();
    return node;
  }

  /** Whatever a fault has left: all nodes run, reach the database and know each other. */
  async mend() {
    this.healGrid();
    for (const { proxy, server } of this.nodes) {
      if (proxy) {
        proxy.losesNotifications = false;
        proxy.heal();
      }
      server.thaw();
    }
    if (IN_DATABASE) {
      await this.database('start');
    }
    await Promise.all(this.nodes.filter(({ server }) => server.ended).map((node) => node.start()));
    await this.allSee(NODES);
    const ready = async () => (await Promise.all(this.nodes.map(({ server }) => server.status('health/ready')))).every((status) => status === 200);
    await until(ready, 'all nodes are ready', NOTICED);
    await until(() => this.nodes.every((node) => !this.balancer.isOut(node.port)), 'all nodes are in', NOTICED);
  }

  async close() {
    await this.balancer?.close();
    await Promise.all(this.nodes.map(({ server }) => server?.kill()));
    await Promise.all(this.nodes.flatMap(({ proxy, gridLine }) => [proxy?.close(), gridLine?.close()]));
  }
}
