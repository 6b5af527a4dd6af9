package dev.cordon.manager;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A distribution of durations in nanoseconds, 1 µs to 60 s at two significant digits. Recording is wait-free; a snapshot covers the
 * interval under way and the one before, so that quantiles show the recent past and nothing else. Thread-safe.
 */
public final class Latency {
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Recorder recorder = new Recorder(1_000, MAX_NANOS, 2);
    private final LongAdder count = new LongAdder();
    private Histogram recent = recorder.getIntervalHistogram();
    private Histogram current = new Histogram(1_000, MAX_NANOS, 2);
    private Histogram before = new Histogram(1_000, MAX_NANOS, 2);

    /** Negative durations count as zero, longer ones as the maximum. */
    public void record(long nanos) {
        recorder.recordValue(Math.max(0, Math.min(nanos, MAX_NANOS)));
        count.increment();
    }

    /** Ends the current interval. Called by one timer, every half window. */
    public synchronized void rotate() {
        gather();
        Histogram oldest = before;
        before = current;
        current = oldest;
        current.reset();
    }

    /** A copy of the current interval so far and the one before it. */
    public synchronized Histogram window() {
        gather();
        Histogram window = current.copy();
        window.add(before);
        return window;
    }

    private void gather() {
        recent = recorder.getIntervalHistogram(recent);
        current.add(recent);
    }

    /** Durations recorded since the start. */
    public long count() {
        return count.sum();
    }
}
