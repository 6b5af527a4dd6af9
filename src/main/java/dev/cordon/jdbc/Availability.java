package dev.cordon.jdbc;

import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state of the database: available or lost. While the database is lost, calls fail at once and only the watch tries
 * it. So callers do not pile up before a database that does not answer. Logs one line for each loss and each return.
 * Thread-safe.
 */
final class Availability {
    private static final System.Logger LOG = System.getLogger(Availability.class.getName());

    private record Loss(String told, long at) {
        Duration lasting() {
            return Duration.ofNanos(System.nanoTime() - at);
        }
    }

    private final AtomicReference<@Nullable Loss> loss = new AtomicReference<>();

    /** @throws LogUnavailableException while the database is lost */
    void check() {
        Loss present = loss.get();
        if (present != null) {
            throw new LogUnavailableException(present.told());
        }
    }

    Optional<String> lost() {
        return Optional.ofNullable(loss.get()).map(Loss::told);
    }

    /** Time since the database was lost. Zero while it is available. */
    Duration lostFor() {
        Loss present = loss.get();
        return present == null ? Duration.ZERO : present.lasting();
    }

    /**
     * @param told message for callers and clients
     * @param why reason for the server's log, with addresses
     */
    void lose(String told, String why) {
        if (loss.compareAndSet(null, new Loss(told, System.nanoTime()))) {
            LOG.log(
                    Level.ERROR,
                    "The log''s database is lost: {0}. Publishes are rejected until it is back; connections stay",
                    why);
        }
    }

    void regain() {
        Loss ended = loss.getAndSet(null);
        if (ended != null) {
            LOG.log(
                    Level.INFO,
                    "The log''s database is back after {0} s",
                    ended.lasting().toSeconds());
        }
    }
}
