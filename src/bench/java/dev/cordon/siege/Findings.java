package dev.cordon.siege;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the healthy users met, and how many of each. Thread-safe. */
final class Findings {
    private static final int TOLD = 20;

    final AtomicLong published = new AtomicLong();
    final AtomicLong received = new AtomicLong();
    final AtomicLong connects = new AtomicLong();
    final AtomicLong lost = new AtomicLong();
    final AtomicLong twice = new AtomicLong();
    final AtomicLong locked = new AtomicLong();
    final AtomicLong slowestConnectMillis = new AtomicLong();
    final AtomicLong slowestPublishMillis = new AtomicLong();
    private final AtomicInteger told = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    /** Notes the first few. */
    void tell(String line) {
        if (told.getAndIncrement() < TOLD) {
            lines.add(line);
        }
    }

    static void highest(AtomicLong of, long value) {
        of.accumulateAndGet(value, Math::max);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
