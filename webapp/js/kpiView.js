// @ts-check
/** Polls the node's figures while the page is visible, and draws them. */
import { element, ref, setText } from './dom.js';
import { figures, formatValue } from './figures.js';
import { formatClock } from './format.js';
import { cordonSamples, parseMetrics } from './metrics.js';

const EVERY_MILLIS = 2_000;
const PATIENCE_MILLIS = 4_000;

/** @typedef {{samples: import('./metrics.js').Sample[], at: number}} Reading */

/**
 * @param {HTMLElement} root
 * @param {{url: URL, now: () => number}} options
 */
export function startKpis(root, { url, now }) {
  /** @type {Reading} */
  let before = { samples: [], at: 0 };

  async function poll() {
    if (document.visibilityState === 'visible') {
      try {
        const reading = { samples: await read(url), at: now() };
        draw(reading);
        before = reading;
      } catch (error) {
        if (error instanceof OwnFiguresOnly) {
          setText(ref(root, 'kpi-status'), error.message);
          return;
        }
        setText(ref(root, 'kpi-status'), `No fresh figures: ${error instanceof Error ? error.message : error}`);
      }
    }
    setTimeout(poll, EVERY_MILLIS);
  }

  /** @param {Reading} reading */
  function draw({ samples, at }) {
    const cards = figures(samples, before.samples, (at - before.at) / 1e3);
    ref(root, 'kpi-cards').replaceChildren(...cards.map(card));
    ref(root, 'kpi-rows').replaceChildren(...samples.map(row));
    ref(root, 'kpi-all').hidden = samples.length === 0;
    setText(ref(root, 'kpi-status'),
      samples.length === 0 ? 'The node does not report any figures yet' : `This node, at ${formatClock(at).slice(0, 8)}`);
  }

  void poll();
}

/** Thrown when the node shows its figures to this machine only, and not through a load balancer. */
class OwnFiguresOnly extends Error {}

/** @param {URL} url */
async function read(url) {
  const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MILLIS) });
  if (response.status === 401) {
    throw new OwnFiguresOnly('Not shown here: a node gives its figures at its own address, to its machine or with cordon.metrics.token');
  }
  if (!response.ok) {
    throw new Error(`${url.pathname} answered ${response.status}`);
  }
  return cordonSamples(parseMetrics(await response.text()));
}

/** @param {import('./figures.js').Figure} figure */
function card({ label, metric, text, rate, alarm }) {
  const made = element('div', 'kpi');
  made.dataset.metric = metric;
  made.dataset.alarm = String(alarm);
  const value = element('dd', 'kpi-value', text);
  value.append(element('span', 'kpi-rate', rate));
  made.append(element('dt', 'kpi-label', label), value);
  return made;
}

/** @param {import('./metrics.js').Sample} sample */
function row({ name, labels, value }) {
  const made = element('tr');
  const shown = Object.entries(labels).filter(([key]) => key !== 'mp_scope').map(([key, text]) => `${key}=${text}`);
  const head = element('th', '', name);
  head.setAttribute('scope', 'row');
  made.append(head, element('td', '', shown.join(', ')), element('td', 'number', formatValue(name, value)));
  return made;
}
