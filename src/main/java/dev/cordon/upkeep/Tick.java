package dev.cordon.upkeep;

import dev.cordon.manager.Connection;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The one clockwork for all connections: pings, pongs, deadlines and expiry are due in seconds, and none of them has a scheduled task of
 * its own. Runs every {@link #PERIOD}, on one thread at a time. A connection that fails or hangs keeps no other from its turn; when
 * {@link Walk#MOST_HANGING} hang, the tick fails, and with it the node's liveness.
 */
public final class Tick implements Runnable {
    /** Deadlines are kept to this precision. */
    public static final Duration PERIOD = Duration.ofMillis(500);

    private final WebSocketManagerFactory factory;
    private final Walk<Connection> walk;
    private final Clock clock;
    private final Ticker ticker;
    private volatile long lastRun;

    public Tick(WebSocketManagerFactory factory, Clock clock, Ticker ticker) {
        this(factory, clock, ticker, Walk.PATIENCE);
    }

    /** @param patience with one connection that does not end its turn */
    public Tick(WebSocketManagerFactory factory, Clock clock, Ticker ticker, Duration patience) {
        this.factory = factory;
        this.walk = new Walk<>(
                "the tick of connection", connection -> connection.id().toString(), patience);
        this.clock = clock;
        this.ticker = ticker;
        this.lastRun = ticker.nanos();
    }

    @Override
    public void run() {
        Instant now = clock.instant();
        walk.over(factory.connections(), connection -> connection.tick(now));
        lastRun = ticker.nanos();
    }

    /** Connections whose turn has not ended, and which it passes by. */
    public int hanging() {
        return walk.hanging();
    }

    /** Time since the last run ended; more than a few periods means that nothing is kept up. */
    public Duration sinceLastRun() {
        return Duration.ofNanos(ticker.nanos() - lastRun);
    }
}
