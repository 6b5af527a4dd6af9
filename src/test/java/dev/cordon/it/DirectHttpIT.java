package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** HTTP with the sockets past the container and the requests through it ({@code cordon.transport=direct}). */
class DirectHttpIT {
    private static @Nullable MicroServer server;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_TRANSPORT", "direct");
        settings.put("CORDON_CONNECT_RATE_PER_ADDRESS", "2");
        server = MicroServer.start(settings, "-Xmx512m").ready();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static MicroServer server() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    @Test
    @DisplayName("C6: the handshake limit is answered in standard words")
    void c6_tooManyHandshakesAreToldSo() {
        String refused = Stream.generate(this::handshake)
                .limit(50)
                .filter(head -> !head.startsWith("HTTP/1.1 101"))
                .findFirst()
                .orElse("none was refused");

        assertThat(refused).startsWith("HTTP/1.1 429 Too Many Requests\r\n").contains("\r\nRetry-After: 1\r\n");
    }

    private String handshake() {
        try (WireClient client = WireClient.dial(server().base())) {
            return client.raw(WireClient.handshake(server().base(), Map.of())).response();
        }
    }

    @TestFactory
    @DisplayName("H1 H2 H3 S9 hostile requests are answered as the RFCs have it, whichever way they go")
    Stream<DynamicTest> hostileRequests() throws IOException {
        return HostileRequests.tests(new Cordon(server().base()), server()::log);
    }
}
