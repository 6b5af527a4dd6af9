// The part of src/test/sh/payara-server.sh that speaks to the application: a message arrives, a setting takes effect, an undeploy closes cleanly.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'package.json'));
const WebSocket = require('ws');
const server = process.env.SERVER;
const address = `${server.replace('http', 'ws')}/connection/websocket`;

function token(user) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'HS256' })}.${part({ sub: user, iat: now, exp: now + 600 })}`;
  return `${signed}.${createHmac('sha256', 'a-secret-of-thirty-two-bytes-or-more').update(signed).digest('base64url')}`;
}

function asadmin(...args) {
  return execFileSync('sh', [process.env.ASADMIN, '--port', '18448', ...args], { encoding: 'utf8' });
}

/** Settles as the handshake does: with the open socket, or its HTTP status. */
function handshake(origin) {
  return new Promise((resolve) => {
    const socket = new WebSocket(address, origin ? { headers: { Origin: origin } } : {});
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
    socket.on('error', () => {});
  });
}

const socket = await handshake();
assert.ok(socket instanceof WebSocket, `handshake: ${socket}`);
const received = [];
const wanted = (text) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no ${text} in ${received.join(' ')}`)), 15_000);
    const look = () => {
      if (received.some((message) => message.includes(text))) {
        clearTimeout(late);
        resolve();
      }
    };
    socket.on('message', look);
    look();
  });
const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve(`${code} ${reason}`)));
socket.on('message', (data) => {
  received.push(...String(data).split('\n'));
  if (String(data) === '{}') {
    socket.send('{}');
  }
});
socket.send(JSON.stringify({ id: 1, connect: { token: token('bob') } }));
await wanted('"connect"');
const published = await fetch(`${server}/api/publish`, {
  method: 'POST',
  headers: { 'X-API-Key': 'key-of-the-back-end', 'Content-Type': 'application/json' },
  body: JSON.stringify({ channel: '#bob', data: { text: 'hello' } }),
});
assert.equal(published.status, 200, await published.text());
await wanted('hello');
console.log('ok 3 - a message reaches its user');

const page = 'https://app.example';
assert.equal(await handshake(page), 403);
asadmin('set-config-property', '--propertyName=cordon.allowed-origins', `--propertyValue=${page}`, '--source=application', '--sourceName=cordon');
// The server reads a property again when its cache of a minute lets it.
const deadline = Date.now() + 90_000;
let allowed = await handshake(page);
while (!(allowed instanceof WebSocket) && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, 250));
  allowed = await handshake(page);
}
assert.ok(allowed instanceof WebSocket, `still ${allowed} after set-config-property`);
allowed.close();
console.log('ok 4 - a setting takes effect without a restart');

asadmin('undeploy', 'cordon');
assert.equal(await closed, '3001 shutdown');
console.log('ok 5 - the undeploy closes its sockets with 3001');
