package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.api.ApiCounters;
import dev.cordon.kpi.Figure;
import dev.cordon.kpi.KpiNode;
import dev.cordon.socket.SocketCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the table of docs/metrics.md and the figures together; {@code -Dmetrics.doc.write=true} writes the table anew. */
class MetricsDocTest {
    private static final Path DOCUMENT = Path.of("docs/metrics.md");
    private static final String HEAD = "| name | type | labels | meaning |\n| --- | --- | --- | --- |\n";
    private static final Pattern TABLE = Pattern.compile(Pattern.quote(HEAD) + "(\\|.*\\n)*");

    private final List<Figure> figures =
            new KpiNode(FrontCounters.of(new SocketCounters(), new ApiCounters())).kpis.figures();

    @Test
    @DisplayName("F50 the document lists the figures that there are")
    void listsTheFigures() throws IOException {
        if (Boolean.getBoolean("metrics.doc.write")) {
            Matcher old = TABLE.matcher(Files.readString(DOCUMENT));
            Files.writeString(DOCUMENT, old.replaceFirst(Matcher.quoteReplacement(table())));
        }

        Matcher written = TABLE.matcher(Files.readString(DOCUMENT));

        assertThat(written.find()).isTrue();
        assertThat(written.group()).isEqualTo(table());
    }

    private String table() {
        Map<String, List<Figure>> byName =
                figures.stream().collect(Collectors.groupingBy(Figure::name, LinkedHashMap::new, Collectors.toList()));
        return byName.values().stream().map(MetricsDocTest::row).collect(Collectors.joining("", HEAD, ""));
    }

    private static String row(List<Figure> family) {
        Figure first = family.get(0);
        Map<String, Set<String>> labels = new LinkedHashMap<>();
        family.forEach(figure -> figure.labels()
                .forEach((label, value) -> labels.computeIfAbsent(label, l -> new LinkedHashSet<>())
                        .add(value)));
        String told = labels.entrySet().stream()
                .map(label -> label.getKey() + ": " + String.join(", ", label.getValue()))
                .collect(Collectors.joining("; "));
        return "| `%s` | %s | %s | %s |\n"
                .formatted(first.name(), first.type().name().toLowerCase(Locale.ROOT), told, first.meaning());
    }
}
