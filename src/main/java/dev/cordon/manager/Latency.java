package dev.cordon.manager;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A distribution of durations in nanoseconds, 1 µs to 60 s at two significant digits. Recording is wait-free; a snapshot covers
 * what was recorded since the one before the last, so that quantiles show the recent past.
 */
public final class Latency {
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Recorder recorder = new Recorder(1_000, MAX_NANOS, 2);
    // Taken from the recorder, which recycles only what it has made itself.
    private Histogram last = recorder.getIntervalHistogram();
    private Histogram before = recorder.getIntervalHistogram();

    /** Negative durations count as zero, longer ones as the maximum. */
    public void record(long nanos) {
        recorder.recordValue(Math.max(0, Math.min(nanos, MAX_NANOS)));
    }

    /** Ends the current interval. Called by one timer, every half window. */
    public synchronized void rotate() {
        Histogram reused = before;
        before = last;
        last = recorder.getIntervalHistogram(reused);
    }

    /** The last two whole intervals. */
    public synchronized Histogram window() {
        Histogram window = last.copy();
        window.add(before);
        return window;
    }
}
