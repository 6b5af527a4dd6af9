package dev.cordon.kpi;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * One exported figure: what it is called, what it says and where its value comes from.
 *
 * @param name in Prometheus's manner, with the unit and {@code _total} where due
 * @param labels sorted by name; figures of one name differ in their labels only
 * @param meaning one sentence for whoever reads {@code /metrics} or docs/metrics.md
 * @param value a total since the start for counters; thread-safe, cheap enough for every scrape
 */
public record Figure(String name, Type type, Map<String, String> labels, String meaning, DoubleSupplier value) {
    /** How Prometheus treats it. */
    public enum Type {
        COUNTER,
        GAUGE
    }

    public Figure {
        labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    static Figure counter(String name, String meaning, DoubleSupplier value) {
        return new Figure(name, Type.COUNTER, Map.of(), meaning, value);
    }

    static Figure gauge(String name, String meaning, DoubleSupplier value) {
        return new Figure(name, Type.GAUGE, Map.of(), meaning, value);
    }

    Figure labelled(String label, String labelValue) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put(label, labelValue);
        return new Figure(name, type, all, meaning, value);
    }
}
