// @ts-check
/**
 * The outcome of one message sent from this page, for each panel.
 *
 * @typedef {import('./panelState.js').PanelState} PanelState
 * @typedef {'received' | 'waiting' | 'away' | 'nothing' | 'wrong'} Verdict
 * @typedef {{user: string, verdict: Verdict, text: string}} Outcome
 */
import { formatSeconds } from './format.js';

/**
 * @param {{id: string, to: string, sentAt: number}} sent `sentAt` in milliseconds since 1970
 * @param {PanelState[]} panels
 * @returns {Outcome[]}
 */
export function outcomes(sent, panels) {
  return panels.filter(({ user }) => user !== '').map((panel) => {
    const entry = panel.entries.find(({ data }) => data?.id === sent.id);
    const meant = panel.user === sent.to;
    if (entry && !meant) {
      return { user: panel.user, verdict: 'wrong', text: 'received it, although it was meant for another user' };
    }
    if (entry) {
      const after = formatSeconds(Math.max(0, entry.at - sent.sentAt) / 1e3);
      const how = entry.caughtUp ? `caught up after ${after}` : `received after ${after}`;
      return { user: panel.user, verdict: 'received', text: `${how}, offset ${entry.offset ?? '–'}` };
    }
    if (!meant) {
      return { user: panel.user, verdict: 'nothing', text: 'received nothing, as it should' };
    }
    return panel.phase === 'connected'
      ? { user: panel.user, verdict: 'waiting', text: 'on its way' }
      : { user: panel.user, verdict: 'away', text: 'not connected: the log keeps the message' };
  });
}

/**
 * The outcome of a run that this page streams, for each panel.
 *
 * @param {{id: string, to: string, total: number, before: number[]}} run `before` counts what each panel had received
 *   when the run began
 * @param {PanelState[]} panels
 * @returns {Outcome[]}
 */
export function runOutcomes(run, panels) {
  return panels.flatMap((panel, index) => {
    const { user, phase } = panel;
    const received = panel.received - run.before[index];
    if (user === '') {
      return [];
    }
    if (user !== run.to) {
      const wrong = panel.entries.some(({ data }) => data?.run_id === run.id);
      return [wrong
        ? { user, verdict: 'wrong', text: 'received an event that was meant for another user' }
        : { user, verdict: 'nothing', text: 'received nothing of it, as it should' }];
    }
    if (received >= run.total) {
      return [{ user, verdict: 'received', text: `received all ${run.total} events` }];
    }
    return [phase === 'connected'
      ? { user, verdict: 'waiting', text: 'receives' }
      : { user, verdict: 'away', text: 'not connected: the log keeps the events' }];
  });
}
