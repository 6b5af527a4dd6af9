// @ts-check
/**
 * The definitions of the plots, and the points collected since the page was opened.
 *
 * @typedef {{at: number, figures: Record<string, number | null>, alerts: {kpi: string, limit: number | null, state: string}[]}} Reading
 * @typedef {{label: string, metric: string, rate?: boolean}} Line
 * @typedef {{id: string, title: string, unit: 'seconds' | 'bytes' | 'rate' | 'count', lines: Line[], kpi?: string}} Plot
 */

/** @type {Plot[]} */
export const PLOTS = [
  {
    id: 'messages', title: 'Messages', unit: 'rate', lines: [
      { label: 'accepted', metric: 'cordon_accepted_total', rate: true },
      { label: 'delivered', metric: 'cordon_delivered_total', rate: true },
    ],
  },
  {
    id: 'delivery', title: 'Accepted publish to socket', unit: 'seconds', kpi: 'delivery', lines: [
      { label: 'p50', metric: 'cordon_delivery_seconds{quantile="0.5"}' },
      { label: 'p99', metric: 'cordon_delivery_seconds{quantile="0.99"}' },
    ],
  },
  {
    id: 'canary', title: 'Publish to client, measured by the canary', unit: 'seconds', kpi: 'canary_delivery', lines: [
      { label: 'p50', metric: 'cordon_canary_delivery_seconds{quantile="0.5"}' },
      { label: 'p99', metric: 'cordon_canary_delivery_seconds{quantile="0.99"}' },
    ],
  },
  {
    id: 'connections', title: 'Managers and connections', unit: 'count', lines: [
      { label: 'managers', metric: 'cordon_managers' },
      { label: 'connections', metric: 'cordon_connections' },
    ],
  },
  {
    id: 'queue', title: 'Waiting in queues', unit: 'bytes', lines: [{ label: 'bytes', metric: 'cordon_queue_bytes' }],
  },
  {
    id: 'memory', title: 'Heap for each user', unit: 'bytes', kpi: 'memory_per_user', lines: [
      { label: 'bytes a user', metric: 'cordon_memory_per_user_bytes' },
    ],
  },
];

/** The points of all plots: for each a row of times in seconds, one of each line, and one of the threshold if it has one. */
export class Series {
  #most;
  #trimmed = false;
  /** @type {Reading | undefined} */
  #before;
  /** @type {Map<string, (number | null)[][]>} */
  #rows = new Map();

  /** @param {number} [most] points kept of each plot, by default an hour of the feed; the oldest are dropped */
  constructor(most = 1800) {
    this.#most = most;
  }

  /** @param {Reading} reading ignored unless it is newer than the one before */
  add(reading) {
    const before = this.#before;
    if (before && reading.at <= before.at) {
      return;
    }
    for (const plot of PLOTS) {
      const points = [reading.at / 1000, ...plot.lines.map((line) => pointOf(line, reading, before))];
      if (plot.kpi) {
        points.push(limitOf(plot, reading));
      }
      const rows = this.#rows.get(plot.id) ?? points.map(() => []);
      points.forEach((point, i) => {
        rows[i].push(point);
        if (rows[i].length > this.#most) {
          rows[i].shift();
          this.#trimmed = true;
        }
      });
      this.#rows.set(plot.id, rows);
    }
    this.#before = reading;
  }

  /** True if points were dropped. */
  get trimmed() {
    return this.#trimmed;
  }

  /** Seconds from the first point to the last. */
  get seconds() {
    const [times = []] = this.of(PLOTS[0]);
    return times.length === 0 ? 0 : Number(times.at(-1)) - Number(times[0]);
  }

  /** @param {Plot} plot @returns {(number | null)[][]} */
  of(plot) {
    return this.#rows.get(plot.id) ?? [];
  }
}

/** @param {Line} line @param {Reading} reading @param {Reading | undefined} before */
function pointOf({ metric, rate }, reading, before) {
  const value = reading.figures[metric] ?? null;
  if (!rate || value === null) {
    return value;
  }
  const previous = before?.figures[metric] ?? null;
  // A counter that decreased belongs to a restarted node: it gives no rate.
  return before && previous !== null && value >= previous ? ((value - previous) * 1000) / (reading.at - before.at) : null;
}

/** @param {Plot} plot @param {Reading} reading */
function limitOf({ kpi }, reading) {
  return reading.alerts.find((alert) => alert.kpi === kpi)?.limit ?? null;
}
