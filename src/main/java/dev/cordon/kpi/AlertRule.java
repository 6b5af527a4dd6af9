package dev.cordon.kpi;

import dev.cordon.kpi.Threshold.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The state machine of one {@link Threshold}. It fires at the first evaluation above its limit. It resolves after {@link #QUIET} without a
 * value above the limit, so that a value that swings about the limit is one alert. Confined to the lock of the {@link AlertBoard}.
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
     * @param evidence number of samples or users behind the value; infinite where the rule wants none
     * @param named names that the alert adds to its text, such as late duties; empty if there are none
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

    /** Evaluates the rule once. Returns the event if the alert begins or ends. */
    Optional<AlertEvent> evaluate(double limit, Instant at, long now) {
        value = judged(now);
        // NaN is not above any limit.
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
