package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The wire on Jakarta EE alone, as on any other server ({@code cordon.payara=false}). */
class PortableWireIT extends WireContract {
    @RegisterExtension
    static final OwnServer SERVER = OwnServer.with(Map.of("CORDON_PAYARA", "false"));

    @Override
    Cordon cordon() {
        return SERVER.cordon();
    }

    /** HTTP is as strict as the server, and the log says what that leaves open. */
    @Override
    @TestFactory
    @DisplayName("without Payara's insides the log says at the start what is not guarded")
    Stream<DynamicTest> hostileRequests() {
        return Stream.of(DynamicTest.dynamicTest(
                "the log warns",
                () -> assertThat(log())
                        .contains("cordon.transport auto: sockets are served through Servlet's streams")
                        .contains("This server's listeners are unknown")));
    }

    /** A4: Servlet has no way to end one side of a connection. */
    @Override
    boolean lingers() {
        return false;
    }

    /** C6: the phrase and the option beside "close" are what the guards in front of the container add. */
    @Override
    @Test
    @DisplayName("C6: 426 offers what it asks for and ends the connection")
    void c6_anAnswerOf426NamesTheUpgradeAndEndsTheConnection() {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(WireClient.handshake(cordon().base(), Map.of("Sec-WebSocket-Version", "8")));

            assertThat(client.response())
                    .startsWith("HTTP/1.1 426 ")
                    .contains("\r\nUpgrade: websocket\r\n")
                    .contains("\r\nSec-WebSocket-Version: 13\r\n");
            assertThat(client.rest()).startsWith("{\"error\":");
        }
    }

    @Override
    String log() {
        return SERVER.log();
    }
}
