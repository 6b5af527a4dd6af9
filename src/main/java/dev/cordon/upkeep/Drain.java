package dev.cordon.upkeep;

import dev.cordon.manager.Connection;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Disconnect;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The orderly end of all connections. It stops accepting connections and, where the log ends with the process, publishes. It writes what waits
 * and closes all connections with 3001, spread over {@code cordon.drain-period} so that their clients do not all reconnect at once.
 */
public final class Drain {
    private static final System.Logger LOG = System.getLogger(Drain.class.getName());
    private static final Duration STEP = Duration.ofMillis(50);
    /** Steps of waiting for writes under way: 2 s together. */
    private static final int LAST_STEPS = 40;

    private final WebSocketManagerFactory factory;
    private final Supplier<Duration> period;
    private final Pause pause;
    private final GuardedLoop<Connection> loop;

    /** Waits between two steps; a test does not. */
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration step) throws InterruptedException;
    }

    public Drain(WebSocketManagerFactory factory, Supplier<Duration> period, Pause pause) {
        this(factory, period, pause, GuardedLoop.PATIENCE);
    }

    /** @param patience time that closing one connection may take */
    Drain(WebSocketManagerFactory factory, Supplier<Duration> period, Pause pause, Duration patience) {
        this.factory = factory;
        this.period = period;
        this.pause = pause;
        this.loop = new GuardedLoop<>(
                "the end of connection", connection -> connection.id().toString(), patience);
    }

    /** The longest that {@link #run} takes while no connection hangs. */
    public Duration longest() {
        return period.get().plus(STEP.multipliedBy(LAST_STEPS));
    }

    /** Blocks until all connections are closed. Called once, on the thread that stops the application. */
    public void run() {
        factory.stopAccepting();
        List<Connection> open = List.copyOf(factory.connections());
        long steps = Math.max(1, Math.min(period.get().dividedBy(STEP), open.size()));
        for (int step = 0; step < steps; step++) {
            int from = (int) (open.size() * (long) step / steps);
            int to = (int) (open.size() * (step + 1L) / steps);
            loop.over(open.subList(from, to), connection -> connection.drainAndClose(Disconnect.SHUTDOWN));
            if (step < steps - 1 && !paused()) {
                break;
            }
        }
        // A connection closes itself once what waited is written.
        for (int step = 0; step < LAST_STEPS && !factory.connections().isEmpty() && paused(); step++) {}
        loop.over(factory.connections(), connection -> connection.close(Disconnect.SHUTDOWN));
        ShutdownLog.log(LOG, Level.INFO, "Cordon has stopped: " + open.size() + " connections closed with 3001");
    }

    private boolean paused() {
        try {
            pause.sleep(STEP);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits by the real clock. */
    public static void sleep(Duration step) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(step.toNanos());
    }
}
