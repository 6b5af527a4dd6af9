import assert from 'node:assert/strict';
import { test } from 'node:test';
import { devToken, NoDevTokens, userOf } from '../../../webapp/js/tokens.js';

const BASE = new URL('http://localhost:8080/app/');
const answering = (status, body, asked = []) => async (url) => {
  asked.push(String(url));
  return new Response(body, { status });
};
const jwt = (payload) => ['{}', JSON.stringify(payload)].map((part) => Buffer.from(part).toString('base64url')).join('.') + '.sig';

test('a token is requested from an address beside the page, with the user name encoded', async () => {
  const asked = [];

  const token = await devToken(answering(200, '{"token":"t1"}', asked), BASE, 'a&b', 'publisher');

  assert.equal(token, 't1');
  assert.deepEqual(asked, ['http://localhost:8080/app/dev/token?user=a%26b&groups=publisher']);
});

test('an answer 404 means production mode, another error is a fault', async () => {
  await assert.rejects(devToken(answering(404, ''), BASE, 'bob'), NoDevTokens);
  await assert.rejects(devToken(answering(500, ''), BASE, 'bob'), (error) => !(error instanceof NoDevTokens));
});

test('the user of a token is read from its sub', () => {
  assert.equal(userOf(jwt({ sub: 'bob' })), 'bob');
  assert.equal(userOf(jwt({ sub: 'Zoë?>' })), 'Zoë?>');
});

test('text that is not a token has no user', () => {
  for (const text of ['', 'abc', 'a.b.c', jwt({}), jwt({ sub: 5 })]) {
    assert.equal(userOf(text), '');
  }
});
