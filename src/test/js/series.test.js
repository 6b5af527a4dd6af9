import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLOTS, Series } from '../../../webapp/console/series.js';

const plot = (id) => PLOTS.find((each) => each.id === id);
const reading = (at, figures, alerts = []) => ({ at, figures, alerts });

test('a counter is plotted as its growth per second, from the second reading on', () => {
  const series = new Series();

  series.add(reading(1000, { cordon_accepted_total: 10, cordon_delivered_total: 0 }));
  series.add(reading(3000, { cordon_accepted_total: 30, cordon_delivered_total: 1 }));

  assert.deepEqual(series.of(plot('messages')), [[1, 3], [null, 10], [null, 0.5]]);
});

test('a counter that went back gives no rate', () => {
  const series = new Series();

  series.add(reading(1000, { cordon_accepted_total: 10 }));
  series.add(reading(3000, { cordon_accepted_total: 3 }));

  assert.deepEqual(series.of(plot('messages'))[1], [null, null]);
});

test('the threshold of an alert is plotted beside its metric, except for an alert that is off', () => {
  const series = new Series();

  series.add(reading(1000, { 'cordon_delivery_seconds{quantile="0.99"}': 0.002 }, [{ kpi: 'delivery', limit: 0.001, state: 'FIRING' }]));
  series.add(reading(2000, {}, [{ kpi: 'delivery', limit: null, state: 'OFF' }]));

  assert.deepEqual(series.of(plot('delivery')), [[1, 2], [null, null], [0.002, null], [0.001, null]]);
});

test('the oldest points are dropped first', () => {
  const series = new Series(2);

  [1000, 2000, 3000].forEach((at) => series.add(reading(at, { cordon_managers: at })));

  assert.deepEqual(series.of(plot('connections')).slice(0, 2), [[2, 3], [2000, 3000]]);
});

test('a reading that is not newer is not plotted', () => {
  const series = new Series();

  [2000, 2000, 1000].forEach((at) => series.add(reading(at, {})));

  assert.deepEqual(series.of(plot('connections'))[0], [2]);
});
