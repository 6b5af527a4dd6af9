import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killNode } from '../../../webapp/js/kill.js';

const BASE = new URL('http://127.0.0.1:8080/');
const NODE = '127.0.0.1:8081';
const answering = (status, body) => async () => new Response(body, { status });

test('a node is killed by a POST that names it as nginx compares it', async () => {
  const asked = [];

  await killNode(async (url, { method }) => {
    asked.push(`${method} ${url}`);
    return new Response('{}', { status: 202 });
  }, BASE, NODE);

  assert.deepEqual(asked, ['POST http://127.0.0.1:8080/dev/kill?node=127.0.0.1:8081']);
});

test('a node that is gone before its answer has left counts as killed', async () => {
  await killNode(answering(502, '<html>'), BASE, NODE);
  await killNode(() => Promise.reject(new TypeError('Failed to fetch')), BASE, NODE);
});

test('a rejected kill is an error with the words of the server', async () => {
  const message = 'this is the node 127.0.0.1:8082: the parameter node must name it';

  await assert.rejects(killNode(answering(409, JSON.stringify({ error: { code: 409, message } })), BASE, NODE),
    { message: `The node was not killed: ${message}` });
  await assert.rejects(killNode(answering(404, '<html>'), BASE, NODE), { message: 'The node was not killed: the server answered 404' });
});
