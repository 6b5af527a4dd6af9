import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures, formatValue } from '../../../webapp/js/figures.js';
import { parseMetrics } from '../../../webapp/js/metrics.js';

const DROPPED = { label: 'Dropped', metric: 'cordon_dropped_total', kind: 'counter', rate: true };
const P99 = { label: 'p99', metric: 'cordon_delivery_seconds', kind: 'quantile', quantile: '0.99' };
const VIOLATIONS = { label: 'Violations', metric: 'cordon_violations_total', kind: 'counter', alarm: true };

test('metrics that the node does not report are left out', () => {
  const shown = figures(parseMetrics('cordon_managers 2'), [], 0);

  assert.deepEqual(shown.map(({ label, text }) => [label, text]), [['Managers', '2']]);
});

test('the values of all label sets of a counter are added up', () => {
  const samples = parseMetrics('cordon_dropped_total{reason="slow"} 2\ncordon_dropped_total{reason="old"} 3');

  assert.equal(figures(samples, [], 0, [DROPPED])[0].text, '5');
});

test('one quantile is picked, whichever way it is written, and quantiles are never added', () => {
  const samples = parseMetrics(
    'cordon_delivery_seconds{quantile="0.5"} 1\ncordon_delivery_seconds{quantile="0.990"} 0.002\ncordon_delivery_seconds_count 9',
  );

  assert.equal(figures(samples, [], 0, [P99])[0].text, '2 ms');
});

test('the rate of a counter is computed between two readings', () => {
  const shown = figures(parseMetrics('cordon_dropped_total 30'), parseMetrics('cordon_dropped_total 10'), 2, [DROPPED]);

  assert.equal(shown[0].rate, '10/s');
});

test('there is no rate for the first reading, for a counter that went back, or over no time', () => {
  const now = parseMetrics('cordon_dropped_total 3');
  const before = parseMetrics('cordon_dropped_total 10');

  assert.equal(figures(now, [], 2, [DROPPED])[0].rate, '');
  assert.equal(figures(now, before, 2, [DROPPED])[0].rate, '');
  assert.equal(figures(before, now, 0, [DROPPED])[0].rate, '');
});

test('a metric that must be zero raises the alarm when it is not', () => {
  assert.equal(figures(parseMetrics('cordon_violations_total 0'), [], 0, [VIOLATIONS])[0].alarm, false);
  assert.equal(figures(parseMetrics('cordon_violations_total 1'), [], 0, [VIOLATIONS])[0].alarm, true);
});

test('the unit of a value is taken from the name of its metric', () => {
  assert.equal(formatValue('cordon_delivery_seconds', 0.0005), '500 µs');
  assert.equal(formatValue('cordon_delivery_seconds_max', 2), '2 s');
  assert.equal(formatValue('cordon_delivery_micros', 42), '42 µs');
  assert.equal(formatValue('cordon_delivery_nanos', 42_000), '42 µs');
  assert.equal(formatValue('cordon_cleanup_millis', 7), '7 ms');
  assert.equal(formatValue('cordon_log_bytes', 2048), '2 KiB');
  assert.equal(formatValue('cordon_sent_bytes_total', 512), '512 B');
  assert.equal(formatValue('cordon_managers', 1234), '1,234');
});
