package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ThresholdTest {
    private final List<String> metrics = new KpiNode()
            .kpis.metrics().stream()
                    .map(metric -> KpiNode.id(metric).replaceAll("=([^,}]+)", "=\"$1\""))
                    .toList();

    @Test
    @DisplayName("F46 every threshold belongs to an existing metric")
    void everyThresholdBelongsToAMetric() {
        assertThat(metrics)
                .containsAll(Threshold.ALL.stream().map(Threshold::metric).toList());
    }

    @Test
    void isExportedWithTheNameOfItsKpi() {
        FakeRegistry registry = new FakeRegistry();
        KpiNode node = new KpiNode();
        node.exporter(registry);

        assertThat(registry.value("cordon_threshold{kpi=manager_creation}")).isEqualTo(0.005);
        assertThat(registry.value("cordon_threshold{kpi=delivery}")).isEqualTo(0.001);
        assertThat(registry.value("cordon_threshold{kpi=limit_hits}")).isEqualTo(10);
        assertThat(node.board.metrics())
                .filteredOn(metric -> metric.name().equals("cordon_threshold"))
                .extracting(KpiNode::id)
                .doesNotHaveDuplicates()
                .hasSize(Threshold.ALL.size());
    }
}
