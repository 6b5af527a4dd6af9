/** What may happen to a cluster, and what is planted into one so that the verdict on it must be red. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { connected, lasting } from './clients.js';
import { env, until } from './cordon.js';
import { SECRET } from './server.js';

/** @typedef {import('./chaosCluster.js').ChaosCluster} ChaosCluster */

async function kill(/** @type {ChaosCluster} */ cluster) {
  const node = cluster.pick();
  cluster.strike();
  await node.server.kill();
  await cluster.othersNotice(node);
  await node.start();
  await cluster.allSee(3);
}

const freeze = (seconds) => async (/** @type {ChaosCluster} */ cluster) => {
  const node = cluster.pick();
  cluster.strike();
  node.server.freeze();
  const noticed = seconds > 15 ? cluster.othersNotice(node) : Promise.resolve();
  await Promise.all([pause(seconds * 1_000), noticed]);
  cluster.healed(cluster.clientsOn(node));
  node.server.thaw();
  await cluster.readyAgain([node]);
  await cluster.allSee(3);
};

async function rolling(/** @type {ChaosCluster} */ cluster) {
  for (const node of cluster.nodes) {
    cluster.strike();
    await node.server.stop();
    await node.start();
    await cluster.allSee(3);
  }
}

async function join(/** @type {ChaosCluster} */ cluster) {
  const { balancer } = cluster;
  const node = await cluster.join();
  try {
    balancer.ports.push(node.port);
    await cluster.allSee(4, [...cluster.nodes, node]);
    const late = await connected(lasting, 'late', { base: node.base, claims: { secret: SECRET }, session: 'late' });
    await cluster.nodes[0].publish('#late', { n: 1 });
    await until(() => late.received.length === 1, 'a client on the new node receives what another node publishes');
    late.client.disconnect();
    await cluster.workload.proceeds(100);
    cluster.strike();
    balancer.ports.pop();
    await node.server.stop();
  } finally {
    await node.server.kill();
    await node.proxy?.close();
    await node.gridLine?.close();
  }
  await cluster.allSee(3);
}

async function upgrade(/** @type {ChaosCluster} */ cluster) {
  for (const node of cluster.nodes) {
    cluster.strike();
    await node.server.stop();
    await node.start();
    await cluster.allSee(3);
    // Two versions side by side, for more than a moment.
    await cluster.workload.proceeds(300);
  }
}

async function split(/** @type {ChaosCluster} */ cluster) {
  const node = cluster.pick();
  const its = cluster.clientsOn(node);
  const { pid } = node.server.process;
  assert.ok(its.length > 0, 'the node has clients');
  cluster.strike();
  cluster.split(node);
  if (cluster.splitsWithGrid) {
    await cluster.cutOffAsItShould(node, its);
    await cluster.noted('the load balancer takes it out', () => cluster.balancer.isOut(node.port));
    await cluster.othersNotice(node);
  } else {
    // The log is the truth: both parts go on, and read it more often than without the split.
    await pause(20_000);
    assert.equal(await node.server.status('health/ready'), 200);
  }
  await cluster.workload.proceeds(100);
  cluster.assertStayed(its);
  cluster.healed(its);
  cluster.healGrid();
  await cluster.readyAgain([node]);
  await cluster.allSee(3);
  cluster.assertStayed(its);
  assert.equal(node.server.process.pid, pid);
}

const cutOff = (how) => async (/** @type {ChaosCluster} */ cluster) => {
  const node = cluster.pick();
  const its = cluster.clientsOn(node);
  const { pid } = node.server.process;
  assert.ok(its.length > 0, 'the node has clients');
  cluster.strike();
  node.proxy[how]();
  await cluster.cutOffAsItShould(node, its);
  await cluster.noted('the load balancer takes it out', () => cluster.balancer.isOut(node.port));
  if (cluster.meetsInDatabase) {
    await cluster.othersNotice(node);
  }
  await cluster.workload.proceeds(100);
  cluster.assertStayed(its);
  cluster.healed(its);
  node.proxy.heal();
  await cluster.readyAgain([node]);
  await cluster.allSee(3);
  cluster.assertStayed(its);
  assert.equal(node.server.process.pid, pid);
};

async function database(/** @type {ChaosCluster} */ cluster) {
  const { clients } = cluster.workload;
  cluster.strike();
  await cluster.database('kill');
  await Promise.all(cluster.nodes.map((node) => cluster.cutOffAsItShould(node, clients)));
  cluster.healed(clients);
  await cluster.database('start');
  await cluster.readyAgain(cluster.nodes);
  await cluster.allSee(3);
  cluster.assertStayed(clients);
}

async function all(/** @type {ChaosCluster} */ cluster) {
  cluster.strike();
  await Promise.all(cluster.nodes.map(({ server }) => server.kill()));
  await Promise.all(cluster.nodes.map((node) => node.start()));
  await cluster.allSee(3);
}

async function wakeups(/** @type {ChaosCluster} */ cluster) {
  const { workload, nodes } = cluster;
  const repaired = async () => (await Promise.all(nodes.map((node) => node.metric('cordon_cluster_repaired_total')))).reduce((sum, each) => sum + each);
  const before = await repaired();
  nodes.forEach(({ proxy }) => (proxy.losesNotifications = true));
  cluster.strike();
  const from = workload.delays.length;
  await workload.proceeds(600);
  await workload.stop();
  // Nobody publishes any more: what is missing comes by reading the log, and by nothing else.
  await until(async () => (await pause(200), workload.history.check().every(({ kind }) => kind !== 'loss')), 'everything arrives without a wakeup', 40_000);
  cluster.times['a message whose wakeup is lost is received'] = workload.delays.slice(from);
  assert.ok(Math.max(...workload.delays.slice(from)) <= 30_000, 'within thirty seconds');
  assert.ok(nodes.every(({ proxy }) => proxy.lost > 0), 'each node has lost wakeups');
  assert.ok((await repaired()) > before, 'some were found by reading the log');
  nodes.forEach(({ proxy }) => (proxy.losesNotifications = false));
  workload.start();
}

async function clocks(/** @type {ChaosCluster} */ cluster) {
  const node = cluster.nodes[2];
  cluster.strike();
  await node.server.stop();
  // Five minutes ahead. Its monotonic time is the machine's, as with a clock that is set wrong.
  await node.start({ LD_PRELOAD: env('CORDON_FAKETIME'), FAKETIME: '+300s', FAKETIME_DONT_FAKE_MONOTONIC: '1' });
  await cluster.allSee(3);
  const written = [...node.server.output.matchAll(/^(\d{4}-\d\d-\d\dT[\d:.]+) /gm)].at(-1)[1];
  assert.ok(Date.parse(written) > Date.now() + 200_000, `the last line of its log is of ${written}`);
  await cluster.workload.proceeds(600);
  cluster.strike();
  await node.server.stop();
  await node.start();
  await cluster.allSee(3);
}

const EVERYWHERE = ['database', 'grid', 'grid-log'];
const IN_DATABASE = ['database', 'grid'];
const ON_GRID = ['grid', 'grid-log'];

/**
 * Each with the modes of the cluster that it concerns (chaosCluster.js). The log on the grid ends with its last node. It has no database that
 * could fail.
 *
 * @type {Record<string, {what: string, modes: string[], run: (cluster: ChaosCluster) => Promise<void>}>}
 */
export const FAULTS = {
  kill: { what: 'a node is killed', modes: EVERYWHERE, run: kill },
  freeze5: { what: 'a node freezes for 5 s', modes: EVERYWHERE, run: freeze(5) },
  freeze30: { what: 'a node freezes for 30 s', modes: EVERYWHERE, run: freeze(30) },
  database: { what: 'PostgreSQL is killed and comes back', modes: IN_DATABASE, run: database },
  cut: { what: "a node's connections to PostgreSQL are cut", modes: IN_DATABASE, run: cutOff('cut') },
  silent: { what: "a node's packets to PostgreSQL are dropped", modes: IN_DATABASE, run: cutOff('silence') },
  split: { what: "a node's packets to the other members of the grid are dropped, and theirs to it", modes: ON_GRID, run: split },
  wakeups: { what: 'all wakeups are lost', modes: ['database'], run: wakeups },
  join: { what: 'a node joins and leaves', modes: EVERYWHERE, run: join },
  rolling: { what: 'all nodes are restarted, one by one', modes: EVERYWHERE, run: rolling },
  all: { what: 'all nodes are killed at once', modes: IN_DATABASE, run: all },
  clocks: { what: 'the clock of a node is five minutes ahead', modes: EVERYWHERE, run: clocks },
};

/** What happens first where the nodes begin on an earlier version. */
export const UPGRADE = { what: 'all nodes are replaced by those of a later version, one by one', modes: EVERYWHERE, run: upgrade };

const CORDON_AFTER = 'cordon_after(text[], bigint[], bigint)';

/**
 * Planted into the log itself, which must be in PostgreSQL for all but the first. Clients are on all nodes, one node publishes. `expected` are the kinds of fault of which the verdict must have one.
 *
 * @type {{what: string, expected: string[], plant: (cluster: ChaosCluster, workload: import('./workload.js').Workload) => Promise<() => Promise<unknown>>}[]}
 */
export const PLANTED = [
  { what: 'nothing', expected: [], plant: async () => async () => {} },
  {
    what: 'neither a wakeup nor a tail read finds anything',
    expected: ['loss'],
    async plant(cluster) {
      const definition = await cluster.sql(`SELECT pg_get_functiondef('${CORDON_AFTER}'::regprocedure)`);
      await cluster.sql(
        `CREATE OR REPLACE FUNCTION cordon_after(p_names TEXT[], p_since BIGINT[], p_older_than BIGINT)
         RETURNS TABLE (place INT, epoch TEXT, top BIGINT, seq BIGINT, payload BYTEA) LANGUAGE sql STABLE SET enable_seqscan = off AS $$
         SELECT w.ord::INT, c.epoch::TEXT, LEAST(w.since, c.top_seq), NULL::BIGINT, NULL::BYTEA
         FROM unnest(p_names, p_since) WITH ORDINALITY AS w(name, since, ord) JOIN cordon_channel c ON c.name = w.name $$`,
      );
      return () => cluster.sql(definition);
    },
  },
  {
    what: 'each twentieth publication is acknowledged and not stored',
    expected: ['loss', 'gap'],
    async plant(cluster) {
      await cluster.sql(
        `CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF NEW.seq % 20 = 0 THEN RETURN NULL; END IF; RETURN NEW; END $$;
         CREATE TRIGGER planted BEFORE INSERT ON cordon_publication FOR EACH ROW EXECUTE FUNCTION planted()`,
      );
      return () => cluster.sql('DROP FUNCTION planted CASCADE');
    },
  },
  {
    what: 'an older state of the log comes back with the same epoch',
    expected: ['position'],
    async plant(cluster, workload) {
      await workload.stop();
      await cluster.sql(
        `DELETE FROM cordon_publication p USING cordon_channel c WHERE c.id = p.channel_id AND p.seq > c.top_seq - 5;
         DELETE FROM cordon_key k USING cordon_channel c WHERE c.id = k.channel_id AND k.seq > c.top_seq - 5;
         UPDATE cordon_channel SET top_seq = top_seq - 5, kept = kept - 5 WHERE kept > 5`,
      );
      workload.start();
      return async () => {};
    },
  },
];
