/** Servers that a test starts as `src/run` does and stops by their process id. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { env, until } from './cordon.js';

const START_MILLIS = 240_000;

/** Whether the servers run on Jakarta EE alone, without the package `payara` (docs/platform.md). */
export const PORTABLE = (process.env.CORDON_SERVER_OPTIONS ?? '').split(' ').includes('-Dcordon.payara=false');

/** The servers' secret, where the test does not say otherwise. */
export const SECRET = 'a secret of the tests own servers, 32 bytes and more';

/** The grid's file, as operators use it. */
export const GRID_FILE = join(env('CORDON_PAYARA_CONFIG'), 'cluster', 'hazelcast-grid.xml');

/**
 * A member of the data grid: its port, and those of all members as they know each other. `file` is there if it is not the delivered one.
 *
 * @typedef {{port: number, members: number[], file?: string}} Grid
 */

export class Server {
  /** Everything it wrote. */
  output = '';

  /**
   * @param {number} port
   * @param {Record<string, string>} [settings] as environment variables; none come from the caller's
   * @param {Grid} [grid] without it there is no grid
   * @param {string} [war] the build's own one, if nothing else is said
   */
  constructor(port, settings = {}, grid = undefined, war = env('CORDON_WAR')) {
    this.port = port;
    this.base = `http://127.0.0.1:${port}/`;
    const config = env('CORDON_PAYARA_CONFIG');
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CORDON_'));
    this.process = spawn(
      env('CORDON_JAVA'),
      [
        '-Djava.net.preferIPv4Stack=true', '-Xmx256m',
        ...(process.env.CORDON_SERVER_OPTIONS ?? '').split(' ').filter((option) => option !== ''),
        ...(grid ? gridOptions(grid) : []),
        '-jar', env('CORDON_MICRO_JAR'),
        ...(grid ? ['--hzconfigfile', grid.file ?? GRID_FILE] : ['--nohazelcast']),
        '--disablephonehome',
        '--port', String(port),
        '--maxhttpthreads', '4',
        '--prebootcommandfile', join(config, 'pre-boot-dev.asadmin'),
        '--logproperties', join(config, 'logging.properties'),
        '--contextroot', '/',
        '--deploy', war,
      ],
      { env: { ...Object.fromEntries(inherited), ...settings }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.output += text));
    }
    this.exited = once(this.process, 'exit');
    // Whatever becomes of the test run: no server outlives it.
    this.reaper = () => this.process.kill('SIGKILL');
    process.once('exit', this.reaper);
  }

  /** A server that takes connections. The test that needs it longer than itself stops it. */
  static async start(port, settings = {}, grid = undefined, war = undefined) {
    const server = new Server(port, { CORDON_TOKEN_HMAC_SECRET: SECRET, ...settings }, grid, war);
    try {
      await until(() => server.ended || server.ready(), `the server on port ${port} is ready`, START_MILLIS);
    } catch (error) {
      await server.kill();
      throw new Error(`${error.message}\n${server.output}`);
    }
    if (server.ended) {
      throw new Error(`the server ended with ${server.process.exitCode}\n${server.output}`);
    }
    return server;
  }

  get ended() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /**
   * Only Cordon says 426 to a plain request: a server whose deployment failed says 404, and is "ready" too. Asked only after the line with
   * which Cordon says that it serves: a start closes older connections, and the server logs a stack trace for a request on one.
   */
  async ready() {
    return this.output.includes(', commit ') && (await this.status('connection/websocket')) === 426 && (await this.status('health/ready')) === 200;
  }

  /** The status of a plain GET; 0 when nobody answers. */
  async status(path, headers = {}) {
    try {
      const response = await fetch(new URL(path, this.base), { headers, signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** Stops the server as a service manager does. Returns when its process has ended. */
  async stop() {
    this.process.kill('SIGTERM');
    await this.#gone();
  }

  /** Kills the server, as when its machine fails. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.#gone();
  }

  /** Freezes the process where it is, as when its machine stalls. Its connections stay open. */
  freeze() {
    this.process.kill('SIGSTOP');
  }

  /** Lets a frozen process go on. */
  thaw() {
    this.process.kill('SIGCONT');
  }

  async #gone() {
    const late = setTimeout(this.reaper, 30_000);
    await this.exited;
    clearTimeout(late);
    process.off('exit', this.reaper);
  }
}

const gridOptions = ({ port, members }) => [
  '-Dgrid.interface=127.0.0.1',
  `-Dgrid.port=${port}`,
  `-Dgrid.members=${members.map((each) => `127.0.0.1:${each}`).join(',')}`,
  `-Dgrid.quorum=${Math.max(2, Math.floor(members.length / 2) + 1)}`,
];

/** A port of the range given to these tests. @param {number} nth */
export function port(nth) {
  return Number(env('CORDON_PORT_BASE')) + nth;
}
