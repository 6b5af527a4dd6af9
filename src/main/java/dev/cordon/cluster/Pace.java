package dev.cordon.cluster;

import dev.cordon.manager.Ticker;
import java.util.concurrent.TimeUnit;

/**
 * A limit of questions a second: {@link #PER_SECOND}, and {@link #BURST} at once after a pause. Who comes too early
 * waits. Thread-safe.
 */
final class Pace {
    static final int PER_SECOND = 200;
    static final int BURST = 50;

    private static final long EACH = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;

    private final Ticker ticker;
    /** When the next question is due if all that came were spread evenly. Guarded by this object's lock. */
    private long due;

    Pace(Ticker ticker) {
        this.ticker = ticker;
        this.due = ticker.nanos() - EACH * BURST;
    }

    /**
     * Takes part in the limit.
     *
     * @return nanoseconds that the caller must wait first; 0 or more
     */
    synchronized long take() {
        long now = ticker.nanos();
        long earliest = now - EACH * BURST;
        if (due - earliest < 0) {
            due = earliest;
        }
        due += EACH;
        return Math.max(0, due - now);
    }
}
