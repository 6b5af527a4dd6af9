package dev.cordon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern TEXT = Pattern.compile("'(?:[^'\\\\]|\\\\.)'|\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    private static final Predicate<String> HAS_PARAMETER =
            Pattern.compile("\\{\\d}").asPredicate();

    /** {@link java.text.MessageFormat} takes what is behind a single apostrophe as it is written, a parameter too. */
    @Test
    void noApostropheHidesAParameter() throws IOException {
        List<String> templates;
        try (Stream<Path> server = Files.walk(Path.of("src/main/java"));
                Stream<Path> client = Files.walk(Path.of("src/client/java"))) {
            templates = Stream.concat(server, client)
                    .filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> texts(file).filter(HAS_PARAMETER))
                    .toList();
        }

        assertThat(templates).hasSizeGreaterThan(80);
        assertThat(templates).noneMatch(LogLinesTest::hidesAParameter);
    }

    @Test
    void tellsOneApostropheFromTwo() {
        assertThat(hidesAParameter("the node's: {0}")).isTrue();
        assertThat(hidesAParameter("the node''s: {0}")).isFalse();
    }

    private static boolean hidesAParameter(String template) {
        return template.replace("''", "").contains("'");
    }

    /** Each text of a file, the parts of one put together. */
    private static Stream<String> texts(Path file) {
        try {
            String joined = JOINT.matcher(Files.readString(file)).replaceAll("");
            return TEXT.matcher(joined).results().map(found -> found.group(1)).filter(Objects::nonNull);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
