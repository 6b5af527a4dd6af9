// @ts-check
/** The entry point of the console: signs in, reads the node's state and feed, and carries out the operator's commands. */
import { UNOPENED } from '../js/client.js';
import { element, ref, setText } from '../js/dom.js';
import { endpointOf } from '../js/samples.js';
import { devToken, userOf } from '../js/tokens.js';
import { formatSeconds } from '../js/format.js';
import { LookUp } from './lookUp.js';
import { NodeView } from './nodeView.js';
import { NodesView } from './nodesView.js';
import { NotAnOperator, Operator } from './operator.js';
import { PlotView } from './plotView.js';
import { Series } from './series.js';
import { span } from './userView.js';
import { plotsTitle } from './wording.js';

const KEY = 'cordon.console.token';
const LOOK_MILLIS = 2000;
/** After this time without the feed, the page polls the node. */
const SILENT_MILLIS = 5000;
/** The node sends its feed only to operators who asked for its state within three minutes. */
const RENEW_MILLIS = 60_000;

const base = new URL('../', document.baseURI);
const at = (/** @type {string} */ name) => ref(document, name);
const series = new Series();
const plots = new PlotView(at('plots'), series, /** @type {any} */ (globalThis).uPlot);
const nodes = new NodesView(drainOther);
const users = new LookUp(attempt, confirmed, nodes);
const node = new NodeView((user) => users.look(user));
/** @type {Operator | undefined} */
let operator;
/** @type {any} */
let client;
let fedAt = 0;
let askedAt = 0;
let asking = false;
let accepting = true;

at('token-form').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  signIn(at('token').value.trim());
});
at('dev-link').addEventListener('click', (/** @type {Event} */ event) => {
  event.preventDefault();
  devToken(fetch, base, 'ops', 'operator').then(signIn, (error) => problem(error.message));
});
at('sign-out').addEventListener('click', () => signOut(''));
at('cleanup').addEventListener('click', () => attempt(async (of) => {
  const { sweeps } = await of.cleanup();
  const sum = (/** @type {string} */ what) => sweeps.reduce((/** @type {number} */ total, /** @type {any} */ sweep) => total + sweep[what], 0);
  setText(at('upkeep-result'), `Cleaned up: found ${sum('found')}, removed ${sum('removed')}, took ${formatSeconds(sum('took_seconds'))}.`);
  await look();
}));
at('drain').addEventListener('click', () =>
  confirmed('Drain this node?', 'The node accepts no more connections and closes all with code 3001, so that clients reconnect to another node. If its log is in memory, it also rejects publishes. Only a restart ends the drain.', 'Drain', () =>
    attempt(async (of) => {
      await of.drain();
      setText(at('upkeep-result'), 'Draining: connections are being closed.');
      await look();
    })));
at('check').addEventListener('click', () => attempt(async (of) => {
  const { ok, findings, took_seconds: took } = await of.check();
  const list = element('ul', 'check');
  for (const { what, found, expected, ok: good } of findings) {
    const item = element('li', '', `${what}: ${found} of ${expected}`);
    item.dataset.ok = String(good);
    list.append(item);
  }
  at('check-result').replaceChildren(element('p', '', `${ok ? 'Passed' : 'FAILED'} in ${formatSeconds(took)}: 8 synthetic users, 25 messages each, on this node.`), list);
}));
setInterval(() => {
  const now = Date.now();
  if (operator && !asking && (now - fedAt > SILENT_MILLIS || now - askedAt > RENEW_MILLIS)) {
    look();
  }
  users.again(now);
}, LOOK_MILLIS);

const kept = sessionStorage.getItem(KEY);
if (kept) {
  signIn(kept);
} else {
  devToken(fetch, base, 'ops', 'operator').then(() => (at('dev').hidden = false), () => {});
}

/** @param {string} token */
async function signIn(token) {
  operator = new Operator(fetch.bind(globalThis), base, token);
  if (!(await look())) {
    return;
  }
  sessionStorage.setItem(KEY, token);
  at('token').value = '';
  setText(at('who'), `Operator ${userOf(token)}`);
  show(true);
  listen(token);
}

/** @param {string} why empty when the operator asked for it */
function signOut(why) {
  sessionStorage.removeItem(KEY);
  operator = undefined;
  client?.disconnect();
  client = undefined;
  users.forget();
  unopened('');
  setText(at('who'), 'Not signed in');
  live('off', 'Off');
  show(false);
  problem(why);
  devToken(fetch, base, 'ops', 'operator').then(() => (at('dev').hidden = false), () => {});
}

/** @param {boolean} signedIn */
function show(signedIn) {
  at('sign-in').hidden = signedIn;
  at('signed-in').hidden = !signedIn;
  at('nav').hidden = !signedIn;
  at('sign-out').hidden = !signedIn;
}

/** Reads the state once over HTTP. Resolves to true if it succeeded. */
async function look() {
  asking = true;
  const done = await attempt(async (of) => {
    const state = await of.state();
    askedAt = Date.now();
    at('signed-in').hidden = false;
    if (Date.now() - fedAt > SILENT_MILLIS) {
      live('polling', 'Polling');
    }
    read(state);
  });
  asking = false;
  return done;
}

/** @param {string} id @param {string} name */
function drainOther(id, name) {
  confirmed(`Drain ${name}?`, 'The node accepts no more connections, and its readiness turns to DOWN. Then it closes all with code 3001, so that clients reconnect to another node. Only a restart of that node ends the drain.', 'Drain', () =>
    attempt(async (of) => {
      await of.drain(id);
      setText(at('nodes-result'), `${name} is draining: its connections are being closed.`);
      await look();
    }));
}

/** @param {any} state */
function read(state) {
  problem('');
  accepting = state.node.accepting;
  if (!accepting) {
    unopened('');
  }
  series.add(state);
  setText(at('plots-title'), plotsTitle(series.trimmed, span(series.seconds)));
  nodes.show(state);
  node.show(state);
  plots.show(state.alerts);
}

/** @param {string} token */
function listen(token) {
  const { Centrifuge } = /** @type {any} */ (globalThis);
  client = new Centrifuge(endpointOf(base), { token, data: { session: 'console' } });
  const feed = client.newSubscription(`console#${userOf(token)}`);
  feed.on('publication', (/** @type {any} */ { data }) => {
    fedAt = Date.now();
    live('live', 'Live');
    read(data);
  });
  feed.subscribe();
  client.on('error', (/** @type {any} */ { type }) => type === 'transport' && accepting && unopened(UNOPENED));
  client.on('connected', () => unopened(''));
  client.connect();
}

/** @param {(of: Operator) => Promise<void>} action @returns {Promise<boolean>} whether it succeeded */
async function attempt(action) {
  if (!operator) {
    return false;
  }
  try {
    await action(operator);
    return true;
  } catch (error) {
    if (error instanceof NotAnOperator) {
      signOut(`Signed out: ${error.message}.`);
    } else {
      live('lost', 'No answer');
      problem(/** @type {Error} */ (error).message);
    }
    return false;
  }
}

/** @param {string} title @param {string} text @param {string} yes @param {() => void} action */
function confirmed(title, text, yes, action) {
  const dialog = /** @type {HTMLDialogElement} */ (at('confirm'));
  setText(at('confirm-title'), title);
  setText(at('confirm-text'), text);
  setText(at('confirm-yes'), yes);
  dialog.returnValue = '';
  dialog.addEventListener('close', () => dialog.returnValue === 'yes' && action(), { once: true });
  dialog.showModal();
}

/** @param {string} text empty when there is none */
function problem(text) {
  at('problem').hidden = text === '';
  setText(at('problem'), text);
}

/** @param {string} why the reason why the page polls instead of receiving the feed; empty if it receives the feed */
function unopened(why) {
  at('unopened').hidden = why === '';
  setText(at('unopened'), why && `${why}. Until it opens, this page polls every few seconds.`);
}

/** @param {string} state @param {string} text */
function live(state, text) {
  at('live').dataset.state = state;
  setText(at('live-text'), text);
}
