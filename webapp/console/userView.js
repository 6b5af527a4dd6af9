// @ts-check
/** The view of one user: sessions, connections, and why former connections ended. */
import { element, ref, setText } from '../js/dom.js';
import { formatBytes, formatCount, formatMoment, formatSeconds } from '../js/format.js';
import { cell, fill, row } from './nodeView.js';
import { plural, silentText } from './wording.js';

/**
 * @param {any} of as the resource gives it
 * @param {{count: number, name: (id: string) => string}} nodes
 * @returns how many managers and connections it shows
 */
export function showUser(of, nodes) {
  const connections = of.managers.flatMap((/** @type {any} */ { node, session, connections: all }) => all.map((/** @type {any} */ each) => ({ node, session, ...each })));
  const alone = nodes.count < 2;
  ref(document, 'found').hidden = false;
  ref(document, 'found').dataset.alone = String(alone);
  const silent = silentText(of.silent.map((/** @type {string} */ id) => nodes.name(id)));
  ref(document, 'found-silent').hidden = silent === '';
  setText(ref(document, 'found-silent'), silent);
  setText(ref(document, 'found-name'), of.user);
  ref(document, 'connections-frame').hidden = connections.length === 0;
  fill('connections', connections.map((/** @type {any} */ each) =>
    row(
      cell(nodes.name(each.node), 'of-node'),
      cell(each.session, 'name'),
      cell(each.id.slice(0, 8), 'mono'),
      cell(each.state.toLowerCase()),
      cell(each.address),
      cell(span(each.age_seconds), 'number'),
      cell(span(each.silence_seconds), 'number'),
      cell(formatBytes(each.sent_bytes), 'number'),
      cell(`${formatCount(each.waiting_messages)} (${formatBytes(each.waiting_bytes)})`, 'number'),
    )));
  fill('timeline', of.closes.map((/** @type {any} */ close) => closeItem(close, `session ${close.session}${alone ? '' : ` on ${nodes.name(close.node)}`}`)), 'No ended connections of this user: a node remembers the last 2,000 of all its users.');
  return { managers: of.managers.length, connections: connections.length };
}

/** @param {any} close @param {string} whose */
export function closeItem(close, whose) {
  const item = element('li');
  const when = /** @type {HTMLTimeElement} */ (element('time', '', clock(close.at)));
  when.dateTime = new Date(close.at).toISOString();
  const why = element('span');
  why.append(element('span', close.final ? 'code final' : 'code', String(close.code)), ` ${close.reason}`);
  const waited = close.waiting_messages > 0 ? `, ${plural(close.waiting_messages, 'message')} waiting` : '';
  item.append(when, why, element('span', 'detail', `${whose}, lived ${span(close.lived_seconds)}${waited}${close.final ? ', no reconnect' : ''}`));
  return item;
}

/** @param {number} at */
export function clock(at) {
  return formatMoment(at, Date.now());
}

/** A duration in the unit that suits its length. @param {number} seconds */
export function span(seconds) {
  if (seconds < 60) {
    return seconds < 1 ? formatSeconds(seconds) : `${Math.floor(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
