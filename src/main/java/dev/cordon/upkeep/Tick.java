package dev.cordon.upkeep;

import dev.cordon.manager.Connection;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The shared timer task of all connections: pings, pongs, deadlines and expiry. No connection has a scheduled task of its own. Runs every
 * {@link #PERIOD}, on one thread at a time. A connection that fails or hangs does not stop the others. When {@link GuardedLoop#MOST_HANGING}
 * hang, the tick fails, and so does the node's liveness.
 */
public final class Tick implements Runnable {
    /** The precision of deadlines. */
    public static final Duration PERIOD = Duration.ofMillis(500);

    private final WebSocketManagerFactory factory;
    private final GuardedLoop<Connection> loop;
    private final Clock clock;
    private final Ticker ticker;
    private volatile long lastRun;

    public Tick(WebSocketManagerFactory factory, Clock clock, Ticker ticker) {
        this(factory, clock, ticker, GuardedLoop.PATIENCE);
    }

    /** @param patience time that one connection may take */
    public Tick(WebSocketManagerFactory factory, Clock clock, Ticker ticker, Duration patience) {
        this.factory = factory;
        this.loop = new GuardedLoop<>(
                "the tick of connection", connection -> connection.id().toString(), patience);
        this.clock = clock;
        this.ticker = ticker;
        this.lastRun = ticker.nanos();
    }

    @Override
    public void run() {
        Instant now = clock.instant();
        loop.over(factory.connections(), connection -> connection.tick(now));
        lastRun = ticker.nanos();
    }

    /** Number of connections that hang in the tick; it skips them. */
    public int hanging() {
        return loop.hanging();
    }

    /** Time since the last run ended. After more than a few periods no deadline is kept. */
    public Duration sinceLastRun() {
        return Duration.ofNanos(ticker.nanos() - lastRun);
    }
}
