package dev.cordon.kpi;

import java.time.Instant;

/**
 * An alert began or ended. Told to the log, to observers of the CDI event of this type and to the webhook.
 *
 * @param firing false when it has resolved
 * @param value that was above the limit, or is not any more
 * @param limit that counted at the time
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
