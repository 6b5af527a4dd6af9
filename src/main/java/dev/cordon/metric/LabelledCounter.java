package dev.cordon.metric;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

<<<<<<<< HEAD:src/main/java/dev/cordon/metric/LabelledCounter.java
/** A counter with one total for each constant of an enum, such as each reason of a refusal. Thread-safe; adding does not contend. */
public final class LabelledCounter<E extends Enum<E>> {
    private final Map<E, LongAdder> totals;

    public LabelledCounter(Class<E> of) {
        totals = new EnumMap<>(of);
========
/** A counter since the start for each constant of an enum. Thread-safe; adding does not contend. */
public final class EnumCounters<E extends Enum<E>> {
    private final Map<E, LongAdder> counts;

    public EnumCounters(Class<E> of) {
        counts = new EnumMap<>(of);
>>>>>>>> 379c6da (Name the manager's small classes for what they are):src/main/java/dev/cordon/manager/EnumCounters.java
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
