// @ts-check
/** A made-up agent's run, for the demo page. */
import { agentEvent } from './agentEvents.js';

/** Events a second. */
export const PER_SECOND = 50;

/** Events of a run. */
export const EVENTS = 150;

const AGENT = 'researcher';
const TOOLS = ['search', 'read', 'calculate'];

/**
 * The events of a run, each made when it is asked for.
 *
 * @param {string} run_id
 * @param {() => number} now milliseconds since 1970
 */
export function* agentRun(run_id, now) {
  const common = { run_id, agent: AGENT };
  const begun = now();
  yield agentEvent('agent_started', common);
  for (let n = 1; n < EVENTS - 1; n += 1) {
    const step = Math.ceil(n / 3);
    const call = { ...common, call_id: `c${step}`, tool: TOOLS[step % TOOLS.length] };
    switch (n % 3) {
      case 1:
        yield agentEvent('agent_thinking', { ...common, thought: `What does step ${step} need?` });
        break;
      case 2:
        yield agentEvent('tool_executing', { ...call, input: { step } });
        break;
      default:
        yield agentEvent('tool_completed', { ...call, ok: true, output: `found ${step}` });
    }
  }
  yield agentEvent('agent_completed', { ...common, ok: true, result: 'done', duration_ms: Math.round(now() - begun) });
}

/**
 * Sends each item when it is due, at an even pace; what is late is sent at once.
 *
 * @template T
 * @param {Iterable<T>} items
 * @param {(item: T) => Promise<void>} send
 * @param {() => number} now milliseconds
 * @returns {Promise<number>} the number of items, when all are accepted
 */
export async function paced(items, send, now) {
  const begun = now();
  /** @type {unknown} */
  let failure;
  /** @type {Promise<void>[]} */
  const sent = [];
  for (const item of items) {
    const wait = begun + (sent.length * 1000) / PER_SECOND - now();
    if (wait > 0) {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    if (failure) {
      break;
    }
    sent.push(send(item).catch((error) => {
      failure ??= error;
    }));
  }
  await Promise.all(sent);
  if (failure) {
    throw failure;
  }
  return sent.length;
}
