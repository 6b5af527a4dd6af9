package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.Rejections;
import dev.cordon.gateway.TestNode;
import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.LogLines;
import dev.cordon.websocket.FrameDecoder;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GatewayEndpointTest {
    private static final CloseReason GOING_AWAY = new CloseReason(CloseReason.CloseCodes.GOING_AWAY, "");

    private final TestNode node = new TestNode();
    private final FakeSession session = new FakeSession();
    private final GatewayEndpoint endpoint = new GatewayEndpoint(node.gateway, new ServerPlatform() {
        @Override
        public String remoteAddress(Session of) {
            return "192.0.2.7";
        }
    });

    @Test
    void turnsTheContainersTimerOffAndBoundsItsBuffers() {
        endpoint.opened(session.session);

        assertThat(session.settings)
                .containsEntry("IdleTimeout", 0L)
                .containsEntry("TextMessageBufferSize", (long) FrameDecoder.MAX_MESSAGE_BYTES)
                .containsEntry("BinaryMessageBufferSize", 1024L);
    }

    @Test
    void answersACommand() {
        endpoint.opened(session.session);

        endpoint.text("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1)) + "\"}}");

        assertThat(session.texts).singleElement().asString().startsWith("{\"id\":1,\"connect\":");
    }

    @Test
    @DisplayName("C5: a binary message ends the connection; the client and the log are told why")
    void closesAConnectionAfterABinaryMessage() {
        endpoint.opened(session.session);

        List<LogRecord> lines = LogLines.of(Rejections.class, () -> endpoint.binary(ByteBuffer.wrap(new byte[] {1})));

        String reason = "bad request: binary frame; offer the subprotocol centrifuge-protobuf to speak Protobuf";
        assertThat(session.closes).containsExactly("3501 " + reason);
        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("A client at 192.0.2.7 was rejected with 3501: " + reason);
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F01 a session that its peer closes releases its connection")
    void releasesTheConnectionOfASessionThatThePeerCloses() {
        endpoint.opened(session.session);
        assertThat(node.factory.connections()).hasSize(1);

        endpoint.closed(GOING_AWAY);

        assertThat(node.factory.connections()).isEmpty();
        assertThat(node.counters.closes()).containsOnlyKeys(Disconnect.NORMAL.code());
    }

    @Test
    @DisplayName("F01 a session that fails releases its connection, and is logged at debug level only")
    void releasesTheConnectionOfASessionThatFails() {
        endpoint.opened(session.session);

        List<LogRecord> lines = LogLines.withDetails(Gateway.class, () -> endpoint.failed(new EOFException()));

        assertThat(node.factory.connections()).isEmpty();
        assertThat(session.closes).singleElement().asString().startsWith("3501 ");
        assertThat(lines).extracting(LogRecord::getMessage).containsExactly("A connection failed: EOFException");
    }

    @Test
    void ignoresMessagesOfASessionThatTheNodeDoesNotAccept() {
        node.factory.stopAccepting();

        endpoint.opened(session.session);
        endpoint.text("{}");
        endpoint.closed(GOING_AWAY);

        assertThat(session.closes).singleElement().asString().startsWith("3001 ");
        assertThat(session.texts).isEmpty();
    }
}
