/** The way to one member of a data grid. The others reach it over this line alone, so it can be cut off from them. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from './cordon.js';
import { Line } from './line.js';
import { GRID_FILE } from './server.js';

/** Each member calls from so many ports of its own, by which the lines know it. Below those that anything else is given. */
const CALLERS = 200;
const FIRST_CALLER = 17_000;

const callerOf = (/** @type {number} */ from) => Math.floor((from - FIRST_CALLER) / CALLERS);

export class GridLine extends Line {
  /** @param {number} n number of the member @param {number} port by which the others know it @param {number} target its own port */
  static async to(n, port, target) {
    const line = await GridLine.start(target, port);
    line.n = n;
    return line;
  }

  /** From now on nothing passes between the member with this number and any other. @param {number} n */
  split(n) {
    this.silence(n === this.n ? () => true : (from) => callerOf(from) === n);
  }

  /** The grid's file for this member: the delivered one, with the port of the line and those that it calls from. */
  file() {
    const first = FIRST_CALLER + this.n * CALLERS;
    const known = `<public-address>127.0.0.1:${this.port}</public-address>`;
    const callers = `<outbound-ports><ports>${first}-${first + CALLERS - 1}</ports></outbound-ports>`;
    const file = join(mkdtempSync(join(env('CORDON_TARGET'), 'grid-')), `member-${this.n}.xml`);
    writeFileSync(file, readFileSync(GRID_FILE, 'utf8').replace('<port auto-increment', `${known}${callers}<port auto-increment`));
    return file;
  }
}
