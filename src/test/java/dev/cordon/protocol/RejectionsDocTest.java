package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/rejections.md and docs/protocol.md have each reason that a client may be given, in the words that the code has. */
class RejectionsDocTest {
    private final String document = Files.readString(Path.of("docs/rejections.md"));

    RejectionsDocTest() throws IOException {}

    @Test
    @DisplayName("C3: docs/rejections.md lists each close code")
    void c3_listsTheCloses() {
        List<Disconnect> all = Arrays.stream(Disconnect.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Disconnect.class)
                .map(RejectionsDocTest::value)
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
    @DisplayName("C3: docs/rejections.md lists each error")
    void c3_listsTheErrors() {
        assertThat(ErrorCode.values())
                .allSatisfy(each -> assertThat(document)
                        .containsOnlyOnce("| " + each.code() + " | " + each.message()
                                + (each.temporary() ? " (temporary)" : "") + " |"));
    }

    @Test
    @DisplayName("C3: docs/protocol.md lists each error with its message, and no other")
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

    @Test
    @DisplayName("C3: docs/rejections.md has the message for each frame and each body that cannot be read")
    void c3_listsTheMessagesForUnreadableInput() throws IOException {
        String frames =
                document.substring(document.indexOf("\n## Frames and commands\n"), document.indexOf("\n## Fields\n"));
        List<String> ofFrames = words(
                "CommandReader",
                "ConnectReader",
                "ProtobufReader",
                "json/JsonScanner",
                "protobuf/ProtobufFields",
                "protobuf/DelimitedMessages");

        assertThat(ofFrames)
                .hasSizeGreaterThan(12)
                .allSatisfy(each -> assertThat(frames).contains(each));
        assertThat(words("json/JsonFields"))
                .hasSizeGreaterThan(2)
                .allSatisfy(each -> assertThat(document).contains(each));
    }

    /** Messages between quotes in the code; one put together begins with a name, which the document need not have. */
    private static List<String> words(String... sources) throws IOException {
        List<String> words = new ArrayList<>();
        for (String source : sources) {
            String code = Files.readString(Path.of("src/main/java/dev/cordon/protocol/" + source + ".java"));
            Pattern.compile("Invalid\\w+Exception\\(\"([^\"]+?)\\.?\"(?: \\+|\\))")
                    .matcher(code)
                    .results()
                    .map(each -> each.group(1))
                    .filter(each -> !each.equals("data"))
                    .forEach(words::add);
        }
        return words;
    }
}
