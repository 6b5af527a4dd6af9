import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId, sessionId } from '../../../webapp/js/session.js';

/** A `Storage` in memory. */
function memory() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

test('a panel keeps its session over a reload', () => {
  const storage = memory();

  assert.equal(sessionId(storage, '0'), sessionId(storage, '0'));
});

test('two panels have two sessions', () => {
  const storage = memory();

  assert.notEqual(sessionId(storage, '0'), sessionId(storage, '1'));
});

test('session ids are 96 random bits in hex', () => {
  assert.match(randomId(), /^[0-9a-f]{24}$/);
  assert.notEqual(randomId(), randomId());
});
