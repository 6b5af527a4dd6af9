package dev.cordon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.FrameWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the version in the pom and every other place that names it together (CONTRIBUTING.md, "Release"). */
class VersionTest {
    private static final Pattern OF_THE_POM =
            Pattern.compile("<artifactId>cordon</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern TIMESTAMP = Pattern.compile("<project.build.outputTimestamp>([^<]+)<");
    private static final Pattern HEADING = Pattern.compile("^## (.+)$", Pattern.MULTILINE);

    private final String version = first(OF_THE_POM, "pom.xml");

    @Test
    void theServerNamesThePomsVersion() {
        assertThat(FrameWriter.VERSION).isEqualTo("cordon " + version);
    }

    @Test
    void theApiDocumentNamesThePomsVersion() {
        assertThat(all(
                        Pattern.compile("^  version: (.+)$", Pattern.MULTILINE),
                        "src/main/resources/META-INF/openapi.yaml"))
                .containsExactly(version);
        assertThat(all(Pattern.compile("version: cordon (.+)"), "src/main/resources/META-INF/openapi.yaml"))
                .containsExactly(version);
    }

    @Test
    void theProtocolDocumentNamesThePomsVersion() {
        assertThat(all(Pattern.compile("\\bcordon (\\d[\\w.-]*\\w)"), "docs/protocol.md"))
                .hasSizeGreaterThan(3)
                .containsOnly(version);
    }

    @Test
    void theChangelogBeginsWithThePomsVersion() {
        String newest = first(HEADING, "CHANGELOG.md");

        if (version.endsWith("-SNAPSHOT")) {
            assertThat(newest).isEqualTo("[Unreleased]");
        } else {
            assertThat(newest).matches("\\[" + Pattern.quote(version) + "] - \\d{4}-\\d\\d-\\d\\d");
            assertThat(first(TIMESTAMP, "pom.xml")).isEqualTo(newest.split(" - ", 2)[1] + "T00:00:00Z");
        }
    }

    @Test
    void theUpgradeNotesHaveASectionOfEachVersion() {
        List<String> versions = all(Pattern.compile("^## \\[(\\d[^]]*)] - ", Pattern.MULTILINE), "CHANGELOG.md");

        assertThat(versions).isNotEmpty();
        assertThat(all(Pattern.compile("^## To (\\S+)", Pattern.MULTILINE), "docs/upgrade.md"))
                .containsExactlyElementsOf(versions);
    }

    @Test
    void theContinuousIntegrationBuildsTheWarTwice() {
        assertThat(read(".ci/run")).contains("\n./mvnw -B verify\n.ci/reproducible\n");
        assertThat(Path.of(".ci/reproducible")).isExecutable();
    }

    private static String first(Pattern pattern, String file) {
        return all(pattern, file).stream().findFirst().orElse("");
    }

    private static List<String> all(Pattern pattern, String file) {
        return pattern.matcher(read(file))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
