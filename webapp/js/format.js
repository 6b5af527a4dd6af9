// @ts-check
/** How figures, times and payloads are written on the page. */

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const PRECISE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** @param {number} value */
export function formatCount(value) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  return Number.isInteger(value) ? GROUPED.format(value) : PRECISE.format(value);
}

/** @param {number} seconds */
export function formatSeconds(seconds) {
  if (!Number.isFinite(seconds)) {
    return '–';
  }
  if (seconds === 0) {
    return '0 ms';
  }
  const size = Math.abs(seconds);
  if (size < 1e-3) {
    return `${PRECISE.format(seconds * 1e6)} µs`;
  }
  return size < 1 ? `${PRECISE.format(seconds * 1e3)} ms` : `${PRECISE.format(seconds)} s`;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (!Number.isFinite(bytes)) {
    return '–';
  }
  let unit = 0;
  let value = bytes;
  while (Math.abs(value) >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${PRECISE.format(value)} ${BYTE_UNITS[unit]}`;
}

/** @param {number} perSecond */
export function formatRate(perSecond) {
  return `${(perSecond < 100 ? TENTHS : GROUPED).format(perSecond)}/s`;
}

/**
 * The reader's wall clock, to the millisecond.
 *
 * @param {number} epochMillis
 */
export function formatClock(epochMillis) {
  const date = new Date(epochMillis);
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

/**
 * What a payload says: its `text` if it has one, else the JSON, cut to `limit` characters.
 *
 * @param {unknown} data
 * @param {number} [limit]
 */
export function formatPayload(data, limit = 400) {
  const text = /** @type {{text?: unknown} | null} */ (data)?.text;
  const shown = typeof text === 'string' ? text : (JSON.stringify(data) ?? '');
  return shown.length > limit ? `${shown.slice(0, limit)}…` : shown;
}
