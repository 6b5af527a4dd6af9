// @ts-check
/** The console's texts about a reading, and the actions that it allows. Free of the DOM, so that tests need no page. */
import { formatBytes, formatCount, formatSeconds } from '../js/format.js';

/** No time of day: the page does not know when the value was last above the threshold. */
const HOLD = 'a minute after the value was last above its threshold';
const CHANNEL = /^[A-Za-z0-9_.:-]{0,64}#(.+)$/s;

/** @param {number | null} value null where there is none @param {string} unit of the threshold */
export function amount(value, unit) {
  if (value === null) {
    return '–';
  }
  if (unit === 'seconds') {
    return formatSeconds(value);
  }
  return unit.startsWith('bytes') ? formatBytes(value) + unit.slice('bytes'.length) : `${formatCount(value)} ${unit}`;
}

/** @param {{value: number | null, limit: number | null, unit: string}} alert one that fires */
export function firingText({ value, limit, unit }) {
  const off = limit === null ? 'threshold switched off' : `threshold ${amount(limit, unit)}`;
  if (value === null) {
    return { value: `cannot be judged now, ${off}`, hold: `Not enough data. The alert ends ${HOLD}.` };
  }
  const above = limit !== null && value > limit;
  return {
    value: `is ${amount(value, unit)}, ${off}`,
    hold: above ? `The alert ends ${HOLD}.` : `No longer above its threshold: the alert ends ${HOLD}.`,
  };
}

/**
 * The user probably meant by a name that the node does not know; empty if there is no better guess.
 *
 * @param {string} name
 */
export function meantUser(name) {
  const bare = name.trim();
  const meant = CHANNEL.exec(bare)?.[1] ?? bare;
  return meant === name ? '' : meant;
}

/**
 * The summary of the looked-up user, and whether its connections can be ended.
 *
 * @param {{managers: number, connections: number, nodes: number, silent: number, lost: boolean, busy: boolean}} found silent: number of nodes that did not answer; lost: the node did not answer the last request; busy: its connections are being ended
 */
export function userText({ managers, connections, nodes, silent, lost, busy }) {
  if (lost) {
    return { summary: 'The node did not answer: this is its previous answer.', mayEnd: false };
  }
  return {
    summary: connections === 0 ? `Not connected to ${nodes > 1 ? 'any' : 'this'} node${silent > 0 ? ' that answered' : ''}.` : `${plural(managers, 'manager')}, ${plural(connections, 'connection')}.`,
    mayEnd: (connections > 0 || silent > 0) && !busy,
  };
}

/** What was ended; the node that is asked knows its own number only. @param {boolean} reconnect @param {number} ended @param {number} nodes */
export function endedText(reconnect, ended, nodes) {
  const what = `${reconnect ? 'Told to reconnect' : 'Disconnected'}: ${plural(ended, 'connection')}`;
  return nodes > 1 ? `${what} on the node that serves this page; the other nodes were told.` : `${what}.`;
}

/** The name of a node for people: its address. Without one, the first characters of its id. @param {any[]} nodes @param {string} id */
export function nodeName(nodes, id) {
  return nodes.find((node) => node.id === id)?.address || id.slice(0, 8);
}

/** @param {string[]} nodes names of the nodes that did not answer @returns {string} empty if there are none */
export function silentText(nodes) {
  return nodes.length === 0 ? '' : `No answer from ${nodes.join(', ')}: connections there are missing here.`;
}

/** @param {boolean} accepting @param {number} connections that are left @returns {string} empty while the node accepts connections */
export function drainingText(accepting, connections) {
  if (accepting) {
    return '';
  }
  const left = connections > 0 ? 'closes the open ones' : 'has closed all';
  return `This node is draining: it accepts no connections and ${left}. Only a restart ends the drain.`;
}

/** @param {boolean} trimmed whether points were dropped @param {string} span that is shown */
export function plotsTitle(trimmed, span) {
  return trimmed ? `The last ${span}` : 'Since this page was opened';
}

/** @param {{share: number, calls: {legacy: number, both: number, factory: number}, legacy_connections: number}} migration */
export function migrationText({ share, calls, legacy_connections: connections }) {
  const old = calls.legacy + calls.both;
  const all = old + calls.factory;
  const part = all === 0 ? 'no call yet' : `${formatCount((old / all) * 100)} % of all calls needed the singleton`;
  return share === 100 && connections === 0 ? `All users have moved; ${part}` : `${share} % of the users are to move; ${part}`;
}

/** @param {boolean} on whether new connections are compared @param {{connections: number, messages: number, causes: Record<string, number>}} compared */
export function shadowText(on, { connections, messages, causes }) {
  const sums = Object.entries(causes).map(([cause, count]) => `${formatCount(count)} ${cause}`);
  const seen = `${plural(connections, 'connection')} and ${plural(messages, 'message')} compared`;
  return { ok: sums.length === 0, text: `${seen}: ${sums.length === 0 ? 'no divergence' : sums.join(', ')}.${on ? '' : ' New connections are not compared.'}` };
}

/** @param {{cause: string, by: string, from: string}} divergence */
export function divergenceText({ cause, by, from }) {
  switch (cause) {
    case 'leaked':
      return `leaked: a message of ${from} was written to this user`;
    case 'lost':
      return 'lost: a message was not written';
    case 'reordered':
      return 'reordered: a message was written behind a later one';
    case 'duplicated':
      return 'duplicated: a message was written again';
    case 'late':
      return 'late: a message was written after more than a second';
    case 'unasked':
      return by === 'served' ? 'unasked: a message was written that was not sent through the adapter' : 'unasked: a message was published directly, so the singleton did not write it';
    case 'refused':
      return 'refused: only the other manager took the connection';
    default:
      return cause;
  }
}

/** @param {number} count @param {string} of */
export function plural(count, of) {
  return `${formatCount(count)} ${of}${count === 1 ? '' : 's'}`;
}
