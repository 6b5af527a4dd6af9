// @ts-check
/**
 * One user's connection: the SDK's events, translated to those of `panelState.js`.
 *
 * @typedef {import('./panelState.js').PanelEvent} PanelEvent
 */

/** A browser tells a page nothing of a refused handshake but 1006: what its user can look at. */
export const UNOPENED = 'The socket does not open: is the server there, and does it allow this page? '
  + 'Its log says why it refused; see cordon.allowed-origins';

/**
 * @param {object} options
 * @param {any} options.Centrifuge the SDK's class
 * @param {string} options.endpoint
 * @param {string} options.session
 * @param {{token: string} | {getToken: () => Promise<string>}} options.credential
 * @param {import('./line.js').Line} options.line
 * @param {(event: PanelEvent) => void} options.report
 */
export function openClient({ Centrifuge, endpoint, session, credential, line, report }) {
  const centrifuge = new Centrifuge(endpoint, {
    ...credential,
    data: { session },
    websocket: line.Socket,
    networkEventTarget: line.events,
    // Somebody watches: a longer pause than this looks like a fault.
    maxReconnectDelay: 3000,
  });
  centrifuge
    .on('connecting', (/** @type {any} */ { code, reason }) => report({ type: 'connecting', code, reason }))
    .on('connected', (/** @type {any} */ { client }) => report({ type: 'connected', client }))
    .on('disconnected', (/** @type {any} */ { code, reason }) => report({ type: 'disconnected', code, reason }))
    .on('subscribed', (/** @type {any} */ { channel, wasRecovering, recovered, streamPosition }) =>
      report({
        type: 'subscribed',
        channel,
        wasRecovering,
        recovered,
        epoch: streamPosition?.epoch ?? '',
        offset: streamPosition?.offset ?? 0,
      }))
    .on('unsubscribed', (/** @type {any} */ { channel }) => report({ type: 'failed', message: `Unsubscribed from ${channel}` }))
    .on('publication', (/** @type {any} */ { channel, offset, data }) => report({ type: 'publication', channel, offset, data }))
    .on('error', (/** @type {any} */ context) => {
      report(context.type === 'transport'
        ? { type: 'unopened', code: 1006, reason: UNOPENED }
        : { type: 'failed', message: describe(context.error) });
    });
  return {
    connect: () => centrifuge.connect(),
    /** Keeps the position: connecting again resumes. */
    disconnect: () => centrifuge.disconnect(),
  };
}

/** @param {any} error an error of the SDK or of the browser */
export function describe(error) {
  const text = error?.message || String(error);
  return error?.code === undefined ? text : `${text} (${error.code})`;
}
