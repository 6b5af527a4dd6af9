package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files for Prometheus, checked by its own promtool: they can be read, and alerts fire when they should. */
class MonitoringIT {
    private static final Path FOLDER = Path.of("payara-config/monitoring");
    private static final Path PROMTOOL = Path.of("target/tools/promtool");

    @ParameterizedTest
    @CsvSource({"check rules cordon.rules.yml", "test rules cordon.rules.test.yml", "check config prometheus.yml"})
    void promtoolAcceptsTheFiles(String command) throws IOException, InterruptedException {
        List<String> words = Stream.concat(
                        Stream.of(PROMTOOL.toAbsolutePath().toString()), Stream.of(command.split(" ", -1)))
                .toList();
        Process promtool = new ProcessBuilder(words)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();

        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(promtool.waitFor()).as(said).isZero();
        assertThat(said).contains("SUCCESS");
    }
}
