// @ts-check
/** The form that sends one message to one user and shows its outcome. */
import { agentRun, EVENTS, paced } from './agentRun.js';
import { describe } from './client.js';
import { element, ref, setText } from './dom.js';
import { formatSeconds } from './format.js';
import { outcomes, runOutcomes } from './outcome.js';
import { PagePublisher } from './publisher.js';
import { randomId } from './session.js';
import { devToken } from './tokens.js';

/** The user whose token publishes in development mode. */
const PUBLISHER = 'demo-publisher';

/**
 * @param {HTMLElement} root
 * @param {{site: import('./panel.js').Site, session: string, panels: import('./panel.js').Panel[], changed: () => void}} options
 */
export function createPublishForm(root, { site, session, panels, changed }) {
  const form = ref(root, 'publish-form');
  const text = ref(root, 'text');
  const tokenField = ref(root, 'publisher-token');
  const choices = [...form.querySelectorAll('[data-choice]')];
  const publisher = new PagePublisher(() => {
    const getToken = () => devToken(fetch, site.base, PUBLISHER, 'publisher');
    const credential = site.dev() ? { getToken } : { token: tokenField.value.trim() };
    return new site.Centrifuge(site.endpoint, { ...credential, data: { session } });
  });
  /** @type {{id: string, to: string, sentAt: number} | null} */
  let sent = null;
  /** @type {{id: string, to: string, total: number, before: number[]} | null} */
  let run = null;

  function recipient() {
    const choice = form.elements.namedItem('to').value;
    return choice === 'other' ? ref(root, 'other').value.trim() : (panels[Number(choice)]?.user ?? '');
  }

  /** @param {string} message @param {'busy' | 'good' | 'bad'} tone */
  function say(message, tone) {
    setText(ref(root, 'result'), message);
    ref(root, 'result').dataset.tone = tone;
  }

  async function send() {
    const to = recipient();
    if (!to) {
      say('Enter a recipient first.', 'bad');
      return;
    }
    const id = randomId();
    run = null;
    sent = { id, to, sentAt: site.now() };
    say(`Sending to ${to} …`, 'busy');
    draw();
    try {
      await publisher.publish(`#${to}`, { text: text.value, id });
      say(`Accepted for #${to} after ${formatSeconds((site.now() - sent.sentAt) / 1e3)}`, 'good');
      // Ready for the next message. Without focus(): on a phone that would open the keyboard over the outcome.
      if (document.activeElement === text) {
        text.select();
      }
    } catch (error) {
      sent = null;
      say(`Not accepted: ${describe(error)}`, 'bad');
    }
    draw();
  }

  /** Streams a made-up agent's run to the chosen user. */
  async function stream() {
    const to = recipient();
    if (!to) {
      say('Enter a recipient first.', 'bad');
      return;
    }
    const id = randomId();
    const begun = site.now();
    sent = null;
    run = { id, to, total: EVENTS, before: panels.map(({ state }) => state.received) };
    say(`Streaming an agent's run to ${to} …`, 'busy');
    ref(root, 'agent-run').disabled = true;
    draw();
    try {
      const count = await paced(agentRun(id, site.now), (event) => publisher.publish(`#${to}`, event), site.now);
      say(`Accepted ${count} events for #${to} in ${formatSeconds((site.now() - begun) / 1e3)}`, 'good');
    } catch (error) {
      run = null;
      say(`Not accepted: ${describe(error)}`, 'bad');
    }
    ref(root, 'agent-run').disabled = false;
    draw();
  }

  function account() {
    const states = panels.map(({ state }) => state);
    if (run !== null) {
      return runOutcomes(run, states);
    }
    return sent === null ? [] : outcomes(sent, states);
  }

  function draw() {
    choices.forEach((choice) => {
      const user = panels[Number(choice.dataset.choice)]?.user ?? '';
      const twice = Number(choice.dataset.choice) === 1 && user === panels[0]?.user;
      choice.hidden = user === '' || twice;
      setText(ref(choice, 'choice-name'), user);
    });
    if (form.querySelector('[hidden] :checked')) {
      const first = form.querySelector('[data-choice]:not([hidden]) input') ?? ref(root, 'to-other');
      first.checked = true;
    }
    const rows = account().map(({ user, verdict, text: words }) => {
      const row = element('li', 'outcome');
      row.dataset.verdict = verdict;
      row.append(element('strong', '', user), element('span', '', words));
      return row;
    });
    // Redrawn only if it changed, because the list is a live region.
    const list = ref(root, 'outcomes');
    if (rows.map((row) => row.outerHTML).join() !== [...list.children].map((row) => row.outerHTML).join()) {
      list.replaceChildren(...rows);
    }
  }

  form.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    void send();
  });
  ref(root, 'agent-run').addEventListener('click', () => void stream());
  form.addEventListener('input', changed);
  ref(root, 'other').addEventListener('focus', () => {
    ref(root, 'to-other').checked = true;
    changed();
  });
  tokenField.addEventListener('change', () => publisher.close());

  return {
    draw,
    /** The recipient and the text, for the samples. */
    values: () => ({ to: recipient() || 'bob', text: text.value }),
  };
}
