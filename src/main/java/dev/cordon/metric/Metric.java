package dev.cordon.metric;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The definition of one metric: its name, its meaning, what an operator does about it, and where its value comes from.
 * Written as one sentence: {@code counter("sends", adder::sum).means("…").then("…")}.
 *
 * @param name name in Prometheus' form: with the prefix {@code cordon_}, with its unit, and with {@code _total} for a
 *     counter
 * @param labels labels sorted by name; metrics of one name differ only in label values and value
 * @param meaning one sentence for {@code /metrics}, docs/metrics.md and JMX
 * @param action one sentence on what an operator does about the value, or uses it for
 * @param value source of the value, for a counter the total since the start; thread-safe and cheap enough for every
 *     scrape
 */
public record Metric(
        String name, Type type, Map<String, String> labels, String meaning, String action, DoubleSupplier value) {
    private static final String PREFIX = "cordon_";
    private static final double NANOS = 1e9;

    /** The kind of a metric in Prometheus. */
    public enum Type {
        COUNTER,
        GAUGE
    }

    public Metric {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    public static Metric counter(String name, LongSupplier total) {
        return new Metric(PREFIX + name + "_total", Type.COUNTER, Map.of(), "", "", total::getAsLong);
    }

    public static Metric gauge(String name, DoubleSupplier value) {
        return new Metric(PREFIX + name, Type.GAUGE, Map.of(), "", "", value);
    }

    /** A gauge in seconds whose source counts in nanoseconds. */
    public static Metric seconds(String name, LongSupplier nanos) {
        return gauge(name + "_seconds", () -> nanos.getAsLong() / NANOS);
    }

    /**
     * One counter for each value of a label, sorted by these values.
     *
     * @param totals sources of the totals by label value
     */
    public static List<Metric> counters(
            String name, String label, Map<String, LongSupplier> totals, String meaning, String action) {
        return new TreeMap<>(totals)
                .entrySet().stream()
                        .map(each -> counter(name, each.getValue())
                                .labelled(label, each.getKey())
                                .means(meaning)
                                .then(action))
                        .toList();
    }

    public Metric means(String sentence) {
        return new Metric(name, type, labels, sentence, action, value);
    }

    public Metric then(String sentence) {
        return new Metric(name, type, labels, meaning, sentence, value);
    }

    public Metric labelled(String label, String labelValue) {
        Map<String, String> all = new TreeMap<>(labels);
        all.put(label, labelValue);
        return new Metric(name, type, all, meaning, action, value);
    }

    /** The name and labels in the format of {@code /metrics}. */
    public String id() {
        return labels.isEmpty()
                ? name
                : labels.entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                        .collect(Collectors.joining(",", name + "{", "}"));
    }

    /** The unit in the name: {@code seconds}, {@code bytes}, or empty for a plain number. */
    public String unit() {
        String bare = name.replaceFirst("_total$", "");
        return bare.endsWith("_seconds") ? "seconds" : bare.endsWith("_bytes") ? "bytes" : "";
    }
}
