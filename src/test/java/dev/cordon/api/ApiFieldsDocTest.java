package dev.cordon.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.kpi.DocTable;
import dev.cordon.protocol.KnownFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Checks docs/rejections.md against the fields of the server API; {@code -Dmetrics.doc.write=true} writes the table anew. */
class ApiFieldsDocTest {
    private static final String HEAD = "| method | read | ignored | not carried out |\n| --- | --- | --- | --- |\n";

    @Test
    @DisplayName("C3: docs/rejections.md lists each rejection of the server API with its status and code")
    void c3_documentListsEachRejection() throws IOException {
        String document = Files.readString(Path.of("docs/rejections.md"));

        assertThat(Rejected.values())
                .allSatisfy(each -> assertThat(document)
                        .contains("| " + each.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " | " + each.status()
                                + " | " + each.code().code() + " |"));
    }

    @Test
    @DisplayName("L8: docs/rejections.md lists which fields of each method are read, ignored and rejected")
    void l8_documentListsTheFieldsOfEachMethod() throws IOException {
        DocTable.holds(
                Path.of("docs/rejections.md"),
                HEAD,
                Stream.concat(
                                new ApiNode().api.methods().stream().map(ApiFields::of),
                                Stream.of(ApiFields.SINCE, ApiFields.DISCONNECT))
                        .map(KnownFields::row));
    }
}
