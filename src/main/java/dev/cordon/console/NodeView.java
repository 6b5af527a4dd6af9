package dev.cordon.console;

import dev.cordon.cluster.NodeDirectory;
import dev.cordon.kpi.Alert;
import dev.cordon.kpi.AlertEvent;
import dev.cordon.metric.Metric;
import dev.cordon.upkeep.CleanupRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The node's state for the console's page. Thread-safe; one reading visits all managers once. */
final class NodeView {
    private static final int EVENTS = 20;
    private static final int CLOSES = 20;
    private static final int RUNS = 12;
    private static final String LEDGER = "cordon_ledger_";

    /** The fields of the section {@code isolation}, each with the metric that it shows. */
    private static final Map<String, String> ISOLATION = Map.of(
            "checks", "cordon_isolation_checks_total",
            "violations", "cordon_violations_total",
            "canary_received", "cordon_canary_received_total",
            "canary_foreign", "cordon_canary_foreign_total",
            "canary_lost", "cordon_canary_lost_total",
            "canary_silence_seconds", "cordon_canary_silence_seconds");

    private final ConsoleSources of;

    NodeView(ConsoleSources of) {
        this.of = of;
    }

    /**
     * Sections by name. The section {@code ledger} is left out if there are no such metrics, {@code migration} while the
     * application does not use the migration adapter.
     */
    Map<String, Object> read() {
        Map<String, Double> metrics = metrics();
        Map<String, Object> sections = new LinkedHashMap<>();
        sections.put("at", of.clock().instant().toEpochMilli());
        sections.put("node", node());
        sections.put("nodes", nodes());
        sections.put("figures", metrics);
        sections.put("alerts", of.board().alerts().stream().map(NodeView::alert).toList());
        sections.put(
                "events",
                of.board().history().stream().limit(EVENTS).map(NodeView::event).toList());
        TopUsers users = new TopUsers(of.factory());
        sections.put("users_by_bytes", users.byBytes());
        sections.put("users_by_queue", users.byQueue());
        sections.put("rejected", labelled(metrics, "cordon_rejected_total{"));
        sections.put("api_rejected", labelled(metrics, "cordon_api_rejected_total{"));
        sections.put("cleanups", cleanups());
        sections.put("isolation", isolation(metrics));
        sections.put(
                "closes",
                of.closes().latest(CLOSES).stream().map(UserView::close).toList());
        Map<String, Double> ledger = new TreeMap<>();
        metrics.forEach((id, value) -> {
            if (id.startsWith(LEDGER)) {
                ledger.put(id.substring(LEDGER.length()), value);
            }
        });
        if (!ledger.isEmpty()) {
            sections.put("ledger", ledger);
        }
        of.migration().adapter().ifPresent(adapter -> sections.put("migration", MigrationView.of(adapter.status())));
        return sections;
    }

    private Map<String, Object> node() {
        Instant startedAt = of.node().startedAt();
        return Map.of(
                "id",
                of.node().id(),
                "accepting",
                of.factory().accepting(),
                "started",
                startedAt.toEpochMilli(),
                "uptime_seconds",
                Duration.between(startedAt, of.clock().instant()).toSeconds());
    }

    /** All nodes as of their last heartbeats, and this one as it is now. */
    private List<Map<String, Object>> nodes() {
        NodeDirectory.Node here = of.node().now(of.factory());
        List<NodeDirectory.Node> known = of.others().known();
        List<NodeDirectory.Node> nodes = new ArrayList<>(known);
        nodes.replaceAll(node -> node.id().equals(here.id()) ? here : node);
        if (!nodes.contains(here)) {
            nodes.add(0, here);
        }
        return nodes.stream().map(NodeView::shown).toList();
    }

    private static Map<String, Object> shown(NodeDirectory.Node node) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", node.id());
        fields.put("address", node.address());
        fields.put("version", node.version());
        fields.put("state", node.state().name().toLowerCase(Locale.ROOT));
        fields.put("started", node.startedAt().toEpochMilli());
        fields.put("users", node.load().users());
        fields.put("connections", node.load().connections());
        fields.put("heap_used", node.load().heapUsed());
        fields.put("heap_max", node.load().heapMax());
        return fields;
    }

    private Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (Metric metric : of.kpis().metrics()) {
            metrics.put(metric.id(), value(metric));
        }
        return metrics;
    }

    /** NaN for a metric that cannot be read, so that the others are shown. The {@link AlertBoard} logs the error. */
    private static double value(Metric metric) {
        try {
            return metric.value().getAsDouble();
        } catch (RuntimeException e) {
            return Double.NaN;
        }
    }

    /** The values of one metric that are not 0, by label value. */
    private static Map<String, Double> labelled(Map<String, Double> metrics, String prefix) {
        Map<String, Double> found = new TreeMap<>();
        metrics.forEach((id, value) -> {
            if (id.startsWith(prefix) && value > 0) {
                found.put(id.substring(id.indexOf('"') + 1, id.lastIndexOf('"')), value);
            }
        });
        return found;
    }

    private List<Map<String, Object>> cleanups() {
        Instant now = of.clock().instant();
        return of.cleanup().past().stream()
                .limit(RUNS)
                .map(run -> cleanup(run, now))
                .toList();
    }

    private static Map<String, Object> cleanup(CleanupRun run, Instant now) {
        return Map.of(
                "at", now.minus(run.ago()).toEpochMilli(),
                "found", run.found(),
                "removed", run.removed(),
                "took_seconds", run.took().toNanos() / 1e9);
    }

    private static Map<String, Object> isolation(Map<String, Double> metrics) {
        Map<String, Object> fields = new LinkedHashMap<>();
        ISOLATION.forEach((field, metric) -> fields.put(field, metrics.getOrDefault(metric, Double.NaN)));
        return fields;
    }

    private static Map<String, Object> alert(Alert alert) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kpi", alert.kpi());
        fields.put("metric", alert.metric());
        fields.put("state", alert.state().name());
        fields.put("value", alert.value());
        fields.put("limit", alert.limit());
        fields.put("unit", alert.unit());
        fields.put("since", alert.since().toEpochMilli());
        fields.put("fired", alert.fired());
        fields.put("meaning", alert.meaning());
        fields.put("action", alert.action());
        return fields;
    }

    private static Map<String, Object> event(AlertEvent event) {
        return Map.of(
                "kpi", event.kpi(),
                "firing", event.firing(),
                "value", event.value(),
                "limit", event.limit(),
                "unit", event.unit(),
                "at", event.at().toEpochMilli());
    }
}
