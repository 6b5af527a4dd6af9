package dev.cordon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/failures.md and the names of the tests together: each of the fifty numbers, and each mark, has a test that bears it. */
class FailureCatalogueTest {
    private static final Set<String> FIFTY =
            IntStream.rangeClosed(1, 50).mapToObj("F%02d"::formatted).collect(Collectors.toCollection(TreeSet::new));

    /** A number in the name of a test, of JUnit or of Node.js. */
    private static final Pattern NAMED =
            Pattern.compile("@DisplayName\\(\\s*\"([^\"]*)|^test\\(\\s*['\"`]([^'\"`]*)", Pattern.MULTILINE);

    private static final Pattern NUMBER = Pattern.compile("\\bF\\d\\d\\b");
    private static final Pattern MARK = Pattern.compile("\\b[SDNLCHAO]\\d\\d?\\b");

    @Test
    void theDocumentListsAllFifty() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("docs/failures.md")).stream()
                .filter(line -> line.matches("\\| F\\d\\d \\| .+ \\|"))
                .map(line -> line.substring(2, 5))
                .toList();

        assertThat(rows).containsExactlyElementsOf(FIFTY);
    }

    @Test
    void eachOfTheFiftyHasATestThatBearsItsNumber() throws IOException {
        assertThat(ofTests(NUMBER)).containsAll(FIFTY);
    }

    @Test
    void theTestsBearTheMarksThatTheDocumentExplains() throws IOException {
        Set<String> rows = Files.readAllLines(Path.of("docs/failures.md")).stream()
                .filter(line -> line.matches("\\| [A-Z]\\d\\d? \\| .+ \\| .+ \\|"))
                .map(line -> line.substring(2, line.indexOf(' ', 2)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rows).hasSize(50).isEqualTo(ofTests(MARK));
    }

    private static Set<String> ofTests(Pattern mark) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test"))) {
            return files.filter(file -> file.toString().matches(".*\\.(java|js)"))
                    .filter(file -> !file.toString().contains("node_modules"))
                    .flatMap(file -> marks(file, mark))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Stream<String> marks(Path file, Pattern mark) {
        try {
            return NAMED.matcher(Files.readString(file))
                    .results()
                    .map(name -> name.group(1) == null ? name.group(2) : name.group(1))
                    .flatMap(name -> mark.matcher(name).results())
                    .map(MatchResult::group);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
