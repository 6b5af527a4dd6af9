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
