// @ts-check
/** The formats of figures, times and payloads on the pages. */

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const PRECISE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
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
 * The reader's wall clock, to the second; midnight is 00:00:00.
 *
 * @param {number} epochMillis
 */
export function formatTime(epochMillis) {
  const date = new Date(epochMillis);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/**
 * The time, after the day if that is not today.
 *
 * @param {number} epochMillis
 * @param {number} now
 */
export function formatMoment(epochMillis, now) {
  const today = new Date(epochMillis).toDateString() === new Date(now).toDateString();
  return `${today ? '' : `${DAY.format(epochMillis)} `}${formatTime(epochMillis)}`;
}

/**
 * The reader's wall clock, to the millisecond.
 *
 * @param {number} epochMillis
 */
export function formatClock(epochMillis) {
  return `${formatTime(epochMillis)}.${String(new Date(epochMillis).getMilliseconds()).padStart(3, '0')}`;
}

/**
 * The text of a payload: its field `text` if that is a string, otherwise its JSON; cut to `limit` characters.
 *
 * @param {unknown} data
 * @param {number} [limit]
 */
export function formatPayload(data, limit = 400) {
  const text = /** @type {{text?: unknown} | null} */ (data)?.text;
  const shown = typeof text === 'string' ? text : (JSON.stringify(data) ?? '');
  return shown.length > limit ? `${shown.slice(0, limit)}…` : shown;
}
