package dev.cordon.kpi;

import java.time.Instant;

/**
 * The present state of one alert rule.
 *
 * @param value of the last evaluation; NaN while there is too little to judge
 * @param limit in force; infinite when the rule is off
 * @param since the last change of state; the start of the node for a rule that never fired
 * @param fired number of times since the start
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
    /** The state of a rule. */
    public enum State {
        OK,
        FIRING,
        /** Too few samples, or too few users, to say. */
        NOT_JUDGED,
        /** Switched off by its setting. */
        OFF
    }
}
