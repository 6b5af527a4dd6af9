// @ts-check
/**
 * One user's connection: the SDK's events, translated to those of `panelState.js`.
 *
 * @typedef {import('./panelState.js').PanelEvent} PanelEvent
 */

/** The hint when the socket does not open: a browser tells its page only code 1006, and no reason. */
export const UNOPENED = 'The WebSocket does not open: check that the server runs, and that cordon.allowed-origins '
  + 'allows this page. The server log has the reason';

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
    // A user watches: a longer pause would look like a fault.
    maxReconnectDelay: 3000,
  });
  centrifuge
    .on('connecting', (/** @type {any} */ { code, reason }) => report({ type: 'connecting', code, reason }))
    .on('connected', (/** @type {any} */ { client, data }) =>
      report({ type: 'connected', client, node: data?.node ?? '' }))
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
    /** Keeps the position, so that the next connect resumes. */
    disconnect: () => centrifuge.disconnect(),
  };
}

/** @param {any} error an error of the SDK or of the browser */
export function describe(error) {
  const text = error?.message || String(error);
  return error?.code === undefined ? text : `${text} (${error.code})`;
}
