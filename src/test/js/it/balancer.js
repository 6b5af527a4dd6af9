/** A load balancer of TCP connections, as nginx would be in front of several nodes. Each connection goes to the next node that takes it. */
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

export class Balancer {
  #next = 0;
  #sockets = new Set();

  /** @param {number[]} ports of the nodes, on loopback */
  constructor(ports) {
    this.ports = ports;
    this.server = createServer((client) => this.#forward(client, this.ports.length));
  }

  static async start(port, ports) {
    const balancer = new Balancer(ports);
    balancer.server.listen(port, '127.0.0.1');
    await once(balancer.server, 'listening');
    balancer.base = `http://127.0.0.1:${port}/`;
    return balancer;
  }

  #forward(client, attempts) {
    if (attempts === 0) {
      client.destroy();
      return;
    }
    const node = connect(this.ports[this.#next++ % this.ports.length], '127.0.0.1');
    node.once('error', () => this.#forward(client, attempts - 1));
    node.once('connect', () => {
      node.removeAllListeners('error');
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
    this.#sockets.forEach((socket) => socket.destroy());
    this.server.close();
    await once(this.server, 'close');
  }
}
