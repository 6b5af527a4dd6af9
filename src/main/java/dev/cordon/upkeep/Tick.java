package dev.cordon.upkeep;

import dev.cordon.manager.Connection;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The one clockwork for all connections: pings, pongs, deadlines and expiry are due in seconds, and none of them has a scheduled task of
 * its own. Runs every {@link #PERIOD}, on one thread at a time.
 */
public final class Tick implements Runnable {
    /** Deadlines are kept to this precision. */
    public static final Duration PERIOD = Duration.ofMillis(500);

    private static final System.Logger LOG = System.getLogger(Tick.class.getName());

    private final WebSocketManagerFactory factory;
    private final List<Runnable> others;
    private final Clock clock;
    private final Ticker ticker;
    private volatile long lastRun;

    /** @param others what else is due at each tick */
    public Tick(WebSocketManagerFactory factory, List<Runnable> others, Clock clock, Ticker ticker) {
        this.factory = factory;
        this.others = List.copyOf(others);
        this.clock = clock;
        this.ticker = ticker;
        this.lastRun = ticker.nanos();
    }

    @Override
    public synchronized void run() {
        Instant now = clock.instant();
        for (Connection connection : factory.connections()) {
            guarded(() -> connection.tick(now));
        }
        others.forEach(Tick::guarded);
        lastRun = ticker.nanos();
    }

    /** One failure must not stop the clockwork: a scheduler drops a task that throws. */
    private static void guarded(Runnable due) {
        try {
            due.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "Upkeep: a due action failed", e);
        }
    }

    /** Time since the last run ended; more than a few periods means that nothing is kept up. */
    public Duration sinceLastRun() {
        return Duration.ofNanos(ticker.nanos() - lastRun);
    }
}
