package dev.cordon.bench.load;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What a turn measured: names and numbers, and remarks where something could not be measured. */
final class Figures {
    private static final double[] CURVE = {0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100};

    final Map<String, Double> values = new LinkedHashMap<>();
    final Map<String, String> notes = new LinkedHashMap<>();

    void put(String name, double value) {
        values.put(name, value);
    }

    void put(String name, long count) {
        values.put(name, (double) count);
    }

    void note(String scenario, String text) {
        notes.put(scenario, text);
    }

    /** Percentiles of a histogram of nanoseconds, in microseconds. */
    void latency(String name, Histogram nanos) {
        put(name + ".samples", nanos.getTotalCount());
        put(name + ".p50", nanos.getValueAtPercentile(50) / 1e3);
        put(name + ".p90", nanos.getValueAtPercentile(90) / 1e3);
        put(name + ".p99", nanos.getValueAtPercentile(99) / 1e3);
        put(name + ".p99.9", nanos.getValueAtPercentile(99.9) / 1e3);
        put(name + ".max", nanos.getMaxValue() / 1e3);
        for (double percentile : CURVE) {
            put(name + ".curve." + percentile, nanos.getValueAtPercentile(percentile) / 1e3);
        }
    }

    static Histogram histogram() {
        return new Histogram(3);
    }
}
