package dev.cordon.config;

import dev.cordon.kpi.DocTable;
import dev.cordon.kpi.KpiNode;
import dev.cordon.kpi.Threshold;
import dev.cordon.metric.Metric;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks the tables of docs/metrics.md against the metrics; {@code -Dmetrics.doc.write=true} writes the tables anew. */
class MetricsDocTest {
    private static final Path DOCUMENT = Path.of("docs/metrics.md");
    private static final String FIGURES =
            "| name | type | unit | labels | meaning | what to do |\n| --- | --- | --- | --- | --- | --- |\n";
    private static final String THRESHOLDS = "| KPI | is above | unit | of |\n| --- | --- | --- | --- |\n";

    private final List<Metric> metrics = new KpiNode().exported();

    @Test
    @DisplayName("F50 docs/metrics.md lists each exported metric")
    void documentListsEachMetric() throws IOException {
        Map<String, List<Metric>> byName =
                metrics.stream().collect(Collectors.groupingBy(Metric::name, LinkedHashMap::new, Collectors.toList()));

        DocTable.holds(DOCUMENT, FIGURES, byName.values().stream().map(MetricsDocTest::row));
    }

    @Test
    @DisplayName("F50 docs/metrics.md lists each threshold")
    void documentListsEachThreshold() throws IOException {
        DocTable.holds(DOCUMENT, THRESHOLDS, Threshold.ALL.stream().map(MetricsDocTest::row));
    }

    private static String row(Threshold threshold) {
        return "| %s | %s | %s | `%s` |\n"
                .formatted(
                        threshold.kpi(),
                        new BigDecimal(Double.toString(threshold.limit()))
                                .stripTrailingZeros()
                                .toPlainString(),
                        threshold.unit(),
                        threshold.metric());
    }

    private static String row(List<Metric> family) {
        Metric first = family.get(0);
        Map<String, Set<String>> labels = new LinkedHashMap<>();
        family.forEach(metric -> metric.labels()
                .forEach((label, value) -> labels.computeIfAbsent(label, l -> new LinkedHashSet<>())
                        .add(value)));
        String told = labels.entrySet().stream()
                .map(label -> label.getKey() + ": " + String.join(", ", label.getValue()))
                .collect(Collectors.joining("; "));
        return "| `%s` | %s | %s | %s | %s | %s |\n"
                .formatted(
                        first.name(),
                        first.type().name().toLowerCase(Locale.ROOT),
                        first.unit(),
                        told,
                        first.meaning(),
                        first.action());
    }
}
