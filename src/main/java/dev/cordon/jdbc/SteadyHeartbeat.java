package dev.cordon.jdbc;

import dev.cordon.cluster.NodeDirectory;
import java.time.Clock;
import java.time.Duration;

/**
 * The time for which this node has written heartbeats without a pause. After a pause of the database, or of this node,
 * the heartbeats of all others look old too, so that nobody can be taken for lost. By this node's own clock: a jump of
 * the clock counts as a pause. Thread-safe.
 */
final class SteadyHeartbeat {
    /** The longest time between two heartbeats that is no pause. */
    static final Duration PAUSE = NodeDirectory.LOST_AFTER.dividedBy(2);

    private final Clock clock;
    private long since;
    private long last;

    SteadyHeartbeat(Clock clock) {
        this.clock = clock;
        this.last = clock.millis() - PAUSE.toMillis() - 1;
    }

    /** Whether the heartbeats have been steady for {@link NodeDirectory#LOST_AFTER}. */
    synchronized boolean longEnough() {
        long now = clock.millis();
        return !pausedUntil(now) && now - since >= NodeDirectory.LOST_AFTER.toMillis();
    }

    /** A heartbeat was written. */
    synchronized void beaten() {
        long now = clock.millis();
        if (pausedUntil(now)) {
            since = now;
        }
        last = now;
    }

    private boolean pausedUntil(long now) {
        return now < last || now - last > PAUSE.toMillis();
    }
}
