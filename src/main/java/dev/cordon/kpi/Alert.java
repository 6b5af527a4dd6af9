package dev.cordon.kpi;

import java.time.Instant;

/**
 * A rule as it stands now, for whoever shows it.
 *
 * @param value as last judged; NaN when there was nothing to judge by
 * @param limit that counts now; infinite when the rule is off
 * @param since when it came into this state; the start for one that never fired
 * @param fired how often since the start
 */
public record Alert(
        String kpi,
        String meaning,
        String metric,
        double value,
        double limit,
        String unit,
        State state,
        Instant since,
        long fired,
        String action) {
    /** How a rule stands. */
    public enum State {
        OK,
        FIRING,
        /** Too few samples, or too few users, to say. */
        NOT_JUDGED,
        /** Switched off by its setting. */
        OFF
    }
}
