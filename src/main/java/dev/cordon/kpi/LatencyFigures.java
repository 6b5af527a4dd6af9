package dev.cordon.kpi;

import dev.cordon.manager.Counters;
import dev.cordon.manager.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Quantiles of the last 30 to 60 seconds, 0 when nothing happened; quantile 1 is the maximum. Gauges, because the container's own
 * histograms and timers lie (docs/platform.md, MicroProfile).
 */
final class LatencyFigures {
    private static final List<String> QUANTILES = List.of("0.5", "0.9", "0.99", "0.999", "1");

    /** With fewer samples a p99 is the maximum, and one of a cold start would be an alert. */
    static final int JUDGED_FROM = 100;

    private LatencyFigures() {}

    static List<Figure> of(Counters of) {
        return Stream.of(
                        latency(
                                "manager_creation",
                                of.creation,
                                "Time to open a connection's place in a new manager",
                                "p99 over 5 ms: the node is short of CPU or collects garbage."),
                        latency(
                                "delivery",
                                of.delivery,
                                "Time from an accepted publish to the socket",
                                "p99 over 1 ms: short of CPU, garbage collection, or slow readers (see queue depth)."),
                        latency(
                                "manager_cleanup",
                                of.cleanup,
                                "Time to release a manager",
                                "p99 over 5 ms: as for the creation."))
                .flatMap(List::stream)
                .toList();
    }

    static List<Figure> latency(String name, Latency of, String meaning, String action) {
        List<Figure> figures = new ArrayList<>();
        for (String quantile : QUANTILES) {
            double percentile = Double.parseDouble(quantile) * 100;
            figures.add(Figure.seconds(name, () -> of.window().getValueAtPercentile(percentile))
                    .labelled("quantile", quantile)
                    .means(meaning + ", over the last 30 to 60 s.")
                    .then(action));
        }
        figures.add(Figure.gauge(
                        name + "_window_samples", () -> (double) of.window().getTotalCount())
                .means("Samples of that time in the last 30 to 60 s.")
                .then("Below " + JUDGED_FROM + " its threshold is not judged: one slow sample would be the p99."));
        figures.add(Figure.counter(name + "_samples", of::count)
                .means("Samples of that time since the start.")
                .then("Few samples make high quantiles chance."));
        return figures;
    }
}
