// @ts-check
/**
 * The figures of the demo page. A figure is left out if the node does not report its metric.
 *
 * @typedef {import('./metrics.js').Sample} Sample
 * @typedef {'gauge' | 'counter' | 'quantile'} Kind
 * @typedef {{label: string, metric: string, kind: Kind, quantile?: string, rate?: boolean, alarm?: boolean}} Spec
 * @typedef {{label: string, metric: string, text: string, rate: string, alarm: boolean}} Figure
 */
import { formatBytes, formatCount, formatRate, formatSeconds } from './format.js';

/** @type {Spec[]} */
export const SPECS = [
  { label: 'Managers', metric: 'cordon_managers', kind: 'gauge' },
  { label: 'Connections', metric: 'cordon_connections', kind: 'gauge' },
  { label: 'Accepted', metric: 'cordon_accepted_total', kind: 'counter', rate: true },
  { label: 'Delivered', metric: 'cordon_delivered_total', kind: 'counter', rate: true },
  { label: 'Dropped', metric: 'cordon_dropped_total', kind: 'counter' },
  { label: 'Isolation violations', metric: 'cordon_violations_total', kind: 'counter', alarm: true },
  { label: 'Delivery p50', metric: 'cordon_delivery_seconds', kind: 'quantile', quantile: '0.5' },
  { label: 'Delivery p99', metric: 'cordon_delivery_seconds', kind: 'quantile', quantile: '0.99' },
];

/**
 * @param {Sample[]} samples one reading
 * @param {Sample[]} before the reading before, empty if there is none
 * @param {number} elapsed seconds between the two
 * @param {Spec[]} [specs]
 * @returns {Figure[]}
 */
export function figures(samples, before, elapsed, specs = SPECS) {
  return specs.flatMap((spec) => {
    const value = valueOf(samples, spec);
    if (value === undefined) {
      return [];
    }
    const previous = valueOf(before, spec);
    // A counter that decreased belongs to a restarted node: it gives no rate.
    const moved = spec.rate === true && previous !== undefined && elapsed > 0 && value >= previous;
    return [
      {
        label: spec.label,
        metric: spec.metric,
        text: formatValue(spec.metric, value),
        rate: moved ? formatRate((value - previous) / elapsed) : '',
        alarm: spec.alarm === true && value > 0,
      },
    ];
  });
}

/**
 * Formats a value in the unit at the end of its metric's name (the Prometheus naming rule).
 *
 * @param {string} metric
 * @param {number} value
 */
export function formatValue(metric, value) {
  const unit = /_(seconds|milliseconds|millis|microseconds|micros|nanoseconds|nanos|bytes)(_max|_sum)?(_total)?$/.exec(metric)?.[1];
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'milliseconds':
    case 'millis':
      return formatSeconds(value / 1e3);
    case 'microseconds':
    case 'micros':
      return formatSeconds(value / 1e6);
    case 'nanoseconds':
    case 'nanos':
      return formatSeconds(value / 1e9);
    case 'bytes':
      return formatBytes(value);
    default:
      return formatCount(value);
  }
}

/**
 * The sum over the label sets of a metric (`dropped` has one for each reason); a quantile is never summed.
 *
 * @param {Sample[]} samples
 * @param {Spec} spec
 * @returns {number | undefined}
 */
function valueOf(samples, spec) {
  const own = samples.filter(
    ({ name, labels }) =>
      name === spec.metric && (spec.quantile === undefined || Number(labels.quantile) === Number(spec.quantile)),
  );
  if (own.length === 0) {
    return undefined;
  }
  return spec.kind === 'quantile' ? own[0].value : own.reduce((sum, { value }) => sum + value, 0);
}
