// @ts-check
/** Kills the node that serves a panel. Only a cluster in development mode lets the page do that (docs/protocol.md, Kill a node). */

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {URL} base the page's address
 * @param {string} node its name, as the node told it
 * @throws {Error} if the node was not killed
 */
export async function killNode(fetch, base, node) {
  const url = new URL('dev/kill', base);
  // Not encoded: nginx compares the name as it comes.
  url.search = `node=${node}`;
  const response = await fetch(url, { method: 'POST' }).catch(() => null);
  // The node may be gone before its answer has left.
  if (response && !response.ok && response.status !== 502) {
    const told = await response.json().catch(() => null);
    throw new Error(`The node was not killed: ${told?.error?.message ?? `the server answered ${response.status}`}`);
  }
}
