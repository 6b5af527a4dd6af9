package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HTTP with the sockets past the container and the requests through it ({@code cordon.transport=direct}). */
@Tag("payara")
class DirectHttpIT {
    @RegisterExtension
    static final OwnServer SERVER =
            OwnServer.with(Map.of("CORDON_TRANSPORT", "direct", "CORDON_CONNECT_RATE_PER_ADDRESS", "2"));

    @Test
    @DisplayName("C6: the handshake limit is answered in standard words")
    void c6_tooManyHandshakesAreToldSo() {
        String rejected = Stream.generate(this::handshake)
                .limit(50)
                .filter(head -> !head.startsWith("HTTP/1.1 101"))
                .findFirst()
                .orElse("none was rejected");

        assertThat(rejected).startsWith("HTTP/1.1 429 Too Many Requests\r\n").contains("\r\nRetry-After: 1\r\n");
    }

    private String handshake() {
        try (WireClient client = WireClient.dial(SERVER.cordon().base())) {
            return client.raw(WireClient.handshake(SERVER.cordon().base(), Map.of()))
                    .response();
        }
    }

    @TestFactory
    @DisplayName("H1 H2 H3 S9 hostile requests are answered as the RFCs have it, whichever way they go")
    Stream<DynamicTest> hostileRequests() throws IOException {
        return HostileRequests.tests(SERVER.cordon(), SERVER::log);
    }
}
