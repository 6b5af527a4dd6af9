// @ts-check
/**
 * A storage that takes everything: what the browser's does not, because it is full or forbidden, is kept as long as the page lives.
 *
 * @typedef {Pick<Storage, 'getItem' | 'setItem'>} Keeper
 */

/**
 * @param {Keeper | undefined} storage
 * @param {(error: unknown) => void} [failed] told once, when the storage first fails
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

/** What a browser keeps over a reload; undefined where it forbids that, or there is none. */
export function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    // Cookies and storage are blocked for this page: it has a session of its own then.
    return undefined;
  }
}
