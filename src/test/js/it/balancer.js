/**
 * A load balancer of TCP connections, as nginx would be in front of several nodes. Each connection goes to the next node that takes it. With
 * probes it asks each node once a second whether it is ready. A node that twice in a row is not ready, or does not answer, is taken out. Its
 * connections stay. When all are out, all are tried.
 */
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

const PROBE_MILLIS = 1_000;
const FAILURES = 2;

export class Balancer {
  #next = 0;
  #sockets = new Set();
  #failures = new Map();
  /** The port of the node that serves a client, by the client's own port. */
  #serving = new Map();

  /** @param {number[]} ports of the nodes, on loopback */
  constructor(ports) {
    this.ports = ports;
    this.server = createServer((client) => this.#forward(client, this.ports.length));
  }

  /** @param {{probes?: boolean}} [options] */
  static async start(port, ports, { probes = false } = {}) {
    const balancer = new Balancer(ports);
    balancer.server.listen(port, '127.0.0.1');
    await once(balancer.server, 'listening');
    balancer.base = `http://127.0.0.1:${port}/`;
    if (probes) {
      balancer.timer = setInterval(() => balancer.ports.forEach((each) => balancer.#probe(each)), PROBE_MILLIS);
    }
    return balancer;
  }

  /** The port of the node whose turn it is. */
  turn() {
    const ready = this.ports.filter((port) => !this.isOut(port));
    const takers = ready.length > 0 ? ready : this.ports;
    return takers[this.#next++ % takers.length];
  }

  isOut(port) {
    return (this.#failures.get(port) ?? 0) >= FAILURES;
  }

  /** The port of the node that serves the client; undefined without one. @param {number} port the client's own */
  serving(port) {
    return this.#serving.get(port);
  }

  async #probe(port) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(PROBE_MILLIS) })
      .then(async (response) => (await response.arrayBuffer(), response.status === 200))
      .catch(() => false);
    this.#failures.set(port, ready ? 0 : (this.#failures.get(port) ?? 0) + 1);
  }

  #forward(client, attempts) {
    if (attempts === 0) {
      client.destroy();
      return;
    }
    const port = this.turn();
    const node = connect(port, '127.0.0.1');
    node.once('error', () => this.#forward(client, attempts - 1));
    node.once('connect', () => {
      node.removeAllListeners('error');
      const { remotePort } = client;
      this.#serving.set(remotePort, port);
      client.once('close', () => this.#serving.delete(remotePort));
      this.#pair(client, node);
    });
  }

  #pair(client, node) {
    for (const [one, other] of [[client, node], [node, client]]) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => {});
      one.once('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  async close() {
    clearInterval(this.timer);
    this.#sockets.forEach((socket) => socket.destroy());
    this.server.close();
    await once(this.server, 'close');
  }
}
