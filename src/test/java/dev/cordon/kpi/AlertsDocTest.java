package dev.cordon.kpi;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks the table of docs/alerts.md against the rules; {@code -Dmetrics.doc.write=true} writes the table anew. */
class AlertsDocTest {
    private static final Path DOCUMENT = Path.of("docs/alerts.md");
    private static final String HEAD =
            "| KPI | threshold | of | setting | what is wrong | what to do |\n| --- | --- | --- | --- | --- | --- |\n";

    @Test
    @DisplayName("F50 docs/alerts.md lists each rule")
    void documentListsEachRule() throws IOException {
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
