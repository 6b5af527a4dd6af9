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

const SCHEMA = JSON.parse(await readFile(new URL('../../../webapp/schema/agent-events.json', import.meta.url), 'utf8'));

test('F27 the schema has each event with its fields, and no other', () => {
  assert.deepEqual(SCHEMA.oneOf.map(({ $ref }) => $ref), Object.keys(FIELDS).map((type) => `#/$defs/${type}`));
  for (const [type, fields] of Object.entries(FIELDS)) {
    const { properties, required, additionalProperties } = SCHEMA.$defs[type];

    assert.deepEqual(Object.keys(properties), ['type', ...Object.keys(fields)]);
    assert.deepEqual(required, Object.keys(properties));
    assert.deepEqual([properties.type.const, additionalProperties], [type, false]);
  }
});

test('F27 the check takes for each field what the schema takes', () => {
  const values = ['', 'x', common.at, '2030-01-01', '2030-01-01T00:00:00.5+01:00', '2030-13-01T00:00:00Z', `${common.at}\n`,
    7, 7.5, -1, 2 ** 53, true, null, {}, []];
  for (const [type, fields] of Object.entries(WHOLE)) {
    for (const [name, value] of Object.keys(fields).flatMap((each) => values.map((one) => [each, one]))) {
      const valid = wrongWith({ type, ...fields, [name]: value }) === undefined;

      assert.equal(valid, fits(SCHEMA.$defs[type].properties[name], value), `${type}.${name} is ${JSON.stringify(value)}`);
    }
  }
});

/** Whether a value fits a part of the schema, by the keywords that it uses. */
function fits(schema, value) {
  return Object.entries(schema).every(([keyword, of]) => ({
    $ref: () => fits(SCHEMA.$defs[of.replace('#/$defs/', '')], value),
    description: () => true,
    type: () => (of === 'integer' ? Number.isInteger(value) : typeof value === of),
    minLength: () => value.length >= of,
    pattern: () => new RegExp(of).test(value),
    minimum: () => value >= of,
    maximum: () => value <= of,
  })[keyword]());
}
