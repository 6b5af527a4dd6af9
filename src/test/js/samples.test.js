import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlSample, endpointOf, scriptSample, shellQuote } from '../../../webapp/js/samples.js';

const BASE = new URL('http://localhost:8080/');
const VALUES = { base: BASE, endpoint: endpointOf(BASE), dev: true, to: 'bob', text: 'hi', user: 'bob' };

test('the address of the endpoint is derived from that of the page', () => {
  assert.equal(endpointOf(BASE), 'ws://localhost:8080/connection/websocket');
  assert.equal(endpointOf(new URL('https://example.org/app/')), 'wss://example.org/app/connection/websocket');
});

test('a shell reads any quoted text as one word', () => {
  const text = `it's "$HOME" \`id\` \\ $(id)\n;`;

  assert.equal(execFileSync('sh', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' }), text);
});

test("the curl command carries the reader's message as JSON", () => {
  const command = curlSample({ ...VALUES, to: "o'neil", text: 'say "hi"' });
  const args = execFileSync('sh', ['-c', `TOKEN=t; curl() { printf '%s\\n' "$@"; }; ${command.replace(/^TOKEN=(.*\n){3}/, '')}`], {
    encoding: 'utf8',
  }).trim().split('\n');

  assert.deepEqual(JSON.parse(args[args.indexOf('-d') + 1]), { channel: "#o'neil", data: { text: 'say "hi"' } });
  assert.equal(args[0], 'http://localhost:8080/api/publish');
  assert.ok(args.includes('Authorization: Bearer t'));
});

test('in production mode the samples ask for credentials instead of making them', () => {
  const values = { ...VALUES, dev: false };

  assert.match(curlSample(values), /X-API-Key: <your key>/);
  assert.doesNotMatch(curlSample(values) + scriptSample(values), /dev\/token/);
});

test('the script takes at most ten lines, connects, answers pings and prints what arrives', async () => {
  const sent = [];
  const printed = [];
  let socket;
  class WebSocket {
    constructor(url) {
      this.url = url;
      socket = this;
    }

    send(text) {
      sent.push(text);
    }
  }
  const fetch = async (url) => new Response(JSON.stringify({ token: `token from ${url}` }));
  const console = { log: (...words) => printed.push(words) };
  const script = scriptSample({ ...VALUES, user: 'a b' });
  const AsyncFunction = (async () => {}).constructor;

  await new AsyncFunction('WebSocket', 'fetch', 'console', script)(WebSocket, fetch, console);
  socket.onopen();
  socket.onmessage({ data: '{}\n{"push":{"channel":"#a b","pub":{"offset":4,"data":{"text":"hi"}}}}' });
  socket.onmessage({ data: '{"id":1,"error":{"code":109}}' });

  assert.ok(script.split('\n').length <= 10);
  assert.equal(socket.url, 'ws://localhost:8080/connection/websocket');
  assert.deepEqual(JSON.parse(sent[0]), { id: 1, connect: { token: 'token from /dev/token?user=a%20b' } });
  assert.equal(sent[1], '{}');
  assert.deepEqual(printed, [[{ offset: 4, data: { text: 'hi' } }], ['{"id":1,"error":{"code":109}}']]);
});
