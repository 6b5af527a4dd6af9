package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks the files for Prometheus and Grafana against the node's own rules and metrics; {@code -Dmetrics.doc.write=true} writes the rules
 * anew. MonitoringIT checks them with promtool.
 */
class MonitoringTest {
    private static final Path FOLDER = Path.of("payara-config/monitoring");
    private static final Path RULES = FOLDER.resolve("cordon.rules.yml");
    private static final String HEAD = """
            # Alerting rules for Prometheus: those of the node's own alert board, judged by the thresholds that each node reports, so that a
            # setting cordon.alert.… applies here too. Written from the board's rules by ./mvnw -Dtest=MonitoringTest -Dmetrics.doc.write=true test
            groups:
              - name: cordon
                rules:
                  - alert: CordonDown
                    expr: up{job="cordon"} == 0
                    for: 1m
                    labels:
                      severity: critical
                    annotations:
                      summary: "The node {{ $labels.instance }} does not answer."
                      description: "Look at its process and its log."
            """;

    @Test
    void thePrometheusRulesAreThoseOfTheAlertBoard() throws IOException {
        String expected = Threshold.ALL.stream().map(MonitoringTest::rule).collect(Collectors.joining("", HEAD, ""));
        if (Boolean.getBoolean("metrics.doc.write")) {
            Files.writeString(RULES, expected);
        }

        assertThat(Files.readString(RULES)).isEqualTo(expected);
    }

    private static String rule(Threshold threshold) {
        return """
                  - alert: %s
                    expr: %s
                    keep_firing_for: 1m
                    labels:
                      severity: %s
                      kpi: %s
                    annotations:
                      summary: "%s"
                      description: "%s"
            """.formatted(
                        alert(threshold),
                        expression(threshold),
                        threshold.span() == Threshold.Span.HOUR && threshold.limit() == 0 ? "critical" : "warning",
                        threshold.kpi(),
                        threshold.meaning(),
                        threshold.action());
    }

    private static String alert(Threshold threshold) {
        return Arrays.stream(threshold.kpi().split("_", -1))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining("", "Cordon", ""));
    }

    private static String expression(Threshold threshold) {
        String metric = threshold.span() == Threshold.Span.HOUR
                ? "increase(" + threshold.metric() + "[1h])"
                : threshold.metric();
        String labels = threshold.metric().contains("quantile") ? "quantile, kpi" : "kpi";
        String evidence = threshold
                .evidence()
                .map(needed -> " and on(instance, job) " + needed.metric() + " >= " + (long) needed.least())
                .orElse("");
        return metric + " > ignoring(" + labels + ") cordon_threshold{kpi=\"" + threshold.kpi() + "\"}" + evidence;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cordon.rules.yml", "cordon.rules.test.yml", "grafana-dashboard.json"})
    void everyMetricOfTheFilesIsDocumented(String file) throws IOException {
        Set<String> documented = names(Files.readString(Path.of("docs/metrics.md")));

        assertThat(names(Files.readString(FOLDER.resolve(file)))).isNotEmpty().isSubsetOf(documented);
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\bcordon_[a-z0-9_]+").matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }
}
