// @ts-check
/** The node's sections of the page: figures, alerts, top users, isolation, upkeep. */
import { element, ref, setText } from '../js/dom.js';
import { formatValue } from '../js/figures.js';
import { formatBytes, formatCount, formatSeconds } from '../js/format.js';
import { showFiring } from './firingView.js';
import { showMigration } from './migrationView.js';
import { closeItem, clock, span } from './userView.js';
import { amount, drainingText } from './wording.js';

const NOW = [
  ['Users', 'cordon_users'],
  ['Managers', 'cordon_managers'],
  ['Connections', 'cordon_connections'],
  ['Accepted', 'cordon_accepted_total'],
  ['Delivered', 'cordon_delivered_total'],
  ['Delivery p99', 'cordon_delivery_seconds{quantile="0.99"}'],
  ['Waiting messages', 'cordon_queue_messages'],
  ['Waiting bytes', 'cordon_queue_bytes'],
  ['Bytes in the log', 'cordon_log_bytes'],
  ['Limit hits', 'cordon_limit_hits_total'],
];

export class NodeView {
  #lookUp;

  /** @param {(user: string) => void} lookUp */
  constructor(lookUp) {
    this.#lookUp = lookUp;
  }

  /** @param {any} state as the resource and the feed give it */
  show(state) {
    setText(ref(document, 'as-of'), `${clock(state.at)}, up ${span(state.node.uptime_seconds)}`);
    draining(state);
    fill('kpis', NOW.filter(([, id]) => id in state.figures).map(([label, id]) => card(label, formatValue(id.replace(/\{.*/, ''), number(state.figures[id])))));
    this.#alerts(state);
    this.#users(state);
    isolation(state.isolation);
    showMigration(state.migration);
    upkeep(state);
  }

  /** @param {any} state */
  #alerts({ alerts, events }) {
    const firing = alerts.filter((/** @type {any} */ { state }) => state === 'FIRING');
    setText(ref(document, 'alert-summary'), firing.length === 0 ? `None of ${alerts.length} fires` : `${firing.length} of ${alerts.length} fire`);
    showFiring(ref(document, 'firing'), firing);
    fill('rules', alerts.map((/** @type {any} */ alert) =>
      row(
        cell(alert.kpi, 'name'),
        state(alert.state),
        cell(amount(alert.value, alert.unit), 'number'),
        cell(alert.limit === null ? 'off' : amount(alert.limit, alert.unit), 'number'),
        cell(clock(alert.since)),
        cell(formatCount(alert.fired), 'number'),
      )));
    fill('events', events.map((/** @type {any} */ event) => {
      const item = element('li');
      item.append(time(event.at), element('span', '', `${event.kpi} ${event.firing ? 'fired' : 'resolved'} at ${amount(event.value, event.unit)}, threshold ${amount(event.limit, event.unit)}`));
      return item;
    }), 'No alert has fired since the start');
  }

  /** @param {any} state */
  #users(state) {
    const named = (/** @type {string} */ user) => {
      const button = /** @type {HTMLButtonElement} */ (element('button', 'link', user));
      button.type = 'button';
      button.addEventListener('click', () => this.#lookUp(user));
      const made = cell('', 'name');
      made.append(button);
      return made;
    };
    fillUnlessFocused('by-bytes', state.users_by_bytes.map((/** @type {any} */ user) =>
      row(named(user.user), cell(formatCount(user.managers), 'number'), cell(formatCount(user.connections), 'number'), cell(formatBytes(user.sent_bytes), 'number'))), 'No user is connected');
    fillUnlessFocused('by-queue', state.users_by_queue.map((/** @type {any} */ user) =>
      row(named(user.user), cell(formatCount(user.waiting_messages), 'number'), cell(formatBytes(user.waiting_bytes), 'number'))), 'No messages wait');
    fill('last-closes', state.closes.slice(0, 8).map((/** @type {any} */ close) => closeItem(close, close.user)), 'None since the start');
  }
}

/** @param {any} state */
function draining({ node, figures }) {
  const text = drainingText(node.accepting, figures.cordon_connections ?? 0);
  const notice = ref(document, 'draining');
  notice.hidden = text === '';
  setText(notice, text);
  ref(document, 'drain').disabled = !node.accepting;
  ref(document, 'check').disabled = !node.accepting;
}

/** @param {any} of */
function isolation(of) {
  const clean = of.violations === 0 && of.canary_foreign === 0;
  const certificate = ref(document, 'certificate');
  certificate.dataset.ok = String(clean);
  setText(certificate, clean
    ? 'No message has reached, or was about to reach, another user since the start.'
    : 'Isolation is violated: take this node out of service, keep its log, and report a security defect.');
  const silence = number(of.canary_silence_seconds);
  fill('isolation-figures', [
    card('Checks of the guard', formatCount(of.checks)),
    card('Violations', formatCount(of.violations), of.violations > 0),
    card('Canary messages', formatCount(of.canary_received)),
    card('Canary foreign', formatCount(of.canary_foreign), of.canary_foreign > 0),
    card('Canary lost', formatCount(of.canary_lost), of.canary_lost > 0),
    card('Last canary message', of.canary_received === 0 ? 'none yet' : `${formatSeconds(silence)} ago`, silence > 30),
  ]);
}

/** @param {any} state */
function upkeep(state) {
  fill('cleanups', state.cleanups.map((/** @type {any} */ run) =>
    row(cell(clock(run.at)), cell(formatCount(run.found), 'number'), cell(formatCount(run.removed), 'number'), cell(formatSeconds(run.took_seconds), 'number'))), 'No cleanup yet');
  const rejections = [
    ...Object.entries(state.rejected).map(([reason, count]) => [`socket: ${reason}`, formatCount(Number(count))]),
    ...Object.entries(state.api_rejected).map(([reason, count]) => [`API: ${reason}`, formatCount(Number(count))]),
  ];
  pairs('rejected', rejections.length > 0 ? rejections : [['nothing', '0']]);
  ref(document, 'ledger-part').hidden = !state.ledger;
  if (state.ledger) {
    pairs('ledger', Object.entries(state.ledger).map(([name, count]) => [name.replace(/_total|\{\w+="|"\}/g, ' ').trim(), formatCount(number(count))]));
  }
}

/** @param {string} list @param {string[][]} all */
function pairs(list, all) {
  ref(document, list).replaceChildren(...all.flatMap(([name, value]) => [element('dt', '', name), element('dd', '', value)]));
}

/** Fills a list, unless one of its buttons has the keyboard's focus. @param {string} list @param {Element[]} items @param {string} empty */
function fillUnlessFocused(list, items, empty) {
  if (!ref(document, list).contains(document.activeElement)) {
    fill(list, items, empty);
  }
}

/** @param {string} list @param {Element[]} items @param {string} [empty] */
export function fill(list, items, empty) {
  const into = ref(document, list);
  if (items.length > 0 || !empty) {
    into.replaceChildren(...items);
  } else if (into.tagName === 'TBODY') {
    const cellOfAll = /** @type {HTMLTableCellElement} */ (element('td', 'empty', empty));
    cellOfAll.colSpan = 9;
    into.replaceChildren(row(cellOfAll));
  } else {
    into.replaceChildren(element('li', 'empty', empty));
  }
}

/** @param {...Element} cells */
export function row(...cells) {
  const made = element('tr');
  made.append(...cells);
  return made;
}

/** @param {string} text @param {string} [className] */
export function cell(text, className) {
  return element('td', className, text);
}

/** @param {string} name */
function state(name) {
  const made = cell({ OK: 'ok', FIRING: 'FIRING', NOT_JUDGED: 'not enough data', OFF: 'off' }[name] ?? name);
  made.dataset.state = name;
  return made;
}

/** @param {string} label @param {string} text @param {boolean} [alarm] */
export function card(label, text, alarm = false) {
  const made = element('div');
  made.dataset.alarm = String(alarm);
  made.append(element('dt', '', label), element('dd', '', text));
  return made;
}

/** @param {number} at */
function time(at) {
  const made = /** @type {HTMLTimeElement} */ (element('time', '', clock(at)));
  made.dateTime = new Date(at).toISOString();
  return made;
}

/** @param {unknown} value JSON has no NaN */
function number(value) {
  return typeof value === 'number' ? value : Number.NaN;
}
