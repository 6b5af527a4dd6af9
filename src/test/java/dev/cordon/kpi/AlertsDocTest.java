package dev.cordon.kpi;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the table of docs/alerts.md and the rules together; {@code -Dmetrics.doc.write=true} writes the table anew. */
class AlertsDocTest {
    private static final Path DOCUMENT = Path.of("docs/alerts.md");
    private static final String HEAD =
            "| KPI | threshold | of | setting | what is wrong | what to do |\n| --- | --- | --- | --- | --- | --- |\n";

    @Test
    @DisplayName("F50 the document lists the rules that there are")
    void listsTheRules() throws IOException {
        DocTable.holds(DOCUMENT, HEAD, Threshold.ALL.stream().map(AlertsDocTest::row));
    }

    private static String row(Threshold of) {
        return "| %s | %s %s | `%s` | `%s` | %s | %s |\n"
                .formatted(
                        of.kpi(),
                        AlertLog.number(of.limit()),
                        of.unit(),
                        of.metric(),
                        of.setting(),
                        of.meaning(),
                        of.action());
    }
}
