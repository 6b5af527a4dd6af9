// @ts-check
/** Tokens for the pages: a server in development mode issues them, one in production mode does not. */

/** Thrown when the server issues no tokens, because it runs in production mode. */
export class NoDevTokens extends Error {}

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {URL} base the page's address
 * @param {string} user
 * @param {string} [groups] comma-separated
 * @returns {Promise<string>}
 * @throws {NoDevTokens} when the server has no /dev/token
 */
export async function devToken(fetch, base, user, groups) {
  const url = new URL('dev/token', base);
  url.searchParams.set('user', user);
  if (groups) {
    url.searchParams.set('groups', groups);
  }
  const response = await fetch(url, { cache: 'no-store' });
  if (response.status === 404) {
    throw new NoDevTokens('the server issues no tokens: it runs in production mode');
  }
  if (!response.ok) {
    throw new Error(`no token: the server answered ${response.status}`);
  }
  return (await response.json()).token;
}

/**
 * The user named in a token, read only to label the panel: the server alone checks tokens.
 *
 * @param {string} token
 * @returns {string} empty if the text is not a JWT with a subject
 */
export function userOf(token) {
  try {
    const payload = token.trim().split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' ? sub : '';
  } catch {
    return '';
  }
}
