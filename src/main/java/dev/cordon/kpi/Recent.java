package dev.cordon.kpi;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * One reading for all metrics of a scrape: what is costly to read is read at most twice a second, or as told, and takes a twentieth of
 * the time at most. Thread-safe.
 */
final class Recent<T> implements Supplier<T> {
    static final Duration FRESH = Duration.ofMillis(500);

    private static final System.Logger LOG = System.getLogger(Recent.class.getName());

    private final Supplier<T> reading;
    private final Ticker ticker;
    private final Duration fresh;
    private T last;
    private long at;
    private long took;

    Recent(Supplier<T> reading, Ticker ticker) {
        this(reading, reading.get(), ticker, FRESH);
        this.at = ticker.nanos();
    }

    /**
     * Of a log that may be lost: then what was read last stays.
     *
     * @param before the first reading
     */
    Recent(Supplier<T> reading, T before, Ticker ticker) {
        this(reading, before, ticker, FRESH);
    }

    /** @param fresh how long a reading serves */
    Recent(Supplier<T> reading, T before, Ticker ticker, Duration fresh) {
        this.reading = reading;
        this.ticker = ticker;
        this.fresh = fresh;
        this.last = before;
        this.at = ticker.nanos() - fresh.toNanos();
    }

    private void read() {
        try {
            last = reading.get();
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "The log cannot be read: {0}", e.getMessage());
        }
    }

    @Override
    public synchronized T get() {
        long start = ticker.nanos();
        if (start - at >= Math.max(fresh.toNanos(), 20 * took)) {
            read();
            at = ticker.nanos();
            took = at - start;
        }
        return last;
    }
}
