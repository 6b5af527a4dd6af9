import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { agentEvent, FIELDS, wrongWith } from '../../../webapp/js/agentEvents.js';

const common = { run_id: 'r1', agent: 'researcher', at: '2030-01-01T00:00:00Z' };
const WHOLE = {
  agent_started: common,
  agent_thinking: { ...common, thought: 'look it up' },
  tool_executing: { ...common, call_id: 'c1', tool: 'search', input: { q: 'x' } },
  tool_completed: { ...common, call_id: 'c1', tool: 'search', ok: true, output: null },
  agent_completed: { ...common, ok: true, result: 'done', duration_ms: 1200 },
};

test('F27 the five agent events are valid with all their fields; a missing field or one of another type is named', () => {
  assert.deepEqual(Object.keys(FIELDS), Object.keys(WHOLE));
  for (const [type, fields] of Object.entries(WHOLE)) {
    assert.deepEqual(agentEvent(type, fields), { type, ...fields });
    for (const name of Object.keys(fields)) {
      const { [name]: left, ...rest } = fields;
      assert.equal(wrongWith({ type, ...rest }), `${type} needs ${name}`);
      if (!['input', 'output', 'result'].includes(name)) {
        assert.equal(wrongWith({ type, ...fields, [name]: {} }), `${type} needs ${name} of another type`);
      }
    }
    assert.throws(() => agentEvent(type, { ...fields, extra: 1 }), new TypeError(`${type} has no field extra`));
  }
});

test('F27 an event of an unknown type is rejected, and a missing time is set', () => {
  assert.match(wrongWith({ type: 'constructor' }), /^type must be one of agent_started, /);
  assert.match(wrongWith(null), /^type must be one of/);
  const { at, ...rest } = common;
  assert.equal(wrongWith(agentEvent('agent_started', rest)), undefined);
});

test('F27 the document lists each event with its fields', async () => {
  const document = await readFile(new URL('../../../docs/agent-events.md', import.meta.url), 'utf8');
  for (const [type, fields] of Object.entries(FIELDS)) {
    const row = document.split('\n').find((line) => line.startsWith(`| \`${type}\``));
    assert.deepEqual([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name), [type, ...Object.keys(fields)]);
  }
});
