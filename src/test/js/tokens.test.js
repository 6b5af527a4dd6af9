import assert from 'node:assert/strict';
import { test } from 'node:test';
import { devToken, NoDevTokens, userOf } from '../../../webapp/js/tokens.js';

const BASE = new URL('http://localhost:8080/app/');
const answering = (status, body, asked = []) => async (url) => {
  asked.push(String(url));
  return new Response(body, { status });
};
const jwt = (payload) => ['{}', JSON.stringify(payload)].map((part) => Buffer.from(part).toString('base64url')).join('.') + '.sig';

test('asks for a token beside the page, with the name encoded', async () => {
  const asked = [];

  const token = await devToken(answering(200, '{"token":"t1"}', asked), BASE, 'a&b', 'publisher');

  assert.equal(token, 't1');
  assert.deepEqual(asked, ['http://localhost:8080/app/dev/token?user=a%26b&groups=publisher']);
});

test('tells production mode from a fault', async () => {
  await assert.rejects(devToken(answering(404, ''), BASE, 'bob'), NoDevTokens);
  await assert.rejects(devToken(answering(500, ''), BASE, 'bob'), (error) => !(error instanceof NoDevTokens));
});

test('reads the user of a token', () => {
  assert.equal(userOf(jwt({ sub: 'bob' })), 'bob');
  assert.equal(userOf(jwt({ sub: 'Zoë?>' })), 'Zoë?>');
});

test('text that is no token has no user', () => {
  for (const text of ['', 'abc', 'a.b.c', jwt({}), jwt({ sub: 5 })]) {
    assert.equal(userOf(text), '');
  }
});
