package dev.cordon.metric;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * A counter with one total for each enum constant, such as each reason for a rejection. Thread-safe; adding does not
 * contend.
 */
public final class LabelledCounter<E extends Enum<E>> {
    private final Map<E, LongAdder> totals;

    public LabelledCounter(Class<E> of) {
        totals = new EnumMap<>(of);
        for (E constant : of.getEnumConstants()) {
            totals.put(constant, new LongAdder());
        }
    }

    public void add(E to, long count) {
        adder(to).add(count);
    }

    public long sum(E of) {
        return adder(of).sum();
    }

    private LongAdder adder(E of) {
        LongAdder adder = totals.get(of);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + of);
        }
        return adder;
    }
}
