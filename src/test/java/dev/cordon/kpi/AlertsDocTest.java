package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
        String table = Threshold.ALL.stream().map(AlertsDocTest::row).collect(Collectors.joining("", HEAD, ""));
        Pattern pattern = Pattern.compile(Pattern.quote(HEAD) + "(\\|.*\\n)*");
        if (Boolean.getBoolean("metrics.doc.write")) {
            Matcher old = pattern.matcher(Files.readString(DOCUMENT));
            Files.writeString(DOCUMENT, old.replaceFirst(Matcher.quoteReplacement(table)));
        }

        Matcher written = pattern.matcher(Files.readString(DOCUMENT));

        assertThat(written.find()).isTrue();
        assertThat(written.group()).isEqualTo(table);
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
