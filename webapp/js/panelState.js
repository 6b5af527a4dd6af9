// @ts-check
/**
 * The state of one panel, as a pure function of its client's events. No DOM, no clock, no socket.
 *
 * @typedef {'idle' | 'connecting' | 'connected' | 'disconnected'} Phase
 * @typedef {{seq: number, kind: 'message' | 'note', at: number, text: string, data?: any, offset?: number,
 *   caughtUp?: boolean, repeated?: boolean, foreign?: boolean}} Entry
 * @typedef {{phase: Phase, code: number, reason: string, user: string, client: string, session: string,
 *   channel: string, epoch: string, offset: number | null, delivered: number, catchUpTo: number,
 *   resumes: number, lastResume: 'none' | 'recovered' | 'lost', received: number, foreign: number,
 *   lineDown: boolean, node: string, seq: number, entries: Entry[]}} PanelState
 * @typedef {{type: 'opened', user: string} | {type: 'connecting', code: number, reason: string}
 *   | {type: 'unopened', code: number, reason: string} | {type: 'connected', client: string, node?: string}
 *   | {type: 'disconnected', code: number, reason: string}
 *   | {type: 'subscribed', channel: string, epoch: string, offset: number, wasRecovering: boolean, recovered: boolean}
 *   | {type: 'publication', channel: string, offset: number | undefined, data: unknown}
 *   | {type: 'killing', node: string} | {type: 'line', down: boolean} | {type: 'failed', message: string}} PanelEvent
 */
import { formatPayload } from './format.js';

/** Entries kept, newest first. */
export const KEPT = 50;

/** @param {string} session @returns {PanelState} */
export function initialState(session) {
  return {
    phase: 'idle', code: 0, reason: '', user: '', client: '', session, channel: '', epoch: '', offset: null,
    delivered: 0, catchUpTo: 0, resumes: 0, lastResume: 'none', received: 0, foreign: 0, lineDown: false,
    node: '', seq: 0, entries: [],
  };
}

/**
 * @param {PanelState} state
 * @param {PanelEvent} event
 * @param {number} at milliseconds since 1970
 * @returns {PanelState}
 */
export function reduce(state, event, at) {
  switch (event.type) {
    case 'opened':
      // Another user starts empty: messages of the former user must not stay on the screen.
      return event.user === state.user ? state : { ...initialState(state.session), seq: state.seq, user: event.user };
    case 'connecting':
      return connecting(state, event, at);
    case 'unopened':
      return state.phase === 'connecting' ? { ...state, code: event.code, reason: event.reason } : state;
    case 'connected':
      return connected(state, event, at);
    case 'disconnected':
      return note({ ...state, phase: 'disconnected', code: event.code, reason: event.reason, client: '' },
        `Disconnected: ${event.reason} (${event.code})`, at);
    case 'subscribed':
      return subscribed(state, event, at);
    case 'publication':
      return publication(state, event, at);
    case 'killing':
      return note(state, `Killing the node ${event.node} …; payara-config/cluster/add starts it again`, at);
    case 'line':
      return note({ ...state, lineDown: event.down }, event.down ? 'You dropped the line' : 'You restored the line', at);
    case 'failed':
      return note(state, event.message, at);
  }
}

/** @param {PanelState} state @param {Extract<PanelEvent, {type: 'connecting'}>} event @param {number} at */
function connecting(state, { code, reason }, at) {
  const next = { ...state, phase: /** @type {Phase} */ ('connecting'), code, reason, client: '' };
  const lost = state.phase === 'connected' && !state.lineDown;
  return lost ? note(next, `Connection lost: ${reason} (${code})`, at) : next;
}

/** @param {PanelState} state @param {Extract<PanelEvent, {type: 'connected'}>} event @param {number} at */
function connected(state, { client, node = '' }, at) {
  const next = { ...state, phase: /** @type {Phase} */ ('connected'), code: 0, reason: '', client, node };
  const moved = node !== '' && state.node !== '' && state.node !== node;
  return moved ? note(next, `Now served by the node ${node}`, at) : next;
}

/** The user who owns a channel: the text after the first `#`. @param {string} channel */
export function ownerOf(channel) {
  const hash = channel.indexOf('#');
  return hash < 0 ? '' : channel.slice(hash + 1);
}

/** @param {PanelState} state @param {Extract<PanelEvent, {type: 'subscribed'}>} event @param {number} at */
function subscribed(state, event, at) {
  const missed = event.epoch === state.epoch ? Math.max(0, event.offset - state.delivered) : 0;
  const next = {
    ...state,
    channel: event.channel,
    epoch: event.epoch,
    offset: event.offset,
    // With `recovered`, the server's offset is that of the last publication it replays.
    catchUpTo: event.recovered ? event.offset : 0,
    delivered: event.recovered && event.epoch === state.epoch ? state.delivered : event.recovered ? 0 : event.offset,
  };
  if (!event.wasRecovering) {
    return next;
  }
  next.resumes += 1;
  next.lastResume = event.recovered ? 'recovered' : 'lost';
  return note(next, event.recovered ? resumedText(missed) : 'Resumed, but the missed messages are no longer retained', at);
}

/** @param {number} missed */
function resumedText(missed) {
  if (missed === 0) {
    return 'Resumed: nothing was missed';
  }
  return missed === 1 ? 'Resumed: 1 missed message caught up' : `Resumed: ${missed} missed messages caught up`;
}

/** @param {PanelState} state @param {Extract<PanelEvent, {type: 'publication'}>} event @param {number} at */
function publication(state, event, at) {
  const offset = event.offset;
  const foreign = ownerOf(event.channel) !== state.user;
  const next = { ...state, received: state.received + 1, foreign: state.foreign + (foreign ? 1 : 0) };
  if (offset !== undefined && !foreign) {
    next.delivered = Math.max(state.delivered, offset);
    next.offset = Math.max(state.offset ?? 0, offset);
  }
  return add(next, {
    kind: 'message', at, text: formatPayload(event.data), data: event.data, offset, foreign,
    caughtUp: !foreign && offset !== undefined && offset <= state.catchUpTo,
    repeated: !foreign && offset !== undefined && offset <= state.delivered,
  });
}

/** @param {PanelState} state @param {string} text @param {number} at @returns {PanelState} */
function note(state, text, at) {
  return add(state, { kind: 'note', at, text });
}

/** @param {PanelState} state @param {Omit<Entry, 'seq'>} entry @returns {PanelState} */
function add(state, entry) {
  const seq = state.seq + 1;
  return { ...state, seq, entries: [{ ...entry, seq }, ...state.entries].slice(0, KEPT) };
}
