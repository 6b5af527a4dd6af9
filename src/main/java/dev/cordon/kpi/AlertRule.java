package dev.cordon.kpi;

import dev.cordon.kpi.Threshold.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * One threshold being watched. Fires at the first look that finds it above its limit, resolves when it has not been above for
 * {@link #QUIET}: a value that swings about its limit is one alert, not many. Confined to the board's lock.
 */
final class AlertRule {
    static final Duration QUIET = Duration.ofMinutes(1);

    final Threshold threshold;
    private final DoubleSupplier metric;
    private final DoubleSupplier evidence;
    private final Supplier<String> named;
    private final Growth growth;
    private double value = Double.NaN;
    private boolean firing;
    private long lastAbove;
    private Instant since;
    private long fired;

    /**
     * @param evidence how much there is to judge by; infinite where none is asked for
     * @param named what the alert names beside its number; empty where there is nothing to name
     */
    AlertRule(
            Threshold threshold,
            DoubleSupplier metric,
            DoubleSupplier evidence,
            Supplier<String> named,
            Instant start,
            long now) {
        this.named = named;
        this.threshold = threshold;
        this.metric = metric;
        this.evidence = evidence;
        this.growth = new Growth(now, threshold.span() == Span.HOUR ? metric.getAsDouble() : 0);
        this.since = start;
    }

    /** Looks once; what changed, if anything. */
    Optional<AlertEvent> look(double limit, Instant at, long now) {
        value = judged(now);
        // Not a number is above nothing.
        if (value > limit) {
            lastAbove = now;
        }
        boolean quiet = limit == Double.POSITIVE_INFINITY || now - lastAbove >= QUIET.toNanos();
        if (!firing && value > limit) {
            fired++;
        } else if (!firing || !quiet) {
            return Optional.empty();
        }
        firing = !firing;
        since = at;
        return Optional.of(new AlertEvent(
                threshold.kpi(), firing, value, limit, threshold.unit(), meaning(), threshold.action(), at));
    }

    private String meaning() {
        String names = named.get();
        return names.isEmpty() ? threshold.meaning() : threshold.meaning() + " Now: " + names + ".";
    }

    private double judged(long now) {
        double present = threshold.span() == Span.HOUR ? growth.since(now, metric.getAsDouble()) : metric.getAsDouble();
        double least = threshold.evidence().map(Threshold.Evidence::least).orElse(0.0);
        return evidence.getAsDouble() >= least ? present : Double.NaN;
    }

    Alert shown(double limit) {
        return new Alert(
                threshold.kpi(),
                meaning(),
                threshold.metric(),
                value,
                limit,
                threshold.unit(),
                state(limit),
                since,
                fired,
                threshold.action());
    }

    private Alert.State state(double limit) {
        if (firing) {
            return Alert.State.FIRING;
        }
        if (limit == Double.POSITIVE_INFINITY) {
            return Alert.State.OFF;
        }
        return Double.isNaN(value) ? Alert.State.NOT_JUDGED : Alert.State.OK;
    }
}
