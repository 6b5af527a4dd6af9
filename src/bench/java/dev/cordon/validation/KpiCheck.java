package dev.cordon.validation;

import dev.cordon.kpi.Threshold;
import dev.cordon.manager.Counters;
import dev.cordon.metric.Latency;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The thresholds of the running system ({@link Threshold}) against a load of the harness, read from the system's own counters. */
final class KpiCheck {
    private static final double SECOND = 1e9;

    private final Run run;

    KpiCheck(Run run) {
        this.run = run;
    }

    Section measure() {
        Node node = run.node();
        Crowd crowd = new Crowd(node, run.options().users());
        for (int round = 0; round < run.options().rounds(); round++) {
            crowd.connect();
            crowd.sendRounds(run.options().messages());
            crowd.disconnect();
        }
        run.count(crowd.ledger);
        Counters counters = node.counters;
        Map<String, Double> measured = new TreeMap<>(Map.of(
                "manager_creation", p99(counters.creation),
                "delivery", p99(counters.delivery),
                "manager_cleanup", p99(counters.cleanup),
                "limit_hits", (double) counters.limitHits.sum(),
                "failed_creations", (double) counters.failedCreations.sum(),
                "delivery_failures", (double) node.published.failed.sum(),
                "isolation_violations", (double) counters.isolationViolations.sum()));
        Map<String, Long> samples = Map.of(
                "manager_creation", counters.creation.count(),
                "delivery", counters.delivery.count(),
                "manager_cleanup", counters.cleanup.count());
        Section section = new Section("KPI thresholds")
                .text(
                        ("What the server exports at /metrics, by the same counters (resolution 1 µs), after %,d connects, %,d messages and as"
                                        + " many disconnects.")
                                .formatted(
                                        run.options().users() * run.options().rounds(),
                                        run.options().messages() * run.options().rounds()));
        Threshold.ALL.forEach(threshold -> Optional.ofNullable(measured.get(threshold.kpi()))
                .ifPresent(value -> section.verdict(verdict(threshold, value, samples))));
        return section.text(
                "Not judged here: growth of the live heap an hour (this run is minutes; the leak section bounds the growth over"
                        + " its sessions) and an overdue cleanup (the end-to-end section asks the running server).");
    }

    private static double p99(Latency latency) {
        return latency.window().getValueAtPercentile(99) / SECOND;
    }

    private static Verdict verdict(Threshold threshold, double value, Map<String, Long> samples) {
        boolean seconds = threshold.unit().equals("seconds");
        double scale = seconds ? 1_000 : 1;
        Verdict verdict = Verdict.atMost(
                "kpi-" + threshold.kpi().replace('_', '-'),
                threshold.metric(),
                value * scale,
                threshold.limit() * scale,
                seconds ? "ms" : threshold.unit());
        Long of = samples.get(threshold.kpi());
        return of == null ? verdict : verdict.of(of);
    }
}
