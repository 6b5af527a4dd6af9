// @ts-check
/** The session id of one panel: it survives a reload and lives as long as the browser tab. */

/**
 * @param {Pick<Storage, 'getItem' | 'setItem'>} storage
 * @param {string} slot
 * @param {() => string} [random]
 */
export function sessionId(storage, slot, random = randomId) {
  const key = `cordon.session.${slot}`;
  const known = storage.getItem(key);
  if (known) {
    return known;
  }
  const fresh = random();
  storage.setItem(key, fresh);
  return fresh;
}

/** 96 random bits; `crypto.randomUUID` is missing on plain-HTTP pages that are not on localhost. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
