/** The report of a run with faults, as Markdown and JSON. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** The value below which this share of the numbers lies, by nearest rank. */
export function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function summary(numbers) {
  return { count: numbers.length, p50: percentile(numbers, 0.5), p99: percentile(numbers, 0.99), max: percentile(numbers, 1) };
}

/** One run of one fault. @typedef {{fault: string, what: string, times: Record<string, number[]>, clients: number, reconnected: number,
 *     acknowledged: number, rejected: number, unanswered: number, receipts: number, faults: object[]}} Result */

const SETTINGS = {
  database: '`cordon.log=jdbc` and `cordon.cluster=database`',
  grid: '`cordon.log=jdbc` and `cordon.cluster=grid`',
  'grid-log': '`cordon.log=grid` and `cordon.cluster=grid`',
};

export class ChaosReport {
  /** @type {Result[]} */
  results = [];
  /** Names of the faults that were planted into the cluster itself, and whether the verdict was red. */
  planted = [];

  constructor(folder, seed, mode) {
    this.folder = folder;
    this.seed = seed;
    this.mode = mode;
  }

  write() {
    mkdirSync(this.folder, { recursive: true });
    const faults = this.#faults();
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
    writeFileSync(join(this.folder, 'report.json'), `${JSON.stringify({ seed: this.seed, mode: this.mode, machine, faults, planted: this.planted }, null, 2)}\n`);
    writeFileSync(join(this.folder, 'report.md'), this.#markdown(faults, machine));
  }

  #faults() {
    return [...new Set(this.results.map(({ fault }) => fault))].map((fault) => {
      const of = this.results.filter((result) => result.fault === fault);
      const sum = (name) => of.reduce((total, result) => total + result[name], 0);
      const kinds = [...new Set(of.flatMap(({ times }) => Object.keys(times)))];
      return {
        fault,
        what: of[0].what,
        rounds: of.length,
        clients: sum('clients'),
        reconnected: sum('reconnected'),
        acknowledged: sum('acknowledged'),
        rejected: sum('rejected'),
        unanswered: sum('unanswered'),
        receipts: sum('receipts'),
        times: Object.fromEntries(kinds.map((kind) => [kind, summary(of.flatMap(({ times }) => times[kind] ?? []))]).filter(([, { count }]) => count > 0)),
        faults: of.flatMap((result) => result.faults),
      };
    });
  }

  #markdown(faults, machine) {
    const lines = [
      '# Faults of a cluster',
      '',
      `Machine: ${machine}. Seed: ${this.seed}. Three nodes, ${SETTINGS[this.mode]}. Times in milliseconds, by nearest rank.`,
      '',
      '| fault | rounds | clients | reconnected | acknowledged | answered 503 | no answer | receipts | lost, foreign, out of order, twice |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      ...faults.map((of) => row([of.what, of.rounds, of.clients, of.reconnected, of.acknowledged, of.rejected, of.unanswered, of.receipts, of.faults.length])),
      '',
      '| fault | time from the fault, or from its end, to | number | p50 | p99 | max |',
      '| --- | --- | --- | --- | --- | --- |',
      ...faults.flatMap((of) => Object.entries(of.times).map(([kind, { count, p50, p99, max }]) => row([of.what, kind, count, ...[p50, p99, max].map(Math.round)]))),
      '',
    ];
    if (this.planted.length > 0) {
      lines.push('| planted | found |', '| --- | --- |', ...this.planted.map(({ what, found }) => row([what, found.join(', ') || 'nothing'])), '');
    }
    const all = faults.flatMap((of) => of.faults.map((fault) => `- ${of.what}: ${JSON.stringify(fault)}`));
    return [...lines, ...(all.length > 0 ? ['Found:', '', ...all.slice(0, 50), ''] : [])].join('\n');
  }
}

const row = (cells) => `| ${cells.join(' | ')} |`;
