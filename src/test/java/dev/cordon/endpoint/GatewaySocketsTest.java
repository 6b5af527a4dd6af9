package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.FakeHandshake;
import dev.cordon.gateway.HandshakeRequest;
import dev.cordon.gateway.TestNode;
import dev.cordon.protocol.Encoding;
import dev.cordon.upkeep.LogLines;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.FakeWire;
import dev.cordon.websocket.WebSocketConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GatewaySocketsTest {
    private final TestNode node = new TestNode(Optional.of(URI.create("http://127.0.0.1:9/keys")));
    private final GatewaySockets sockets = new GatewaySockets(node.gateway);
    private final FakeWire wire = new FakeWire();

    @Test
    @DisplayName("F01 an upgrade that does not become a connection within the connect deadline is freed, and counts")
    void freesAnUpgradeThatDoesNotBecomeAConnection() {
        List<String> abandoned = new ArrayList<>();
        sockets.pending().begun(() -> abandoned.add("upgrade"));

        node.nanos.addAndGet(node.gateway.connectDeadline().toNanos());
        assertThat(sockets.sweepUpgrades()).isZero();
        node.nanos.addAndGet(1);

        assertThat(sockets.sweepUpgrades()).isEqualTo(1);
        assertThat(abandoned).containsExactly("upgrade");
    }

    @Test
    @DisplayName("compression is agreed on where the setting and an offer allow it, and counted")
    void agreesOnCompressionOnlyWhereItIsOn() {
        HandshakeRequest offers = new FakeHandshake().with("Sec-WebSocket-Extensions", "permessage-deflate");
        GatewaySockets compressing = new GatewaySockets(node.gateway, true);

        assertThat(sockets.extension(offers)).isEmpty();
        assertThat(compressing.extension(new FakeHandshake())).isEmpty();
        assertThat(compressing.extension(offers)).isPresent();
        compressing.open(wire, Encoding.JSON, "test", true);
        compressing.open(new FakeWire(), Encoding.JSON, "test", false);

        assertThat(node.gateway.counters().compressedHandshakes.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("SECURITY: a client's long compressed messages are paid for, even if they inflate to nothing")
    void chargesCompressedBytes() {
        WebSocketConnection socket = new GatewaySockets(node.gateway, true).open(wire, Encoding.JSON, "test", true);
        byte[] connect = ClientFrames.text(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1)) + "\"}}");
        socket.received(connect, 0, connect.length);
        // Stored blocks without content, of 5 bytes each, and the head of the last.
        byte[] blocks = new byte[1_000_001];
        for (int i = 0; i < blocks.length - 1; i += 5) {
            blocks[i + 3] = -1;
            blocks[i + 4] = -1;
        }
        byte[] message = ClientFrames.frame(0xC1, blocks);

        for (int i = 0; i < 20; i++) {
            socket.received(message.clone(), 0, message.length);
        }
        assertThat(wire.closeCode()).isZero();
        for (int i = 0; i < 23; i++) {
            socket.received(message.clone(), 0, message.length);
        }

        assertThat(wire.closeCode()).isEqualTo(3013);
    }

    @Test
    void rejectsOffersOfExtensionsThatAreNoList() {
        HandshakeRequest broken = new FakeHandshake().with("Sec-WebSocket-Extensions", "permessage-deflate; ;");
        GatewaySockets compressing = new GatewaySockets(node.gateway, true);

        assertThat(compressing.reject(broken)).get().matches(why -> why.status() == 400);
        assertThat(compressing.reject(new FakeHandshake())).isEmpty();
        assertThat(sockets.reject(broken)).isEmpty();
    }

    @Test
    @DisplayName("S1: the sweep of half-received messages returns the number of cuts and logs it")
    void reportsTheMessagesThatTheSweepHasCut() {
        byte[] message = ClientFrames.text("x".repeat(12 * 1024));
        sockets.open(wire, Encoding.JSON, "test").received(message, 0, 1024);
        assertThat(sockets.sweepHalves()).isZero();
        node.nanos.addAndGet(Duration.ofSeconds(12).toNanos());

        List<Integer> cut = new ArrayList<>();
        List<LogRecord> lines = LogLines.of(Cuts.class, () -> cut.add(sockets.sweepHalves()));

        assertThat(cut).containsExactly(1);
        assertThat(lines).hasSize(1);
    }

    @Test
    @DisplayName("at the end of the application a socket that does not close is freed, and no connect waits for keys")
    void freesAllSocketsAtTheEndOfTheApplication() {
        WebSocketConnection closing = sockets.open(wire, Encoding.JSON, "test");
        FakeWire other = new FakeWire();
        WebSocketConnection late = sockets.open(other, Encoding.JSON, "test");
        closing.close(3001, "shutdown");

        // An interrupt ends the wait, so that the test does not take two seconds.
        Thread.currentThread().interrupt();
        sockets.awaitClosed();
        assertThat(Thread.interrupted()).as("the thread is still to end").isTrue();
        assertThat(wire.ends).containsExactly("abort");
        assertThat(sockets.webSockets().closingNow()).isZero();

        byte[] connect = ClientFrames.text(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1)) + "\"}}");
        late.received(connect, 0, connect.length);

        assertThat(new String(other.written.get(0), StandardCharsets.UTF_8)).contains("\"code\":100");
    }
}
