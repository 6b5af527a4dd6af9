package dev.cordon.endpoint;

import static dev.cordon.websocket.ClientFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.TestNode;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.upkeep.LogLines;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.ServerFrame;
import dev.cordon.websocket.ServerFrames;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.Wire.Completion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServletWireTest {
    private static final ServerFrame CLOSE = ServerFrames.close(Disconnect.SHUTDOWN.code(), "");
    private static final byte[] ECHO = ClientFrames.text("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}");

    private final TestNode node = new TestNode();
    private final GatewaySockets sockets = new GatewaySockets(node.gateway);
    private final FakeContainer container = new FakeContainer();
    private final Optional<RawConnection> raw = Optional.of(container);
    private final List<String> done = new ArrayList<>();

    private final Completion completion = new Completion() {
        @Override
        public void written() {
            done.add("written");
        }

        @Override
        public void failed(Throwable cause) {
            done.add("failed: " + cause.getClass().getSimpleName());
        }
    };

    private ServletWire opened(Optional<RawConnection> over) throws IOException {
        ServletWire wire = new ServletWire(container, over, () -> container.calls.add("afterwards"));
        WebSocketConnection socket = sockets.open(wire, Encoding.JSON, "test");
        wire.start(socket);
        return wire;
    }

    private void connect() throws IOException {
        container.sends(ClientFrames.text(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("bob", Duration.ofHours(1)) + "\"}}"));
        assertThat(container.written()).contains("\"connect\":");
        container.output.written.reset();
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC1, 0xA1, 0x91, 0x85, 0x8D, 0x83})
    @DisplayName(
            "A4: when an invalid frame arrives byte by byte, the command before it is answered, the close 1002 follows, and the rest is read and dropped")
    void a4_writesAnswerAndCloseToAClientThatKeepsSending(int first) throws IOException {
        opened(raw);
        connect();
        container.sends(ECHO);
        byte[] bad = new byte[200];
        bad[0] = (byte) first;
        bad[1] = (byte) (0x80 | 100);

        for (byte each : bad) {
            container.sends(new byte[] {each});
        }

        assertThat(container.written()).startsWith("\u0081").contains("{\"id\":2,\"rpc\":{\"data\":7}}");
        assertThat(container.written())
                .endsWith(
                        new String(ServerFrames.close(1002, "protocol error").toBytes(), StandardCharsets.ISO_8859_1));
        assertThat(container.arriving).isEmpty();
        assertThat(container.calls).as("a close now would be a reset").containsExactly("endOutput");

        container.sends(FakeContainer.END);
        assertThat(container.calls).containsExactly("endOutput", "cut", "close", "afterwards");
    }

    @Test
    @DisplayName("A4: a command in the same read before an invalid frame is answered before the close 1002")
    void a4_answersACommandInTheSameReadBeforeAnInvalidFrame() throws IOException {
        opened(raw);
        connect();

        container.sends(join(ECHO, ClientFrames.bytes(0xC1, 0x80)));

        assertThat(container.written().indexOf("{\"data\":7}")).isPositive();
        assertThat(container.written()).endsWith("protocol error");
    }

    @Test
    @DisplayName("A4: a client that sends more than 256 KiB behind an invalid frame is cut")
    void a4_cutsAClientThatSendsTooMuchBehindAnInvalidFrame() throws IOException {
        opened(raw);
        container.sends(ClientFrames.bytes(0xC1));

        for (int i = 0; i < 16; i++) {
            container.sends(new byte[16 * 1024]);
            assertThat(container.calls).containsExactly("endOutput");
        }
        container.sends(new byte[1]);

        assertThat(container.calls).containsExactly("endOutput", "cut", "close", "afterwards");
    }

    @Test
    @DisplayName("A4: a client that neither sends nor closes behind an invalid frame is cut two seconds later")
    void a4_cutsAClientThatDoesNotCloseBehindAnInvalidFrame() throws IOException {
        opened(raw);
        container.sends(ClientFrames.bytes(0xC1));

        node.nanos.addAndGet(Duration.ofSeconds(2).toNanos() + 1);
        sockets.sweepUpgrades();

        assertThat(container.calls).containsExactly("endOutput", "cut", "close", "afterwards");
    }

    @Test
    void closesThroughTheContainerWithoutARawConnection() throws IOException {
        opened(Optional.empty());

        container.sends(ClientFrames.bytes(0xC1));

        assertThat(container.written()).endsWith("protocol error");
        assertThat(container.calls).containsExactly("close", "afterwards");
    }

    @Test
    void waitsWithAWriteUntilTheContainerIsReady() throws IOException {
        ServletWire wire = opened(raw);
        container.output.ready(0);

        wire.write(CLOSE, completion);
        assertThat(done).isEmpty();
        assertThat(container.output.calls).isEmpty();
        container.output.readyAgain(2);

        assertThat(done).containsExactly("written");
        assertThat(container.output.calls).containsExactly("write 4", "flush");
    }

    @Test
    void failsAWriteThatTheContainerRejects() throws IOException {
        ServletWire wire = opened(raw);
        container.output.breaks();

        wire.write(CLOSE, completion);

        assertThat(done).containsExactly("failed: IOException");
    }

    @Test
    void writesNothingAfterItIsClosed() throws IOException {
        ServletWire wire = opened(raw);
        container.output.ready(0);
        wire.write(CLOSE, completion);

        wire.close();
        container.output.readyAgain(2);
        wire.write(CLOSE, completion);

        assertThat(container.output.calls).isEmpty();
        assertThat(done).containsExactly("failed: ClosedChannelException");
    }

    @Test
    void staysOpenAfterAnEmptyRead() throws IOException {
        opened(raw);

        container.sends(new byte[0]);

        assertThat(container.calls).isEmpty();
        connect();
    }

    @Test
    @DisplayName("F01 the end of the peer's stream frees the socket")
    void freesTheSocketAtTheEndOfThePeersStream() throws IOException {
        opened(raw);

        container.sends(FakeContainer.END);

        assertThat(container.calls).containsExactly("cut", "close", "afterwards");
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F01 an end or an error that the container reports frees the socket")
    void freesTheSocketWhenTheContainerReportsAnEndOrAnError() throws IOException {
        opened(raw).onAllDataRead();
        assertThat(container.calls).containsExactly("cut", "close", "afterwards");
        container.calls.clear();

        opened(raw).onError(new IOException("reset"));
        assertThat(container.calls).containsExactly("cut", "close", "afterwards");
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    void ignoresAnErrorBeforeItIsStarted() throws IOException {
        new ServletWire(container, raw, () -> container.calls.add("afterwards")).onError(new IOException("reset"));

        assertThat(container.calls).isEmpty();
    }

    @Test
    void logsASocketThatThePeerHasClosedAtDebugLevelOnly() throws IOException {
        ServletWire wire = opened(raw);
        container.hasClosed();

        List<LogRecord> lines = LogLines.withDetails(ServletWire.class, wire::close);

        assertThat(container.calls).containsExactly("close", "afterwards");
        assertThat(lines)
                .extracting(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .containsExactly("Closing a lost socket: IOException");
    }

    @Test
    void readsNothingMoreWhileTooManyCommandsWaitForTheLog() throws IOException {
        opened(raw);
        publishUntilReadingPauses();

        container.sends(ECHO);
        assertThat(container.arriving).as("unread").containsExactly(ECHO);
        node.log.answer();

        assertThat(container.arriving).isEmpty();
        assertThat(container.written()).endsWith("{\"id\":2,\"rpc\":{\"data\":7}}");
    }

    @Test
    @DisplayName("F01 a socket that breaks while reading pauses is freed when reading resumes")
    void freesASocketThatBreaksWhileReadingPauses() throws IOException {
        opened(raw);
        publishUntilReadingPauses();
        container.sends(FakeContainer.BROKEN);

        node.log.answer();

        assertThat(container.calls).containsExactly("cut", "close", "afterwards");
    }

    /** Connects a publisher and sends publishes to a log that does not answer, until reading pauses. */
    private void publishUntilReadingPauses() throws IOException {
        container.sends(ClientFrames.text("{\"id\":1,\"connect\":{\"token\":\""
                + node.token("back-end", Duration.ofHours(1), "publisher") + "\"}}"));
        node.log.batch(4);
        node.log.hold();
        for (int id = 10; id < 16; id++) {
            container.arriving.add(ClientFrames.text("{\"id\":" + id + ",\"publish\":{\"channel\":\"#bob\",\"data\":\""
                    + "x".repeat(60 * 1024) + "\"}}"));
        }
    }
}
