package dev.cordon.kpi;

import dev.cordon.manager.Ticker;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * One reading for all figures of a scrape: what is costly to read is read at most twice a second, or as told, and takes a twentieth of
 * the time at most. Thread-safe.
 */
final class Recent<T> implements Supplier<T> {
    static final Duration FRESH = Duration.ofMillis(500);

    private final Supplier<T> reading;
    private final Ticker ticker;
    private final Duration fresh;
    private T last;
    private long at;
    private long took;

    Recent(Supplier<T> reading, Ticker ticker) {
        this(reading, ticker, FRESH);
    }

    Recent(Supplier<T> reading, Ticker ticker, Duration fresh) {
        this.reading = reading;
        this.ticker = ticker;
        this.fresh = fresh;
        this.last = reading.get();
        this.at = ticker.nanos();
    }

    @Override
    public synchronized T get() {
        long start = ticker.nanos();
        if (start - at >= Math.max(fresh.toNanos(), 20 * took)) {
            last = reading.get();
            at = ticker.nanos();
            took = at - start;
        }
        return last;
    }
}
