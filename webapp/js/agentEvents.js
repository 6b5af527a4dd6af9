// @ts-check
/**
 * Builds and checks the five events of an agent's run, which a back end publishes and a page receives (docs/agent-events.md).
 * The same as the schema in `schema/agent-events.json`, to which a test holds it. Optional: Cordon carries any JSON.
 *
 * @typedef {'agent_started' | 'agent_thinking' | 'tool_executing' | 'tool_completed' | 'agent_completed'} Type
 */

/** RFC 3339. */
const TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const text = (/** @type {unknown} */ value) => typeof value === 'string' && value !== '';
const time = (/** @type {unknown} */ value) => typeof value === 'string' && TIME.test(value);
const flag = (/** @type {unknown} */ value) => typeof value === 'boolean';
const count = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) >= 0;
const any = (/** @type {unknown} */ value) => value !== undefined;

const COMMON = { run_id: text, agent: text, at: time };

/** Each event's fields beside `type`: all are required, and no others are allowed. @type {Record<Type, Record<string, (value: unknown) => boolean>>} */
export const FIELDS = {
  agent_started: COMMON,
  agent_thinking: { ...COMMON, thought: text },
  tool_executing: { ...COMMON, call_id: text, tool: text, input: any },
  tool_completed: { ...COMMON, call_id: text, tool: text, ok: flag, output: any },
  agent_completed: { ...COMMON, ok: flag, result: any, duration_ms: count },
};

/**
 * @param {Type} type
 * @param {Record<string, unknown>} fields
 * @returns {Record<string, unknown>} the `data` to publish
 */
export function agentEvent(type, fields) {
  const event = { type, at: new Date().toISOString(), ...fields };
  const wrong = wrongWith(event);
  if (wrong) {
    throw new TypeError(wrong);
  }
  return event;
}

/** What is wrong with an event, in one line; undefined if it is valid. @param {any} event */
export function wrongWith(event) {
  const fields = Object.hasOwn(FIELDS, event?.type) ? FIELDS[/** @type {Type} */ (event.type)] : undefined;
  if (!fields) {
    return `type must be one of ${Object.keys(FIELDS).join(', ')}`;
  }
  for (const [name, allowed] of Object.entries(fields)) {
    if (!Object.hasOwn(event, name) || !allowed(event[name])) {
      return `${event.type} needs ${name}${Object.hasOwn(event, name) ? ' of another type' : ''}`;
    }
  }
  const unknown = Object.keys(event).find((name) => name !== 'type' && !Object.hasOwn(fields, name));
  return unknown && `${event.type} has no field ${unknown}`;
}
