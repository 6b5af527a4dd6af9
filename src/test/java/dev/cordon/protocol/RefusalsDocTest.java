package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/refusals.md and docs/protocol.md have each reason that a client may be given, in the words that the code has. */
class RefusalsDocTest {
    private final String document = Files.readString(Path.of("docs/refusals.md"));

    RefusalsDocTest() throws IOException {}

    @Test
    @DisplayName("C3: the document lists each close")
    void c3_listsTheCloses() {
        List<Disconnect> all = Arrays.stream(Disconnect.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Disconnect.class)
                .map(RefusalsDocTest::value)
                .toList();

        assertThat(all)
                .hasSizeGreaterThan(10)
                .allSatisfy(each ->
                        assertThat(document).containsOnlyOnce("| " + each.code() + " | " + each.reason() + " |"));
    }

    private static Disconnect value(Field field) {
        try {
            return (Disconnect) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("C3: the document lists each error")
    void c3_listsTheErrors() {
        assertThat(ErrorCode.values())
                .allSatisfy(each -> assertThat(document)
                        .containsOnlyOnce("| " + each.code() + " | " + each.message()
                                + (each.temporary() ? " (temporary)" : "") + " |"));
    }

    @Test
    @DisplayName("C3: the protocol lists each error with its message, and no other")
    void c3_theProtocolListsTheErrors() throws IOException {
        String protocol = Files.readString(Path.of("docs/protocol.md"));
        String section = protocol.substring(protocol.indexOf("\n## Errors\n"), protocol.indexOf("\n## Close codes\n"));

        assertThat(Pattern.compile("(?m)^\\| (\\d+) \\| ([^|]+) \\| (yes )?\\|")
                        .matcher(section)
                        .results()
                        .map(row -> row.group(1) + " " + row.group(2) + (row.group(3) == null ? "" : ", temporary"))
                        .toList())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ErrorCode.values())
                        .map(each -> each.code() + " " + each.message() + (each.temporary() ? ", temporary" : ""))
                        .toList());
    }
}
