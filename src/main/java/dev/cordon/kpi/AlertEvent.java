package dev.cordon.kpi;

import java.time.Instant;

/**
 * The begin or the end of an alert. The log, observers of this CDI event and the webhook receive it.
 *
 * @param firing true when the alert begins, false when it ends
 * @param value of the metric at that time
 * @param limit in force at that time
 * @param meaning what is wrong
 * @param action what an operator does about it
 */
public record AlertEvent(
        String kpi,
        boolean firing,
        double value,
        double limit,
        String unit,
        String meaning,
        String action,
        Instant at) {}
