import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentRun, EVENTS, paced, PER_SECOND } from '../../../webapp/js/agentRun.js';
import { wrongWith } from '../../../webapp/js/agentEvents.js';
import { runOutcomes } from '../../../webapp/js/outcome.js';
import { initialState, reduce } from '../../../webapp/js/panelState.js';

test('a run has 150 valid events, from its start to its end', () => {
  const events = [...agentRun('r1', () => 1000)];

  assert.equal(events.length, EVENTS);
  assert.deepEqual(events.map(wrongWith).filter(Boolean), []);
  assert.deepEqual([events[0].type, events.at(-1).type], ['agent_started', 'agent_completed']);
  assert.ok(events.every(({ run_id }) => run_id === 'r1'));
});

test('items are sent 50 a second, and what is late is sent at once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const sentAt = [];
  const all = paced([1, 2, 3, 4, 5], async () => { sentAt.push(now); }, () => now);
  for (const step of [20, 60, 1, 20]) {
    await new Promise((resolve) => setImmediate(resolve));
    now += step;
    t.mock.timers.tick(step);
  }
  await new Promise((resolve) => setImmediate(resolve));
  now += 20;
  t.mock.timers.tick(20);

  assert.equal(await all, 5);
  assert.equal(PER_SECOND, 50);
  assert.deepEqual(sentAt, [0, 20, 80, 80, 80]);
});

test('a message that is not accepted ends the run', async () => {
  const sent = [];
  const all = paced([1, 2, 3, 4], async (item) => {
    sent.push(item);
    throw new Error('no');
  }, () => performance.now());

  await assert.rejects(all, /no/);
  assert.ok(sent.length < 4);
});

test('the outcome of a run: all events at one user, nothing at the other; a stray event is marked as wrong', () => {
  const panel = (user, ...events) =>
    [{ type: 'opened', user }, { type: 'connected', client: 'c' }, ...events].reduce((state, event) => reduce(state, event, 1), initialState('s'));
  const event = (run_id) => ({ type: 'publication', channel: '#bob', offset: 1, data: { run_id } });
  const run = { id: 'r1', to: 'bob', total: 2, before: [0, 1] };
  const verdicts = (...panels) => runOutcomes(run, panels).map(({ verdict }) => verdict);

  assert.deepEqual(verdicts(panel('alice'), panel('bob', event('r0'))), ['nothing', 'waiting']);
  assert.deepEqual(verdicts(panel('alice', event('r1')), panel('bob', event('r0'), event('r1'), event('r1'))), ['wrong', 'received']);
  assert.deepEqual(verdicts(initialState('s'), { ...panel('bob', event('r0')), phase: 'disconnected' }), ['away']);
});
