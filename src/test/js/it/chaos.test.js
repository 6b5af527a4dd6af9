/**
 * Faults of a cluster of three nodes with one log, in PostgreSQL or on the grid. Back ends publish and clients receive meanwhile. After each
 * fault, and without a restart of what was not killed: every acknowledged publish was received by each client of its user once, in order, and by nobody else.
 *
 * `CORDON_CHAOS_MODE` is the mode of the cluster (chaosCluster.js), `CORDON_CHAOS_FAULTS` names the faults (see chaosFaults.js), `CORDON_CHAOS_ROUNDS` how often each happens, `CORDON_CHAOS_SEED` the random
 * numbers of their order, nodes and moments. `CORDON_CHAOS_BEFORE` is the WAR of an earlier version. The nodes begin on it, and are upgraded first. Writes the report into `CORDON_CHAOS_OUT`.
 */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { BEFORE, ChaosCluster, MODE } from './chaosCluster.js';
import { FAULTS, PLANTED, UPGRADE } from './chaosFaults.js';
import { ChaosReport } from './chaosReport.js';
import { env } from './cordon.js';
import { random } from './random.js';
import { Workload } from './workload.js';

const names = (env('CORDON_CHAOS_FAULTS') === 'all' ? Object.keys(FAULTS) : env('CORDON_CHAOS_FAULTS').split(',')).filter((name) => FAULTS[name].modes.includes(MODE));
const rounds = Number(env('CORDON_CHAOS_ROUNDS'));
const seed = Number(process.env.CORDON_CHAOS_SEED || Math.floor(Math.random() * 1_000_000));
const next = random(seed);
const out = env('CORDON_CHAOS_OUT');
const cluster = new ChaosCluster(next);
const report = new ChaosReport(out, seed, MODE);
const began = performance.now();
let runs = 0;

function progress(line) {
  mkdirSync(out, { recursive: true });
  appendFileSync(join(out, 'progress.log'), `${Math.round((performance.now() - began) / 1_000)} s: ${line}\n`);
}

before(async () => {
  progress(`begins with the seed ${seed}`);
  await cluster.start();
  progress('three nodes know each other');
});

after(async () => {
  await cluster.close();
  report.write();
  progress('ends');
});

/** Runs a workload through something, and gives the verdict. */
async function through(options, patience, event) {
  const workload = new Workload(`run-${++runs}`, { ...cluster.load, ...options });
  cluster.begin(workload);
  try {
    await workload.open();
    workload.start();
    await workload.proceeds(100);
    await event(workload);
    await workload.proceeds(100);
    await workload.stop();
    return { workload, faults: await workload.verdict(patience) };
  } finally {
    await workload.close();
  }
}

/** In another order in each round. */
function shuffled(list) {
  const rest = [...list];
  return list.map(() => rest.splice(next(rest.length), 1)[0]);
}

function happens(name, { what, run }, round) {
  test(`${what}: nothing acknowledged is lost, doubled, out of order or another's (round ${round})`, async (t) => {
    progress(what);
    try {
      const { workload, faults } = await through({}, 40_000, async () => {
        await pause(next(1_000));
        await run(cluster);
      });
      const { clients, history, rejected, unanswered, delays } = workload;
      const reconnected = clients.filter(({ outages }) => outages.length > 0).length;
      report.results.push({
        fault: name, what, times: cluster.clientTimes(), clients: clients.length, reconnected,
        acknowledged: history.acknowledged, rejected, unanswered, receipts: delays.length, faults,
      });
      report.write();
      const line = `${history.acknowledged} acknowledged, ${rejected} times 503, ${unanswered} without an answer, ${reconnected} of ${clients.length} clients reconnected`;
      progress(line);
      t.diagnostic(line);
      assert.deepEqual(faults, []);
    } catch (error) {
      progress(error.message);
      throw error;
    } finally {
      await cluster.mend();
    }
  });
}

if (BEFORE) {
  happens('upgrade', UPGRADE, 1);
}
for (let round = 1; round <= rounds; round++) {
  for (const name of shuffled(names)) {
    happens(name, FAULTS[name], round);
  }
}

for (const { what, expected, plant } of MODE === 'grid-log' ? PLANTED.slice(0, 1) : PLANTED) {
  test(`the verdict is ${expected.length === 0 ? 'green' : 'red'} when planted: ${what}`, async () => {
    progress(`planted: ${what}`);
    let remove = async () => {};
    try {
      const { faults } = await through({ target: () => cluster.nodes[0].base }, 4_000, async (workload) => {
        remove = await plant(cluster, workload);
      });
      const found = [...new Set(faults.map(({ kind }) => kind))];
      report.planted.push({ what, found });
      progress(`found: ${found.join(', ')}`);
      assert.ok(expected.length === 0 ? found.length === 0 : expected.some((kind) => found.includes(kind)), `found ${JSON.stringify(faults.slice(0, 5))}`);
    } finally {
      await remove();
    }
  });
}
