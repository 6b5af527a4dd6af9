package dev.cordon.kpi;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A cache of one costly reading, shared by all metrics of a scrape. A reading serves for {@link #FRESH} or as long as its creator says, and
 * for 20 times as long as it took. So readings take at most a twentieth of the time. Thread-safe.
 */
final class CachedReading<T> implements Supplier<T> {
    static final Duration FRESH = Duration.ofMillis(500);

    private static final System.Logger LOG = System.getLogger(CachedReading.class.getName());

    private final Supplier<T> reading;
    private final Ticker ticker;
    private final Duration fresh;
    private T last;
    private long at;
    private long took;

    CachedReading(Supplier<T> reading, Ticker ticker) {
        this(reading, reading.get(), ticker, FRESH);
        this.at = ticker.nanos();
    }

    /**
     * A reading of a log that may become unavailable; its last values then stay.
     *
     * @param before value until the first reading
     */
    CachedReading(Supplier<T> reading, T before, Ticker ticker) {
        this(reading, before, ticker, FRESH);
    }

    /** @param fresh time for which a reading serves */
    CachedReading(Supplier<T> reading, T before, Ticker ticker, Duration fresh) {
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
