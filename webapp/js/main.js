// @ts-check
/** The entry point of the demo page: creates its parts and connects them. */
import { ref, setText } from './dom.js';
import { startKpis } from './kpiView.js';
import { createPanel } from './panel.js';
import { createPublishForm } from './publishForm.js';
import { curlSample, endpointOf, scriptSample } from './samples.js';
import { sessionId } from './session.js';
import { devToken, NoDevTokens } from './tokens.js';
import { wireCopyButtons } from './copy.js';

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

const base = new URL('.', location.href);
const alone = new URLSearchParams(location.search).get('as');
let dev = true;
/** @type {import('./panel.js').Site} */
const site = {
  Centrifuge: /** @type {any} */ (globalThis).Centrifuge,
  base,
  endpoint: endpointOf(base),
  dev: () => dev,
  now: () => performance.timeOrigin + performance.now(),
};

const panels = (alone ? [alone] : NAMES.slice(0, 2)).map((name, index) => {
  const slot = ref(document, `panel-${index}`);
  slot.append(/** @type {HTMLTemplateElement} */ (ref(document, 'panel-template')).content.cloneNode(true));
  return createPanel(slot, { site, name, session: sessionId(sessionStorage, String(index)), changed });
});
const form = createPublishForm(ref(document, 'publish'), {
  site,
  session: sessionId(sessionStorage, 'publisher'),
  panels,
  changed,
});

/** Updates the parts of the page that depend on more than one panel. */
function changed() {
  // Panels report while they are being made, before there is a form.
  queueMicrotask(() => {
    form.draw();
    const values = { ...form.values(), base, endpoint: site.endpoint, dev, user: panels[panels.length - 1].user || 'bob' };
    setText(ref(document, 'curl'), curlSample(values));
    setText(ref(document, 'script'), scriptSample(values));
    ref(document, 'connect-all').disabled = panels.every(({ state }) => state.phase !== 'idle');
    linkToNextName();
  });
}

function linkToNextName() {
  const taken = panels.map(({ user }) => user);
  const next = NAMES.find((name) => !taken.includes(name)) ?? 'grace';
  const link = ref(document, 'another');
  link.href = `?as=${next}`;
  setText(link, `Open another tab as ${next}`);
}

async function findMode() {
  try {
    await devToken(fetch, base, panels[0].user);
  } catch (error) {
    dev = !(error instanceof NoDevTokens);
    const notice = ref(document, dev ? 'unreachable' : 'production');
    notice.hidden = false;
  }
  document.documentElement.dataset.mode = dev ? 'dev' : 'production';
  changed();
}

document.documentElement.dataset.panels = String(panels.length);
ref(document, 'connect-all').addEventListener('click', () => panels.forEach((panel) => panel.connect()));
wireCopyButtons(document);
startKpis(ref(document, 'kpis'), { url: new URL('/metrics?scope=application', base), now: site.now });
await findMode();
if (alone && dev) {
  panels[0].connect();
}
