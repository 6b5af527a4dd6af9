// @ts-check
/**
 * Reads the Prometheus text format, version 0.0.4, as far as a page needs it.
 *
 * @typedef {{name: string, labels: Record<string, string>, value: number}} Sample
 */

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES = /** @type {Record<string, string>} */ ({ n: '\n', '"': '"', '\\': '\\' });

/**
 * Comments and lines that are not samples are skipped, not errors: one odd line must not blank all figures.
 *
 * @param {string} text
 * @returns {Sample[]}
 */
export function parseMetrics(text) {
  return text.split('\n').flatMap(parseLine);
}

/**
 * Cordon's own samples: `cordon_…`, in the application scope.
 *
 * @param {Sample[]} samples
 */
export function cordonSamples(samples) {
  return samples.filter(
    ({ name, labels }) => name.startsWith('cordon_') && (labels.mp_scope ?? 'application') === 'application',
  );
}

/** @param {string} raw @returns {Sample[]} */
function parseLine(raw) {
  const match = LINE.exec(raw.trim());
  if (!match) {
    return [];
  }
  const [, name, labels, number] = match;
  const value = parseNumber(number);
  return value === undefined ? [] : [{ name, labels: parseLabels(labels ?? ''), value }];
}

/** @param {string} text @returns {number | undefined} */
function parseNumber(text) {
  const infinite = /^([+-]?)Inf$/.exec(text);
  if (infinite) {
    return infinite[1] === '-' ? -Infinity : Infinity;
  }
  const value = Number(text);
  return Number.isNaN(value) && text !== 'NaN' ? undefined : value;
}

/** @param {string} text */
function parseLabels(text) {
  /** @type {Record<string, string>} */
  const labels = Object.create(null);
  for (const [, key, value] of text.matchAll(LABEL)) {
    labels[key] = value.replace(/\\(.)/g, (_, escaped) => ESCAPES[escaped] ?? escaped);
  }
  return labels;
}
