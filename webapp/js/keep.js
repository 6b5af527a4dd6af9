// @ts-check
/**
 * A storage that never fails: if the browser's storage is full or forbidden, values live as long as the page.
 *
 * @typedef {Pick<Storage, 'getItem' | 'setItem'>} Keeper
 */

/**
 * @param {Keeper | undefined} storage
 * @param {(error: unknown) => void} [failed] called once, when the storage first fails
 * @returns {Keeper}
 */
export function keeping(storage, failed = () => {}) {
  /** @type {Map<string, string>} */
  const own = new Map();
  let told = false;
  /** @param {unknown} error */
  const tell = (error) => {
    if (!told) {
      told = true;
      failed(error);
    }
  };
  return {
    getItem(key) {
      if (own.has(key) || !storage) {
        return own.get(key) ?? null;
      }
      try {
        return storage.getItem(key);
      } catch (error) {
        tell(error);
        return null;
      }
    },
    setItem(key, value) {
      try {
        if (storage) {
          storage.setItem(key, value);
          own.delete(key);
          return;
        }
      } catch (error) {
        tell(error);
      }
      own.set(key, value);
    },
  };
}

/** The browser's localStorage; undefined if it is forbidden or missing. */
export function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    // Cookies and storage are blocked for this page, so it gets a session of its own.
    return undefined;
  }
}
