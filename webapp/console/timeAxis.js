// @ts-check
/** The times under a plot: as many as have room, and no finer than they differ. */
import { formatTime } from '../js/format.js';

/** Pixels from one time to the next: `00:00:00` takes about 56 of them. */
export const TIME_SPACE = 84;

/** Seconds from one time to the next that may be chosen. */
export const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** @param {number[]} seconds since the epoch @param {number} step between two of them, in seconds */
export function timeLabels(seconds, step) {
  return seconds.map((each) => formatTime(each * 1000).slice(0, step < 60 ? 8 : 5));
}
