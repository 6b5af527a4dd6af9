package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MetricsExporterTest {
    private static final String P50 = "cordon_delivery_seconds{quantile=0.5}";

    private final FakeRegistry registry = new FakeRegistry();
    private final KpiNode node = new KpiNode();
    private final MetricsExporter exporter = node.exporter(registry);

    @Test
    @DisplayName("F46 every metric is registered as counter or gauge, with its labels and its meaning")
    void registersEveryMetric() {
        assertThat(registry.counters.keySet()).containsExactlyElementsOf(ids(Metric.Type.COUNTER));
        assertThat(registry.gauges.keySet()).containsExactlyElementsOf(ids(Metric.Type.GAUGE));
        assertThat(node.exported())
                .allSatisfy(metric ->
                        assertThat(registry.descriptions).containsEntry(KpiNode.id(metric), metric.meaning()));
    }

    private List<String> ids(Metric.Type type) {
        return node.exported().stream()
                .filter(metric -> metric.type() == type)
                .map(KpiNode::id)
                .toList();
    }

    @Test
    @DisplayName("F45 after a sync every registered metric has the value of its source")
    void exportsTheCurrentValueOfEveryMetric() {
        Movers.all().values().forEach(node::afresh);
        node.node.time.advance(Movers.SETTLED);

        exporter.sync();

        assertThat(node.values())
                .allSatisfy((id, value) -> assertThat(registry.value(id)).as(id).isEqualTo(value));
        assertThat(registry.counters.keySet())
                .filteredOn(id -> !id.startsWith("cordon_alert"))
                .allMatch(id -> registry.value(id) > 0);
    }

    @Test
    void countersMoveOnlyWithASync() {
        node.publish("alice", 2);
        assertThat(registry.value("cordon_accepted_total")).isZero();

        exporter.sync();

        assertThat(registry.value("cordon_accepted_total")).isEqualTo(2);
    }

    @Test
    void aSecondSyncAddsOnlyWhatIsNew() {
        node.publish("alice", 2);
        exporter.sync();
        exporter.sync();
        assertThat(registry.value("cordon_accepted_total")).isEqualTo(2);

        node.publish("alice", 3);
        exporter.sync();

        assertThat(registry.value("cordon_accepted_total")).isEqualTo(5);
    }

    @Test
    void gaugesAreReadLive() {
        node.publish("alice", "key");

        assertThat(registry.value("cordon_idempotency_keys")).isEqualTo(1);
    }

    @Test
    void keepsLatenciesForThirtyToSixtySeconds() {
        node.node.counters.delivery.record(Duration.ofMillis(8).toNanos());
        double shown = registry.value(P50);
        assertThat(shown).isBetween(0.0079, 0.0081);

        after(Duration.ofSeconds(29));
        after(Duration.ofSeconds(1));
        assertThat(registry.value(P50)).isEqualTo(shown);
        after(Duration.ofSeconds(29));
        assertThat(registry.value(P50)).isEqualTo(shown);
        after(Duration.ofSeconds(1));

        assertThat(registry.value(P50)).isZero();
        assertThat(registry.value("cordon_delivery_samples_total")).isEqualTo(1);
    }

    @Test
    void forgetsEachLatencyAfterSixtySeconds() {
        node.node.counters.creation.record(1_000_000);
        node.node.counters.cleanup.record(1_000_000);

        after(Duration.ofSeconds(30));
        after(Duration.ofSeconds(30));

        assertThat(registry.value("cordon_manager_creation_seconds{quantile=1}"))
                .isZero();
        assertThat(registry.value("cordon_manager_cleanup_seconds{quantile=1}")).isZero();
    }

    private void after(Duration time) {
        node.node.time.advance(time);
        exporter.sync();
    }

    @Test
    void exportsTheOtherMetricsWhenOneCannotBeRead() {
        LongSupplier broken = () -> {
            throw new IllegalStateException("out of reach");
        };
        FakeRegistry other = new FakeRegistry();
        MetricList more = new MetricList();
        more.add(Metric.counter("broken", broken));
        more.add(Metric.counter("intact", () -> 4));
        KpiNode of = new KpiNode(List.of(more));
        MetricsExporter exporting = of.exporter(other);
        of.node.counters.cleanup.record(1_000_000);
        of.node.time.advance(Duration.ofSeconds(30));

        assertThatThrownBy(exporting::sync).isInstanceOf(IllegalStateException.class);
        of.node.time.advance(Duration.ofSeconds(30));
        assertThatThrownBy(exporting::sync).hasRootCauseMessage("out of reach");

        assertThat(other.value("cordon_intact_total")).isEqualTo(4);
        assertThat(other.value("cordon_manager_cleanup_seconds{quantile=1}")).isZero();
    }
}
