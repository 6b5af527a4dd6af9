import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBytes, formatClock, formatCount, formatPayload, formatRate, formatSeconds,
} from '../../../webapp/js/format.js';

test('the digits of counts are grouped, and NaN is shown as a dash', () => {
  assert.equal(formatCount(1234567), '1,234,567');
  assert.equal(formatCount(0), '0');
  assert.equal(formatCount(0.25), '0.25');
  assert.equal(formatCount(NaN), '–');
});

test('durations are formatted in a unit that fits their size', () => {
  assert.equal(formatSeconds(0), '0 ms');
  assert.equal(formatSeconds(0.0000421), '42.1 µs');
  assert.equal(formatSeconds(0.00125), '1.25 ms');
  assert.equal(formatSeconds(2.5), '2.5 s');
  assert.equal(formatSeconds(NaN), '–');
});

test('bytes are formatted in a unit that fits their size', () => {
  assert.equal(formatBytes(0), '0 B');
  assert.equal(formatBytes(1536), '1.5 KiB');
  assert.equal(formatBytes(1024 ** 5), '1,020 TiB');
  assert.equal(formatBytes(Infinity), '–');
});

test('small rates are rounded to a tenth, large ones to a whole number', () => {
  assert.equal(formatRate(0.499), '0.5/s');
  assert.equal(formatRate(12345.6), '12,346/s');
});

test('times of day are padded with zeros', () => {
  const at = new Date(2024, 0, 2, 3, 4, 5, 6).getTime();

  assert.equal(formatClock(at), '03:04:05.006');
  assert.equal(formatClock(at + 0.7), '03:04:05.006');
});

test('a payload is shown by its text field, or else as JSON', () => {
  assert.equal(formatPayload({ text: '<b>hi</b>' }), '<b>hi</b>');
  assert.equal(formatPayload({ text: 5 }), '{"text":5}');
  assert.equal(formatPayload(null), 'null');
  assert.equal(formatPayload(undefined), '');
  assert.equal(formatPayload({ text: 'abcdef' }, 3), 'abc…');
});
