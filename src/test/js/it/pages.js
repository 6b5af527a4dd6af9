/** Pages of browsers: the web application's client over the real SDK, with the messages it handled and the events it reported. */
import { Centrifuge } from 'centrifuge';
import { CordonClient } from '../../../../webapp/js/cordon.js';
import { Line } from './clients.js';
import { endpointOf, env, token, until } from './cordon.js';

/** The storage that a browser keeps from one page to the next. */
export function browser() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

/**
 * A page that is connected and subscribed.
 *
 * @param {import('node:test').TestContext} t ends it
 * @param {string} user
 * @param {object} [options] of {@link CordonClient}, and `base`, `claims` (for {@link token}), `topics`
 */
export async function openPage(t, user, { base = env('CORDON_URL'), claims = {}, topics = [], onMessage = () => {}, ...options } = {}) {
  const line = new Line();
  const page = { user, line, handled: [], told: [], data: () => page.handled.map(({ data }) => data) };
  page.client = new CordonClient({
    Centrifuge,
    endpoint: endpointOf(base),
    token: token(user, claims),
    storage: browser(),
    ackDelay: 20,
    sdk: { websocket: line.Socket, minReconnectDelay: 20, maxReconnectDelay: 500 },
    onMessage: (message) => {
      page.handled.push(message);
      return onMessage(message);
    },
    ...options,
  });
  for (const type of ['recovered', 'gap', 'failed']) {
    page.client.on(type, (event) => page.told.push([type, event]));
  }
  /** Ends the page as when its browser is killed: nothing more is sent, not even due acknowledgements. */
  page.vanish = () => {
    line.down();
    page.client.centrifuge.disconnect();
  };
  t.after(() => page.client.centrifuge.disconnect());
  const open = new Set([`#${user}`, ...topics]);
  page.client.centrifuge.on('subscribed', ({ channel }) => open.delete(channel));
  topics.forEach((topic) => {
    page.client.subscribe(topic);
    page.client.centrifuge.getSubscription(topic).on('subscribed', () => open.delete(topic));
  });
  page.client.connect();
  await until(() => open.size === 0, `${user} is subscribed`);
  return page;
}
