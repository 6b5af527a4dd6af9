// @ts-check
/** The cards of the firing alerts. */
import { element, setText } from '../js/dom.js';
import { clock } from './userView.js';
import { firingText } from './wording.js';

/** Updates the cards. An alert that still fires keeps its card: a screen reader does not repeat it. @param {Element} list @param {any[]} firing */
export function showFiring(list, firing) {
  const cards = new Map([...list.children].map((card) => [/** @type {HTMLElement} */ (card).dataset.kpi, card]));
  for (const [kpi, card] of cards) {
    if (!firing.some((alert) => alert.kpi === kpi)) {
      card.remove();
    }
  }
  for (const alert of firing) {
    const card = cards.get(alert.kpi) ?? added(list, alert);
    const { value, hold } = firingText(alert);
    const [valueNow, holdNow] = card.querySelectorAll('[aria-live=off]');
    setText(valueNow, `${value}, since ${clock(alert.since)}`);
    setText(holdNow, hold);
  }
}

/** @param {Element} list @param {any} alert */
function added(list, { kpi, meaning, action }) {
  const card = element('li');
  card.dataset.kpi = kpi;
  card.append(element('strong', '', kpi), ' ', silent('span', ''), element('p', '', meaning), element('p', '', action), silent('p', 'hold'));
  list.append(card);
  return card;
}

/** An element that changes with every reading, and is therefore not read out. @param {string} tag @param {string} className */
function silent(tag, className) {
  const made = element(tag, className);
  made.setAttribute('aria-live', 'off');
  return made;
}
