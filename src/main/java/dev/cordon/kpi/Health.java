package dev.cordon.kpi;

import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.CleanupInterval;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.Duty;
import dev.cordon.upkeep.Tick;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** The rules of liveness and readiness. Each answer is the reason in one line. Thread-safe. */
public final class Health {
    /** Longest time without a tick for a ready node. The tick runs twice a second and keeps pings, deadlines and expiry. */
    static final Duration TICK_LATE = Duration.ofSeconds(10);

    /** Longest time without a tick for a live node. It is longer, because a restart costs all connections. */
    static final Duration TICK_OVERDUE = Duration.ofSeconds(30);

    private final WebSocketManagerFactory factory;
    private final Tick tick;
    private final Duties duties;
    private final Cleanup cleanup;
    private final CleanupInterval interval;
    private final Supplier<Optional<String>> cluster;

    /** @param cluster tells why this node cannot reach the others; empty while it can, or is alone. Must not wait */
    public Health(
            WebSocketManagerFactory factory,
            Tick tick,
            Duties duties,
            Cleanup cleanup,
            CleanupInterval interval,
            Supplier<Optional<String>> cluster) {
        this.factory = factory;
        this.tick = tick;
        this.duties = duties;
        this.cleanup = cleanup;
        this.interval = interval;
        this.cluster = cluster;
    }

    /** Returns why the process must be restarted; empty while it is alive. */
    Optional<String> dead() {
        return without(TICK_OVERDUE);
    }

    /** Returns why the node wants no new connections; empty while it is ready. */
    Optional<String> notReady() {
        if (!factory.accepting()) {
            return Optional.of("shutting down");
        }
        Duration overdue = interval.duration().multipliedBy(2).plus(TICK_OVERDUE);
        if (cleanup.sinceLastRun().compareTo(overdue) > 0) {
            return Optional.of("the cleanup has not run for "
                    + cleanup.sinceLastRun().toSeconds() + " s, more than two intervals"
                    + cleanup.underWay()
                            .map(sweep -> "; the sweep of " + sweep + " has not ended")
                            .orElse(""));
        }
        return without(TICK_LATE).or(cluster);
    }

    private Optional<String> without(Duration tickFor) {
        Duration since = tick.sinceLastRun();
        if (since.compareTo(tickFor) > 0) {
            return Optional.of("the shared tick has not run for " + since.toSeconds() + " s");
        }
        return Arrays.stream(Duty.values())
                .filter(duty -> duty.vital() && duties.age(duty).compareTo(tickFor) > 0)
                .findFirst()
                .map(duty -> "the duty " + duty.label() + " has not succeeded for "
                        + duties.age(duty).toSeconds() + " s");
    }

    WebSocketManagerFactory factory() {
        return factory;
    }
}
