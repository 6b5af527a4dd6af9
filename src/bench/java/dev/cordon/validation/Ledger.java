package dev.cordon.validation;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What the wires of one measurement saw. Thread-safe. */
final class Ledger {
    private static final long MAX_NANOS = 60_000_000_000L;

    final LongAdder received = new LongAdder();
    /** Messages addressed to somebody else than the wire's owner. */
    final LongAdder foreign = new LongAdder();
    /** Messages whose offset was not above the one before. */
    final LongAdder disorder = new LongAdder();

    private final Histogram latency = histogram();

    /** Up to a minute, at three significant digits. */
    static Histogram histogram() {
        return new ConcurrentHistogram(1, MAX_NANOS, 3);
    }

    void took(long nanos) {
        latency.recordValue(Math.max(0, Math.min(nanos, MAX_NANOS)));
    }

    /** From the start that the publisher noted on the wire to the wire being asked to write. */
    Histogram latency() {
        return latency;
    }
}
