package dev.cordon.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A distribution of durations in nanoseconds, from 1 µs to 60 s at two significant digits. Recording is wait-free. A
 * snapshot covers the current interval and the one before it, so that quantiles show the recent past only. Thread-safe.
 */
public final class Latency {
    /** Minimum of samples for judging a p99. With fewer it is the slowest sample, such as the first of a cold start. */
    public static final int JUDGED_FROM = 100;

    private static final List<String> QUANTILES = List.of("0.5", "0.9", "0.99", "0.999", "1");

    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Recorder recorder = new Recorder(1_000, MAX_NANOS, 2);
    private final LongAdder count = new LongAdder();
    private Histogram recent = recorder.getIntervalHistogram();
    private Histogram current = new Histogram(1_000, MAX_NANOS, 2);
    private Histogram before = new Histogram(1_000, MAX_NANOS, 2);

    /** Records a duration. A negative one counts as zero, and one over 60 s as 60 s. */
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

    /**
     * Quantiles in seconds, 0 while there are no samples; quantile 1 is the maximum. They are gauges, because the
     * container's own histograms and timers export wrong values (docs/platform.md, MicroProfile).
     */
    List<Metric> metrics(String name, String meaning, String action) {
        List<Metric> metrics = new ArrayList<>();
        for (String quantile : QUANTILES) {
            double percentile = Double.parseDouble(quantile) * 100;
            metrics.add(Metric.seconds(name, () -> window().getValueAtPercentile(percentile))
                    .labelled("quantile", quantile)
                    .means(meaning + ", over the last 30 to 60 s.")
                    .then(action));
        }
        metrics.add(Metric.gauge(name + "_window_samples", () -> (double) window().getTotalCount())
                .means("Samples of that time in the last 30 to 60 s.")
                .then("The threshold is judged only with enough samples: with few, one slow sample is the p99."));
        metrics.add(Metric.counter(name + "_samples", this::count)
                .means("Samples of that time since the start.")
                .then("With few samples, high quantiles are a matter of chance."));
        return metrics;
    }
}
