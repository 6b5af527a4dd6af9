package dev.cordon.canary;

import dev.cordon.manager.Ticker;
import dev.cordon.metric.Latency;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** The counters and latencies of the canary since the start. Thread-safe: the canary's thread writes, any thread reads. */
public final class CanaryReport {
    /** Half the time that the compared quantiles cover: several visits of the third user. */
    static final Duration COMPARED = Duration.ofMinutes(5);

    static final Duration HALF_WINDOW = Duration.ofSeconds(30);

    /** Largest p99 that the machine's own pauses explain, with a few samples a second. */
    private static final Duration UNDISTURBED = Duration.ofMillis(20);

    private final MetricList metrics = new MetricList();

    public final LongAdder sent = metrics.counter(
            "canary_sent",
            "Messages published to the canary's two users.",
            "Rises with each canary.interval. No metric of the users includes them.");

    public final LongAdder received = metrics.counter(
            "canary_received",
            "Messages of the canary that arrived at their user.",
            "Follows sent; messages under way during a reconnect are not counted.");

    public final LongAdder foreign = metrics.counter(
            "canary_foreign",
            "Messages that a user of the canary received and that were meant for another.",
            "Must stay 0. Otherwise take the node out, keep its log, and report a security defect.");

    public final LongAdder lost = metrics.counter(
            "canary_lost",
            "Messages of the canary that did not arrive within 5 s, arrived out of order, or arrived twice.",
            "Must stay 0: look for pauses of the process, then report it.");

    public final LongAdder connects = metrics.counter(
            "canary_connects",
            "Connects of the canary's users.",
            "Three after a start, then one a minute by the third user, which does not read.");

    public final LongAdder failures = metrics.counter(
            "canary_failures",
            "Connections of the canary that could not be opened, or that ended unexpectedly.",
            "A steady rate: see canary_silence and whether the endpoint answers on loopback.");

    public final LongAdder cuts = metrics.counter(
            "canary_cuts",
            "Times the server cut off the canary's third user, which does not read.",
            "About one in a minute and a half; otherwise the node does not end slow readers.");

    {
        metrics.add(Metric.seconds("canary_silence", () -> silence().toNanos())
                .means("Time since both users of the canary last received their messages.")
                .then("Above its threshold, users are not served either, or the canary does not reach its endpoint:"
                        + " set canary.url."));
        metrics.add(Metric.gauge("canary_neighbour_factor", this::neighbourFactor)
                .means("p99 of the canary's two users while its third user does not read, divided by their p99"
                        + " without the third; at most 1 while the p99 is under 20 ms.")
                .then("Above its threshold: one user's stall costs others; look at CPU first."));
        metrics.add(Metric.gauge("canary_compared_samples", this::compared)
                .means(
                        "Samples behind canary_neighbour_factor within 5 to 10 minutes: the smaller number of its two sides.")
                .then("The factor is judged only with enough samples."));
    }

    public final Latency delivery = metrics.latency(
            "canary_delivery",
            "Time from the canary's publish until its client has read the message from the socket",
            "What a user on this machine sees; p99 above its threshold: short of CPU, or pauses.");

    /** Durations while the third user is connected and does not read. */
    public final Latency beside = new Latency();

    /** Durations without the third user. */
    public final Latency apart = new Latency();

    private final Ticker ticker;
    private volatile boolean on;
    private volatile long good;
    private long rotated;
    private long compared;

    public CanaryReport(Ticker ticker) {
        this.ticker = ticker;
        this.good = ticker.nanos();
        this.rotated = good;
        this.compared = good;
    }

    /** The definitions of what the canary counts and measures; all values are 0 while {@code cordon.canary} is off. */
    public MetricList metrics() {
        return metrics;
    }

    /** Starts to measure silence. */
    public void started() {
        good = ticker.nanos();
        on = true;
    }

    public void stopped() {
        on = false;
    }

    public void arrived(long nanos, boolean withThird) {
        received.increment();
        delivery.record(nanos);
        (withThird ? beside : apart).record(nanos);
    }

    /** Both users have received their last messages. */
    public void allWell() {
        good = ticker.nanos();
    }

    /** Ends the intervals of the latencies that are due. Called by the canary's thread. */
    public void rotate() {
        long now = ticker.nanos();
        if (now - rotated >= HALF_WINDOW.toNanos()) {
            rotated = now;
            delivery.rotate();
        }
        if (now - compared >= COMPARED.toNanos()) {
            compared = now;
            beside.rotate();
            apart.rotate();
        }
    }

    /** Time since both users had received their last messages; zero while the canary is off. */
    public Duration silence() {
        return on ? Duration.ofNanos(ticker.nanos() - good) : Duration.ZERO;
    }

    /** The p99 of both users with the third, divided by that without it; at most 1 while the p99 is under 20 ms. */
    public double neighbourFactor() {
        long with = beside.window().getValueAtPercentile(99);
        long without = Math.max(1, apart.window().getValueAtPercentile(99));
        double factor = (double) with / without;
        return with < UNDISTURBED.toNanos() ? Math.min(1, factor) : factor;
    }

    /** Samples of the smaller side of that comparison. */
    public long compared() {
        return Math.min(beside.window().getTotalCount(), apart.window().getTotalCount());
    }
}
