// @ts-check
/** The time labels under a plot: as many as fit, with seconds only if these differ. */
import { formatTime } from '../js/format.js';

/** Least distance of two labels, in pixels: `00:00:00` takes about 56 of them. */
export const TIME_SPACE = 84;

/** The allowed steps from one label to the next, in seconds. */
export const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** @param {number[]} seconds since the epoch @param {number} step between two of them, in seconds */
export function timeLabels(seconds, step) {
  return seconds.map((each) => formatTime(each * 1000).slice(0, step < 60 ? 8 : 5));
}
