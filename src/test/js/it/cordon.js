/** The server under test, from outside: its addresses, tokens signed for it, its HTTP API, and waiting without sleeping. */
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** A variable of the environment that the caller of these tests must set. */
export function env(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: these tests run against a server`);
  }
  return value;
}

/** @param {string | URL} base of the server, ends with a slash */
export function endpointOf(base, path = 'connection/websocket') {
  return new URL(path, base).href.replace(/^http/, 'ws');
}

/**
 * A token as a login service makes it (RFC 7515 compact form, HS256).
 *
 * @param {string} user
 * @param {{groups?: string[], sid?: string, ttl?: number, secret?: string, claims?: object}} [options] `ttl` in seconds, may be negative
 */
export function token(user, { groups, sid, ttl = 3600, secret = env('CORDON_HMAC_SECRET'), claims = {} } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const body = { sub: user, iat: now + Math.min(0, ttl), exp: now + ttl, groups, sid, ...claims };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, body].map((part) => base64url(JSON.stringify(part))).join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** @param {string} text */
function base64url(text) {
  return Buffer.from(text).toString('base64url');
}

/**
 * One call of the server HTTP API.
 *
 * @returns {Promise<{status: number, result?: any, error?: {code: number, message: string}}>}
 */
export async function api(method, body, { base = env('CORDON_URL'), key = env('CORDON_API_KEY'), timeout = 10_000 } = {}) {
  const response = await fetch(new URL(`api/${method}`, base), {
    method: 'POST',
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeout),
  });
  const text = await response.text();
  if (!response.headers.get('Content-Type')?.startsWith('application/json')) {
    throw new Error(`/api/${method} answered ${response.status} and no JSON: ${text.slice(0, 200)}`);
  }
  return { status: response.status, ...JSON.parse(text) };
}

/**
 * Returns the first truthy value of the predicate; fails when there is none in time.
 *
 * @template T
 * @param {() => T | Promise<T>} predicate
 * @param {string} what is waited for, for the failure
 */
export async function until(predicate, what, within = 10_000) {
  const begun = performance.now();
  for (;;) {
    const value = await predicate();
    if (value) {
      return value;
    }
    const waited = performance.now() - begun;
    if (waited > within) {
      throw new Error(`not within ${within} ms: ${what}`);
    }
    // Less often the longer it takes: each question costs the servers.
    await pause(Math.min(100, 10 + waited / 20));
  }
}

/** The promise, or a failure that says what did not come. @template T @param {Promise<T>} promise @returns {Promise<T>} */
export async function within(promise, what, millis = 10_000) {
  const late = new AbortController();
  const timer = pause(millis, undefined, { signal: late.signal }).then(() => {
    throw new Error(`not within ${millis} ms: ${what}`);
  });
  try {
    return await Promise.race([promise, timer]);
  } finally {
    timer.catch(() => {});
    late.abort();
  }
}

/** A user name that no other test uses: tests share one server. */
export function somebody(name = 'user') {
  return `${name}-${randomUUID().slice(0, 8)}`;
}
