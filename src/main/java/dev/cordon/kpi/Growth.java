package dev.cordon.kpi;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** The growth of a total within the last hour, to the minute. Confined to one thread at a time. */
final class Growth {
    static final Duration SPAN = Duration.ofHours(1);
    private static final Duration STEP = Duration.ofMinutes(1);

    /** Samples, the oldest first: at most one a minute, and one from the beginning of the hour or before it. */
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long at, double total) {}

    Growth(long now, double total) {
        samples.add(new Sample(now, total));
    }

    double since(long now, double total) {
        if (now - samples.getLast().at() >= STEP.toNanos()) {
            samples.addLast(new Sample(now, total));
        }
        Sample oldest = samples.removeFirst();
        while (!samples.isEmpty() && now - samples.getFirst().at() >= SPAN.toNanos()) {
            oldest = samples.removeFirst();
        }
        samples.addFirst(oldest);
        return total - oldest.total();
    }
}
