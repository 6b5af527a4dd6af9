package dev.cordon.manager;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts since the start, one for each constant of an enum. Thread-safe; adding does not contend. */
public final class Tally<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    public Tally(Class<E> of) {
        counts = new EnumMap<>(of);
        for (E constant : of.getEnumConstants()) {
            counts.put(constant, new LongAdder());
        }
    }

    public void add(E to, long count) {
        adder(to).add(count);
    }

    public long sum(E of) {
        return adder(of).sum();
    }

    private LongAdder adder(E of) {
        LongAdder adder = counts.get(of);
        if (adder == null) {
            throw new IllegalStateException("no counter for " + of);
        }
        return adder;
    }
}
