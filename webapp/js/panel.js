// @ts-check
/** One panel: a user's client, its state and its controls. */
import { describe, openClient } from './client.js';
import { ref } from './dom.js';
import { killNode } from './kill.js';
import { Line } from './line.js';
import { initialState, reduce } from './panelState.js';
import { panelView } from './panelView.js';
import { devToken, userOf } from './tokens.js';

/**
 * @typedef {{Centrifuge: any, base: URL, endpoint: string, dev: () => boolean, now: () => number}} Site
 * @typedef {ReturnType<typeof createPanel>} Panel
 */

/**
 * @param {HTMLElement} root
 * @param {{site: Site, name: string, session: string, changed: () => void}} options
 */
export function createPanel(root, { site, name, session, changed }) {
  const draw = panelView(root);
  const nameField = ref(root, 'name');
  const tokenField = ref(root, 'token');
  const line = new Line(WebSocket);
  line.follow(window);
  let state = initialState(session);
  /** @type {{key: string, connect: () => void, disconnect: () => void} | null} */
  let client = null;

  /** @param {import('./panelState.js').PanelEvent} event */
  function report(event) {
    state = reduce(state, event, site.now());
    draw(state);
    changed();
  }

  function connect() {
    const dev = site.dev();
    const token = tokenField.value.trim();
    const user = dev ? nameField.value.trim() : userOf(token);
    if (!user) {
      report({ type: 'failed', message: dev ? 'Enter a name first' : 'Paste a token with the claim sub first' });
      (dev ? nameField : tokenField).focus();
      return;
    }
    const key = dev ? user : token;
    report({ type: 'opened', user });
    if (client?.key !== key) {
      const getToken = () => devToken(fetch, site.base, user);
      const credential = dev ? { getToken } : { token };
      const opened = openClient({ ...site, session, credential, line, report });
      client = { key, ...opened };
    }
    client?.connect();
  }

  nameField.value = name;
  ref(root, 'form').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      connect();
    } catch (error) {
      report({ type: 'failed', message: describe(error) });
    }
  });
  nameField.addEventListener('input', () => {
    draw(state);
    changed();
  });
  ref(root, 'disconnect').addEventListener('click', () => {
    client?.disconnect();
    ref(root, 'connect').focus();
  });
  ref(root, 'line').addEventListener('click', () => {
    report({ type: 'line', down: !line.down });
    if (line.down) {
      line.restore();
    } else {
      line.drop();
    }
  });
  ref(root, 'kill').addEventListener('click', async () => {
    report({ type: 'killing', node: state.node });
    await killNode(fetch, site.base, state.node).catch((error) => report({ type: 'failed', message: describe(error) }));
  });
  draw(state);

  return {
    connect: () => state.phase === 'idle' && connect(),
    get state() {
      return state;
    },
    /** The user shown or, before the first connect, the name to be used. */
    get user() {
      return state.user || (site.dev() ? nameField.value.trim() : userOf(tokenField.value));
    },
  };
}
