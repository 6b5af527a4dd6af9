package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replays the requests of the published server libraries for Python and Go, which are not run here. The files are in
 * {@code src/test/resources/server-libraries}.
 */
class ServerLibrariesTest {
    private static final Path FOLDER = Path.of("src/test/resources/server-libraries");

    private final ApiNode node = new ApiNode();
    private final Client client = node.client("42", "laptop");

    /** A request and the expected answer, in which {@code *} stands for any text. */
    private record Exchange(String method, String request, int status, String answer) {
        static List<Exchange> read(String file) throws IOException {
            List<String> lines = Files.readAllLines(FOLDER.resolve(file)).stream()
                    .filter(line -> line.startsWith("> ") || line.startsWith("< "))
                    .map(line -> line.substring(2))
                    .toList();
            List<Exchange> exchanges = new ArrayList<>();
            for (int i = 0; i < lines.size(); i += 4) {
                exchanges.add(new Exchange(
                        lines.get(i), lines.get(i + 1), Integer.parseInt(lines.get(i + 2)), lines.get(i + 3)));
            }
            return exchanges;
        }

        Pattern pattern() {
            return Pattern.compile(
                    Arrays.stream(answer.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        }
    }

    @ParameterizedTest
    @DisplayName(
            "each request of the library is answered as expected: with a result that it can read, or an error by name")
    @ValueSource(strings = {"pycent.txt", "gocent.txt"})
    void answersEachRequest(String file) throws IOException {
        List<Exchange> exchanges = Exchange.read(file);

        assertThat(exchanges).hasSizeGreaterThan(15).allSatisfy(exchange -> {
            Answer answer = node.call(exchange.method(), exchange.request());
            assertThat(text(answer)).matches(exchange.pattern());
            assertThat(answer.status()).isEqualTo(exchange.status());
        });
        assertThat(client.closes).hasSize(1);
    }

    @ParameterizedTest
    @DisplayName("with error mode reply the status is 200, which both libraries need to read an error")
    @ValueSource(strings = {"pycent.txt", "gocent.txt"})
    void answersErrorsWithStatus200InErrorModeReply(String file) throws IOException {
        node.errors = ErrorMode.REPLY;

        assertThat(Exchange.read(file))
                .filteredOn(exchange -> exchange.status() == 400)
                .allSatisfy(exchange -> {
                    Answer answer = node.call(exchange.method(), exchange.request());
                    assertThat(text(answer)).matches(exchange.pattern());
                    assertThat(answer.status()).isEqualTo(200);
                });
    }

    @Test
    @DisplayName("the libraries before pycent 5 and gocent 4 send commands in lines to /api, and are told of batch")
    void olderLibrariesAreToldOfBatch() {
        Answer answer = node.call("", "{\"method\":\"publish\",\"params\":{\"channel\":\"#42\",\"data\":1}}\n");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(text(answer)).contains("\"code\":104").contains("/api/batch");
    }
}
