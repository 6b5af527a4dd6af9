/** A real nginx in front of the node, for what networks do to a connection. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, until } from './cordon.js';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether something listens there. */
function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => socket.destroy(resolve(true)));
    socket.on('error', () => resolve(false));
  });
}

/**
 * Starts an nginx that passes all on to the node, and ends it with the test.
 * @param {import('node:test').TestContext} t
 * @param {{server?: string, location?: string, tls?: boolean}} [lines] more lines of the configuration; with TLS it speaks HTTP/2
 * @returns {Promise<{base: string, log: () => string[]}>} its address, and the requests that have ended: protocol, status and path
 */
export async function behindNginx(t, { server = '', location = '', tls = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-nginx-'));
  const port = await freePort();
  const { host } = new URL(env('CORDON_URL'));
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${folder}/${of};`).join(' ');
  const listen = tls
    ? `listen 127.0.0.1:${port} ssl http2; ssl_certificate ${env('CORDON_PEM')}; ssl_certificate_key ${env('CORDON_PEM')};`
    : `listen 127.0.0.1:${port};`;
  writeFileSync(join(folder, 'nginx.conf'), `daemon off; pid ${folder}/pid; error_log ${folder}/errors;
events {}
http {
  log_format short '$server_protocol $status $uri';
  access_log ${folder}/requests short;
  ${paths}
  server {
    ${listen}
    ${server}
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection '';
    location / { proxy_pass http://${host}; ${location} }
  }
}
`);
  const nginx = spawn(join(env('CORDON_TARGET'), 'tools', 'nginx'), ['-p', folder, '-e', `${folder}/errors`, '-c', `${folder}/nginx.conf`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(async () => {
    if (nginx.exitCode === null) {
      nginx.kill();
      await once(nginx, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });
  await until(() => {
    if (nginx.exitCode !== null) {
      throw new Error(`nginx has ended: ${readFileSync(`${folder}/errors`, 'utf8')}`);
    }
    return listens(port);
  }, 'nginx listens', 10_000);
  return {
    base: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    log: () => readFileSync(`${folder}/requests`, 'utf8').split('\n').filter(Boolean),
  };
}
