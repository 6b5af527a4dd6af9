package dev.cordon.kpi;

import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.CleanupInterval;
import dev.cordon.upkeep.Tick;
import java.time.Duration;
import java.util.Optional;

/** Whether the node does what it is there for; says in one line why not. Thread-safe. */
public final class Health {
    /** The tick runs twice a second; so long without it means that pings, deadlines and expiry are not kept. */
    static final Duration TICK_OVERDUE = Duration.ofSeconds(30);

    private final WebSocketManagerFactory factory;
    private final Tick tick;
    private final Cleanup cleanup;
    private final CleanupInterval interval;

    public Health(WebSocketManagerFactory factory, Tick tick, Cleanup cleanup, CleanupInterval interval) {
        this.factory = factory;
        this.tick = tick;
        this.cleanup = cleanup;
        this.interval = interval;
    }

    /** Why the process should be replaced; empty while it lives. */
    Optional<String> dead() {
        return tick.sinceLastRun().compareTo(TICK_OVERDUE) > 0
                ? Optional.of(
                        "the shared tick has not run for " + tick.sinceLastRun().toSeconds() + " s")
                : Optional.empty();
    }

    /** Why no new connection should come here; empty while it may. */
    Optional<String> notReady() {
        if (!factory.accepting()) {
            return Optional.of("shutting down");
        }
        Duration overdue = interval.duration().multipliedBy(2).plus(TICK_OVERDUE);
        if (cleanup.sinceLastRun().compareTo(overdue) > 0) {
            return Optional.of("the cleanup has not run for "
                    + cleanup.sinceLastRun().toSeconds() + " s, more than two intervals");
        }
        return dead();
    }

    WebSocketManagerFactory factory() {
        return factory;
    }
}
