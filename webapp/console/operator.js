// @ts-check
/** The operator's requests to the node, over HTTP with a bearer token. */

/** The node does not accept the token (any more). */
export class NotAnOperator extends Error {}

export class Operator {
  #fetch;
  #base;
  #token;

  /** @param {typeof globalThis.fetch} fetch @param {URL} base of the server @param {string} token */
  constructor(fetch, base, token) {
    this.#fetch = fetch;
    this.#base = base;
    this.#token = token;
  }

  state() {
    return this.#ask('state');
  }

  /** @param {string} user */
  user(user) {
    return this.#ask(`user?user=${encodeURIComponent(user)}`);
  }

  /** @param {string} user @param {boolean} reconnect whether the clients may reconnect */
  disconnect(user, reconnect) {
    return this.#ask('disconnect', { user, reconnect });
  }

  /** @param {string} [node] id of the node; the one that is asked if absent */
  drain(node) {
    return this.#ask('drain', node ? { node } : {});
  }

  cleanup() {
    return this.#ask('cleanup', {});
  }

  check() {
    return this.#ask('check', {});
  }

  /** @param {string} what @param {object} [body] posted when there is one */
  async #ask(what, body) {
    const response = await this.#fetch(new URL(`console/api/${what}`, this.#base), {
      method: body ? 'POST' : 'GET',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      return answer;
    }
    const message = answer.error?.message ?? `the node answered ${response.status}`;
    throw response.status === 401 || response.status === 403 ? new NotAnOperator(message) : new Error(message);
  }
}
