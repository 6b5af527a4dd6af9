package dev.cordon.kpi;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * One exported figure: what it is called, what it says, what to do about it and where its value comes from. Written as one sentence:
 * {@code counter("sends", of::sum).means("…").then("…")}.
 *
 * @param name in Prometheus's manner, with the unit and {@code _total} where due
 * @param labels sorted by name; figures of one name differ in their labels and values only
 * @param meaning one sentence for whoever reads {@code /metrics} or docs/metrics.md
 * @param action what an operator does about it, or what it is good for
 * @param value a total since the start for counters; thread-safe, cheap enough for every scrape
 */
public record Figure(
        String name, Type type, Map<String, String> labels, String meaning, String action, DoubleSupplier value) {
    private static final String PREFIX = "cordon_";
    private static final double NANOS = 1e9;

    /** How Prometheus treats it. */
    public enum Type {
        COUNTER,
        GAUGE
    }

    public Figure {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    static Figure counter(String name, LongSupplier total) {
        return new Figure(PREFIX + name + "_total", Type.COUNTER, Map.of(), "", "", total::getAsLong);
    }

    static Figure gauge(String name, DoubleSupplier value) {
        return new Figure(PREFIX + name, Type.GAUGE, Map.of(), "", "", value);
    }

    /** A gauge in seconds whose source counts in nanoseconds. */
    static Figure seconds(String name, LongSupplier nanos) {
        return gauge(name + "_seconds", () -> nanos.getAsLong() / NANOS);
    }

    /** One counter a label value, in the order of the values. */
    static List<Figure> counters(
            String name, String label, Map<String, LongSupplier> totals, String meaning, String action) {
        return new TreeMap<>(totals)
                .entrySet().stream()
                        .map(each -> counter(name, each.getValue())
                                .labelled(label, each.getKey())
                                .means(meaning)
                                .then(action))
                        .toList();
    }

    Figure means(String sentence) {
        return new Figure(name, type, labels, sentence, action, value);
    }

    Figure then(String sentence) {
        return new Figure(name, type, labels, meaning, sentence, value);
    }

    Figure labelled(String label, String labelValue) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put(label, labelValue);
        return new Figure(name, type, all, meaning, action, value);
    }

    /** Name and labels as they stand in {@code /metrics}. */
    public String id() {
        return labels.isEmpty()
                ? name
                : labels.entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                        .collect(Collectors.joining(",", name + "{", "}"));
    }

    /** What one of it is, told by the name as Prometheus has it: seconds, bytes, or empty for a plain number. */
    public String unit() {
        String bare = name.replaceFirst("_total$", "");
        return bare.endsWith("_seconds") ? "seconds" : bare.endsWith("_bytes") ? "bytes" : "";
    }
}
