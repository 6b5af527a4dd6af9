// @ts-check
/** The plots, drawn by uPlot. Their last values stand beside them as text, because screen readers cannot read a canvas. */
import { element } from '../js/dom.js';
import { formatBytes, formatCount, formatRate, formatSeconds } from '../js/format.js';
import { PLOTS } from './series.js';
import { TIME_SPACE, TIME_STEPS, timeLabels } from './timeAxis.js';

/** @typedef {import('./series.js').Plot} Plot */

const FORMATS = { seconds: formatSeconds, bytes: formatBytes, rate: formatRate, count: formatCount };
const HEIGHT = 176;

export class PlotView {
  #uPlot;
  #series;
  /** @type {{plot: Plot, card: HTMLElement, now: HTMLElement, canvas: HTMLElement, chart: any}[]} */
  #parts;

  /** @param {Element} root @param {import('./series.js').Series} series @param {any} uPlot the library's class */
  constructor(root, series, uPlot) {
    this.#uPlot = uPlot;
    this.#series = series;
    this.#parts = PLOTS.map((plot) => {
      const card = element('section', 'card plot');
      const title = element('h3', '', plot.title);
      title.id = `plot-${plot.id}`;
      card.setAttribute('aria-labelledby', title.id);
      const now = element('p', 'plot-now');
      const canvas = element('div', 'plot-canvas');
      canvas.setAttribute('role', 'img');
      card.append(title, now, canvas);
      root.append(card);
      return { plot, card, now, canvas, chart: undefined };
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#again());
    new ResizeObserver(() => this.#fit()).observe(root);
  }

  /** @param {{kpi: string, state: string}[]} alerts */
  show(alerts) {
    for (const part of this.#parts) {
      const rows = this.#series.of(part.plot);
      if (rows.length > 0) {
        part.chart ??= this.#chart(part);
        part.chart.setData(rows);
        this.#tell(part, rows);
        const firing = alerts.some(({ kpi, state }) => kpi === part.plot.kpi && state === 'FIRING');
        part.card.dataset.firing = String(firing);
      }
    }
  }

  /** @param {{plot: Plot, now: HTMLElement, canvas: HTMLElement}} part @param {(number | null)[][]} rows */
  #tell({ plot, now, canvas }, rows) {
    const format = FORMATS[plot.unit];
    const text = (/** @type {number} */ row) => {
      const last = rows[row].at(-1) ?? null;
      return last === null ? '–' : format(last);
    };
    const parts = plot.lines.map(({ label }, i) => element('span', `line-${i}`, `${label} ${text(i + 1)}`));
    if (plot.kpi) {
      parts.push(element('span', 'limit', `threshold ${text(rows.length - 1)}`));
    }
    now.replaceChildren(...parts);
    canvas.setAttribute('aria-label', `${plot.title} over time; now ${parts.map((each) => each.textContent).join(', ')}`);
  }

  /** @param {{plot: Plot, canvas: HTMLElement}} part */
  #chart({ plot, canvas }) {
    const colour = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const format = FORMATS[plot.unit];
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
    const lines = plot.lines.map(({ label }, i) => ({ label, stroke: colour(i === 0 ? '--a' : '--b'), width: 2, points: { show: false } }));
    const limit = { label: 'threshold', stroke: colour('--bad'), width: 1.5, dash: [6, 5], points: { show: false } };
    return new this.#uPlot(
      {
        width: Math.max(canvas.clientWidth, 200),
        height: HEIGHT,
        padding: [10, 28, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (/** @type {any} */ _, /** @type {number} */ low, /** @type {number} */ high) => [0, Math.max(high ?? 0, low ?? 0) * 1.15 || 1] } },
        axes: [
          {
            ...axis,
            size: 30,
            space: TIME_SPACE,
            incrs: TIME_STEPS,
            values: (/** @type {any} */ _, /** @type {number[]} */ times, /** @type {number} */ _axis, /** @type {number} */ _space, /** @type {number} */ step) => timeLabels(times, step),
          },
          { ...axis, size: 74, values: (/** @type {any} */ _, /** @type {number[]} */ values) => values.map((value) => format(value)) },
        ],
        series: [{}, ...lines, ...(plot.kpi ? [limit] : [])],
      },
      this.#series.of(plot),
      canvas,
    );
  }

  /** Draws the charts again, in the colours of the present scheme. */
  #again() {
    for (const part of this.#parts) {
      part.chart?.destroy();
      part.chart = this.#series.of(part.plot).length > 0 ? this.#chart(part) : undefined;
    }
  }

  #fit() {
    for (const { chart, canvas } of this.#parts) {
      if (chart && canvas.clientWidth > 0) {
        chart.setSize({ width: canvas.clientWidth, height: HEIGHT });
      }
    }
  }
}
