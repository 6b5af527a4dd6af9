package dev.cordon.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The metrics that one part of the node defines, in the order of their definition. A counter is created together with
 * its definition: {@code public final LongAdder sends = metrics.counter("sends", "…", "…")}. The owner's constructor
 * fills the list on one thread; afterwards any thread may read it.
 *
 * <p>The parameters are those of {@link Metric}: {@code meaning} is one sentence for operators, {@code action} is what
 * they do about it.
 */
public final class MetricList {
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Latency> latencies = new ArrayList<>();

    /** Creates a counter and defines {@code cordon_<name>_total}. */
    public LongAdder counter(String name, String meaning, String action) {
        LongAdder counter = new LongAdder();
        add(Metric.counter(name, counter::sum).means(meaning).then(action));
        return counter;
    }

    /** Creates a counter for each constant of an enum and defines {@code cordon_<name>_total{<label>="<constant>"}}. */
    public <E extends Enum<E>> LabelledCounter<E> counters(
            String name, String label, Class<E> values, String meaning, String action) {
        LabelledCounter<E> counter = new LabelledCounter<>(values);
        Map<String, LongSupplier> totals = Arrays.stream(values.getEnumConstants())
                .collect(Collectors.toMap(
                        constant -> constant.name().toLowerCase(Locale.ROOT), constant -> () -> counter.sum(constant)));
        Metric.counters(name, label, totals, meaning, action).forEach(this::add);
        return counter;
    }

    /** Creates a distribution of durations and defines its quantiles and its number of samples. */
    public Latency latency(String name, String meaning, String action) {
        Latency latency = new Latency();
        latency.metrics(name, meaning, action).forEach(this::add);
        latencies.add(latency);
        return latency;
    }

    /** Adds a metric whose value has a source outside this list. */
    public void add(Metric metric) {
        metrics.add(metric);
    }

    /** Ends the current interval of each latency ({@link Latency#rotate}). */
    public void rotate() {
        latencies.forEach(Latency::rotate);
    }

    public List<Metric> all() {
        return List.copyOf(metrics);
    }
}
