package dev.cordon.payara;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * A log filter for clients that leave before their answer is written. Such a client is no fault of the server, but the
 * container writes pages of stack traces for it, through several loggers. One line a minute with the number of such
 * clients replaces the traces. Stands in front of one log handler; thread-safe.
 */
final class GoneClients implements Filter {
    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    /** Causes, and stack frames of each cause, that are looked at. */
    private static final int DEPTH = 10;

    private final Handler handler;
    private final Optional<Filter> before;
    private final AtomicLong lastLine = new AtomicLong(System.nanoTime() - BETWEEN_LINES.toNanos());
    private final AtomicLong kept = new AtomicLong();

    GoneClients(Handler handler) {
        this.handler = handler;
        this.before = Optional.ofNullable(handler.getFilter());
    }

    /** Places a filter in front of each handler of this server's log. */
    static List<GoneClients> install() {
        List<GoneClients> all = Arrays.stream(Logger.getLogger("").getHandlers())
                .map(GoneClients::new)
                .toList();
        all.forEach(each -> each.handler.setFilter(each));
        return all;
    }

    /** Restores the handler's former filter, at the application's end. */
    void remove() {
        if (handler.getFilter() == this) {
            handler.setFilter(before.orElse(null));
        }
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        if (before.isPresent() && !before.get().isLoggable(record)) {
            return false;
        }
        Throwable thrown = record.getThrown();
        if (thrown == null || !byClient(thrown)) {
            return true;
        }
        long now = System.nanoTime();
        long last = lastLine.get();
        if (now - last < BETWEEN_LINES.toNanos() || !lastLine.compareAndSet(last, now)) {
            kept.incrementAndGet();
            return false;
        }
        record.setThrown(null);
        record.setLevel(Level.INFO);
        record.setResourceBundle(null);
        record.setParameters(null);
        record.setMessage(
                "A client went away before it had its answer; " + kept.getAndSet(0) + " more since the last such line");
        return true;
    }

    /** Whether an exception comes from where the server reads from a client's connection or writes to it. */
    static boolean byClient(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < DEPTH; i++) {
            if (cause instanceof IOException
                    && Arrays.stream(cause.getStackTrace())
                            .limit(DEPTH)
                            .anyMatch(frame -> frame.getClassName().startsWith("org.glassfish.grizzly."))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
