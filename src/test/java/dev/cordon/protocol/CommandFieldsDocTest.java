package dev.cordon.protocol;

import dev.cordon.kpi.DocTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds docs/rejections.md and the fields of commands together; {@code -Dmetrics.doc.write=true} writes the table anew. */
class CommandFieldsDocTest {
    private static final String HEAD = "| in | read | ignored | not carried out |\n| --- | --- | --- | --- |\n";

    @Test
    @DisplayName("L8: docs/rejections.md lists the fields of each command that are read, ignored and rejected")
    void l8_listsTheFields() throws IOException {
        DocTable.holds(
                Path.of("docs/rejections.md"),
                HEAD,
                Stream.concat(
                                CommandFields.BY_METHOD.entrySet().stream()
                                        .sorted(Map.Entry.comparingByKey())
                                        .map(Map.Entry::getValue),
                                Stream.of(
                                        CommandFields.CONNECT,
                                        CommandFields.SUBSCRIPTION,
                                        CommandFields.SINCE,
                                        CommandFields.ACKNOWLEDGE))
                        .map(KnownFields::row));
    }
}
