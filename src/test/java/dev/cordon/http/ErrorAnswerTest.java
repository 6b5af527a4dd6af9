package dev.cordon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorAnswerTest {
    @Test
    void hasTheSameStatusInHeadAndBody() {
        String answer = new String(ErrorAnswer.whole(408, "too late"), StandardCharsets.US_ASCII);

        assertThat(answer)
                .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                .contains("\r\nConnection: close\r\n", "\r\nContent-Length: 43\r\n")
                .endsWith("\r\n\r\n{\"error\":{\"code\":408,\"message\":\"too late\"}}");
    }

    @Test
    void isTheOnlyClassThatWritesErrorBodies() {
        assertThat(Stream.of("http", "websocket", "gateway", "endpoint", "payara", "payara/http")
                        .flatMap(ErrorAnswerTest::writers))
                .containsExactly("ErrorAnswer.java");
    }

    private static Stream<String> writers(String folder) {
        try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/cordon", folder))) {
            List<Path> all = files.filter(
                            file -> Files.isRegularFile(file) && text(file).contains("\"{\\\"error\\\":"))
                    .toList();
            return all.stream().map(file -> String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
