package dev.cordon.canary;

import dev.cordon.manager.Latency;
import dev.cordon.manager.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** What the canary has seen since the start. Thread-safe: the canary's thread writes, anybody reads. */
public final class CanaryReport {
    /** Quantiles of what is compared with and without the third cover one to two of these: several of its comings and goings. */
    static final Duration COMPARED = Duration.ofMinutes(5);

    static final Duration HALF_WINDOW = Duration.ofSeconds(30);

    /** Below it a p99 is within what the machine's own hiccups do to a few samples a second. */
    private static final Duration UNDISTURBED = Duration.ofMillis(20);

    public final LongAdder sent = new LongAdder();
    public final LongAdder received = new LongAdder();

    /** Messages that one user received and another was meant to. */
    public final LongAdder foreign = new LongAdder();

    /** Messages that did not arrive in time, out of order, or twice. */
    public final LongAdder lost = new LongAdder();

    public final LongAdder connects = new LongAdder();

    /** Connections that could not be opened, or ended unasked. */
    public final LongAdder failures = new LongAdder();

    /** Times the server cut the third off for not reading. */
    public final LongAdder cuts = new LongAdder();

    /** From the publish to the client's having read it, all of them. */
    public final Latency delivery = new Latency();

    /** Of them, those while the third does not read. */
    public final Latency beside = new Latency();

    /** And those while there is no third. */
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

    /** From now on silence counts. */
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

    /** Both users have got what was sent to them last. */
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

    /** Since when not both users have got their messages; zero while the canary is off. */
    public Duration silence() {
        return on ? Duration.ofNanos(ticker.nanos() - good) : Duration.ZERO;
    }

    /** By how much the third raises the p99 of the two; 1 at most while that p99 is under 20 ms. */
    public double neighbourFactor() {
        long with = beside.window().getValueAtPercentile(99);
        long without = Math.max(1, apart.window().getValueAtPercentile(99));
        double factor = (double) with / without;
        return with < UNDISTURBED.toNanos() ? Math.min(1, factor) : factor;
    }

    /** Samples that the comparison rests on: of its smaller side. */
    public long compared() {
        return Math.min(beside.window().getTotalCount(), apart.window().getTotalCount());
    }
}
