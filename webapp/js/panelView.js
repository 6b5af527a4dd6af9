// @ts-check
/** Draws the state of one panel. */
import { element, ref, setText } from './dom.js';
import { formatClock, formatCount } from './format.js';
import { KEPT } from './panelState.js';

/** @typedef {import('./panelState.js').PanelState} PanelState */

const PHASES = { idle: 'Not connected', connecting: 'Connecting', connected: 'Connected', disconnected: 'Disconnected' };
const RESUMES = { none: '', recovered: 'recovered', lost: 'not recovered' };

/** @param {HTMLElement} root a clone of the panel's template */
export function panelView(root) {
  const at = (/** @type {string} */ name) => ref(root, name);
  const list = at('entries');
  let drawn = 0;

  /** @param {PanelState} state */
  return function draw(state) {
    const active = state.phase === 'connecting' || state.phase === 'connected';
    root.dataset.phase = look(state, active);
    setText(at('phase'), state.lineDown && active ? 'Line down' : PHASES[state.phase]);
    setText(at('why'), whyText(state));
    setText(at('initial'), [...(state.user || at('name').value)][0]?.toUpperCase() ?? '?');
    setText(at('channel'), state.channel || '–');
    setText(at('offset'), state.offset === null ? '–' : formatCount(state.offset));
    setText(at('epoch'), state.epoch || '–');
    setText(at('client'), state.client || '–');
    setText(at('session'), state.session);
    at('node-fact').hidden = state.node === '';
    setText(at('node'), state.phase === 'connected' ? state.node : '–');
    setText(at('resumes'), formatCount(state.resumes));
    setText(at('last-resume'), RESUMES[state.lastResume]);
    at('last-resume').dataset.resume = state.lastResume;
    setText(at('received'), formatCount(state.received));
    setText(at('foreign'), formatCount(state.foreign));
    at('foreign').dataset.alarm = String(state.foreign > 0);
    at('connect').hidden = active;
    at('disconnect').hidden = !active;
    at('name').readOnly = active;
    at('token').readOnly = active;
    at('line').disabled = state.phase !== 'connected' && !state.lineDown;
    at('line').setAttribute('aria-pressed', String(state.lineDown));
    setText(at('line'), state.lineDown ? 'Restore the line' : 'Drop the line');
    at('kill').hidden = state.node === '';
    at('kill').disabled = state.phase !== 'connected' || state.lineDown;
    drawEntries(state);
  };

  /** Adds only new entries, so that a screen reader reads only those. @param {PanelState} state */
  function drawEntries(state) {
    if (state.entries.length === 0) {
      list.replaceChildren();
    }
    const fresh = state.entries.filter(({ seq }) => seq > drawn).reverse();
    for (const entry of fresh) {
      list.prepend(entryElement(entry));
      drawn = entry.seq;
    }
    while (list.children.length > KEPT) {
      list.lastElementChild.remove();
    }
    at('empty').hidden = state.entries.length > 0;
  }
}

/** The look of the panel: a dropped line and a rejection by the server stand out. @param {PanelState} state @param {boolean} active */
function look({ phase, code, lineDown }, active) {
  if (lineDown && active) {
    return 'down';
  }
  return phase === 'disconnected' && code !== 0 ? 'rejected' : phase;
}

/** @param {PanelState} state */
function whyText({ phase, code, reason, lineDown }) {
  return phase === 'disconnected' || (phase === 'connecting' && code !== 0 && !lineDown) ? `${reason} (${code})` : '';
}

/** @param {import('./panelState.js').Entry} entry */
function entryElement(entry) {
  const item = element('li', `entry entry-${entry.kind}`);
  item.dataset.kind = entry.kind;
  item.append(element('span', 'entry-text', entry.text));
  const meta = element('span', 'entry-meta');
  for (const [shown, text] of /** @type {[boolean | undefined, string][]} */ ([
    [entry.foreign, 'meant for another user'],
    [entry.caughtUp, 'caught up'],
    [entry.repeated, 'repeated'],
  ])) {
    if (shown) {
      meta.append(element('span', 'tag', text));
    }
  }
  if (entry.offset !== undefined) {
    meta.append(element('span', 'entry-offset', `offset ${entry.offset}`));
  }
  meta.append(element('time', '', formatClock(entry.at)));
  item.append(meta);
  return item;
}
