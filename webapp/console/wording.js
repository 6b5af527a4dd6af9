// @ts-check
/** What the console says of a reading, and what it lets the operator do then. Without the page, so that it can be tried without one. */
import { formatBytes, formatCount, formatSeconds } from '../js/format.js';

/** The page cannot tell when it was last above. */
const HOLD = 'a minute after it was last above its threshold';
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
  const off = limit === null ? 'no threshold any more' : `threshold ${amount(limit, unit)}`;
  if (value === null) {
    return { value: `cannot be judged now, ${off}`, hold: `Too little to judge by. The alert ends ${HOLD}.` };
  }
  const above = limit !== null && value > limit;
  return {
    value: `is ${amount(value, unit)}, ${off}`,
    hold: above ? `The alert ends ${HOLD}.` : `Not above any more: the alert is held, and ends ${HOLD}.`,
  };
}

/**
 * The user that was probably meant by a name of which the node knows nothing; empty if there is no better one.
 *
 * @param {string} name
 */
export function meantUser(name) {
  const bare = name.trim();
  const meant = CHANNEL.exec(bare)?.[1] ?? bare;
  return meant === name ? '' : meant;
}

/**
 * What is said of the user looked up, and whether its connections can be ended.
 *
 * @param {{managers: number, connections: number, lost: boolean, busy: boolean}} found lost: the last answer is not of now; busy: being ended
 */
export function userText({ managers, connections, lost, busy }) {
  if (lost) {
    return { summary: 'Not known now: the node did not answer. What stands here is from before.', mayEnd: false };
  }
  return {
    summary: connections === 0 ? 'Not connected to this node.' : `${plural(managers, 'manager')}, ${plural(connections, 'connection')}.`,
    mayEnd: connections > 0 && !busy,
  };
}

/** @param {boolean} accepting @param {number} connections that are left @returns {string} empty while the node takes connections in */
export function drainingText(accepting, connections) {
  if (accepting) {
    return '';
  }
  const left = connections > 0 ? 'closes those it has' : 'has closed all it had';
  return `This node is draining: it takes no connection in and ${left}. Only a restart takes it back.`;
}

/** @param {boolean} trimmed whether points had to go @param {string} span that is shown */
export function plotsTitle(trimmed, span) {
  return trimmed ? `The last ${span}` : 'Since this page was opened';
}

/** @param {number} count @param {string} of */
export function plural(count, of) {
  return `${formatCount(count)} ${of}${count === 1 ? '' : 's'}`;
}
