package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.TokenSettings;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.Presence;
import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.Rejections;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.gateway.SocketSettings;
import dev.cordon.gateway.TestNode;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Retention;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.HandTime;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.Publisher;
import dev.cordon.upkeep.LogLines;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.CloseCause;
import dev.cordon.websocket.FakeWire;
import dev.cordon.websocket.WebSocketConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WireTransportTest {
    private final HandTime time = new HandTime();
    private final Counters counters = new Counters();
    private final WebSocketManagerFactory factory =
            new WebSocketManagerFactory(() -> Limits.DEFAULTS, counters, new IsolationGuard(counters), time);
    private final Gateway gateway = gateway();
    private final FakeWire wire = new FakeWire();
    private final GatewaySockets sockets = new GatewaySockets(gateway);
    private final TestNode node = new TestNode();

    @SuppressWarnings("NullAway.Init") // each test opens it, at a moment of its own
    private WebSocketConnection socket;

    @Test
    @DisplayName("F01 a lost peer releases its connection, once, and frees its socket")
    void releasesTheConnectionOfALostPeer() {
        socket = sockets.open(wire, Encoding.JSON, "test");
        assertThat(factory.connections()).hasSize(1);

        socket.lost();
        socket.lost();

        assertThat(factory.connections()).isEmpty();
        assertThat(wire.ends).containsExactly("abort");
    }

    @Test
    void abortsAtOnceWhenThePeerIsLostAsTheServerCloses() {
        socket = sockets.open(wire, Encoding.JSON, "test");
        time.onNextLook(socket::lost);

        socket.close(3001, "shutdown");

        assertThat(wire.ends).containsExactly("abort");
        assertThat(sockets.webSockets().closingNow()).isZero();
    }

    @Test
    void echoesThePeersCloseCodeAndCloses() {
        socket = sockets.open(wire, Encoding.JSON, "test");

        receive(ClientFrames.close(4001, "bye"));

        assertThat(wire.closeCode()).isEqualTo(4001);
        assertThat(wire.ends).containsExactly("close");
        assertThat(factory.connections()).isEmpty();
    }

    @Test
    void answersACloseWithoutCodeWithNormal() {
        socket = sockets.open(wire, Encoding.JSON, "test");

        receive(ClientFrames.frame(0x88, new byte[0]));

        assertThat(wire.closeCode()).isEqualTo(1000);
    }

    @Test
    void waitsForThePeersAnswerToTheServersClose() {
        socket = sockets.open(wire, Encoding.JSON, "test");

        onlyConnection().close(Disconnect.SHUTDOWN);
        assertThat(wire.closeCode()).isEqualTo(3001);
        assertThat(wire.ends).isEmpty();

        receive(ClientFrames.close(3001, ""));
        assertThat(wire.ends).containsExactly("close");
        assertThat(sockets.webSockets().closingNow()).isZero();
    }

    @Test
    @DisplayName("F09 the socket of a peer that does not read the close frame is freed two seconds later")
    void freesTheSocketOfAPeerThatDoesNotReadTheCloseFrame() {
        socket = sockets.open(wire, Encoding.JSON, "test");
        wire.stalled = true;
        onlyConnection().close(Disconnect.SLOW);

        time.advance(Duration.ofSeconds(2));
        sockets.sweepUpgrades();
        assertThat(wire.ends).isEmpty();

        time.advance(Duration.ofNanos(1));
        assertThat(sockets.sweepUpgrades()).isEqualTo(1);
        assertThat(wire.ends).containsExactly("abort");
        assertThat(sockets.webSockets().closingNow()).isZero();
    }

    @Test
    void closesAConnectionAfterAProtocolViolationWith1002() {
        socket = sockets.open(wire, Encoding.JSON, "test");

        receive(ClientFrames.bytes(0x81, 0));
        receive(ClientFrames.text("{\"id\":1,\"rpc\":{}}"));

        assertThat(wire.closeCode()).isEqualTo(1002);
        assertThat(wire.ends).containsExactly("finish");
        assertThat(factory.connections()).isEmpty();
        assertThat(gateway.counters().commands.sum()).isZero();
    }

    @Test
    void answersPingsUpToALimitPerSecond() {
        socket = sockets.open(wire, Encoding.JSON, "test");
        byte[] ping = ClientFrames.frame(0x89, new byte[] {7});

        for (int i = 0; i < WebSocketConnection.MAX_CONTROL_FRAMES_PER_SECOND; i++) {
            receive(ping);
        }
        assertThat(wire.written).hasSize(WebSocketConnection.MAX_CONTROL_FRAMES_PER_SECOND);
        assertThat(wire.written.get(0)).isEqualTo(ClientFrames.bytes(0x8A, 1, 7));
        time.advance(Duration.ofSeconds(2));
        receive(ping);
        assertThat(wire.closeCode()).isZero();

        for (int i = 0; i < WebSocketConnection.MAX_CONTROL_FRAMES_PER_SECOND; i++) {
            receive(ping);
        }
        assertThat(wire.closeCode()).isEqualTo(1008);
    }

    @Test
    @DisplayName("F08 a pong is a sign of life")
    void countsAPongAsASignOfLife() {
        socket = sockets.open(wire, Encoding.JSON, "test");
        time.advance(Duration.ofSeconds(9));

        receive(ClientFrames.frame(0x8A, new byte[0]));

        assertThat(onlyConnection().liveness().silence()).isZero();
    }

    @Test
    void closesWithShutdownWhenTheNodeDoesNotAccept() {
        factory.stopAccepting();

        socket = sockets.open(wire, Encoding.JSON, "test");

        assertThat(wire.closeCode()).isEqualTo(3001);
        receive(ClientFrames.text("{}"));
        assertThat(factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("S1: before the connect command a frame over 16 KiB is rejected at its header")
    void rejectsALongFrameBeforeTheConnectCommand() {
        socket = sockets.open(wire, Encoding.JSON, "test");

        socket.received(ClientFrames.text("x".repeat(16 * 1024 + 1)), 0, 14);

        assertThat(wire.closeCode()).isEqualTo(1009);
        assertThat(sockets.halfReceivedBytes()).isZero();
    }

    @Test
    @DisplayName("S1: the bytes of a half-received message are released when its socket is lost")
    void releasesTheHalfReceivedBytesOfALostSocket() {
        socket = sockets.open(wire, Encoding.JSON, "test");
        socket.received(ClientFrames.text("x".repeat(12 * 1024)), 0, 10 * 1024);
        assertThat(sockets.halfReceivedBytes()).isGreaterThanOrEqualTo(10 * 1024);

        socket.lost();

        assertThat(sockets.halfReceivedBytes()).isZero();
    }

    @Test
    @DisplayName(
            "S1: a client whose message does not arrive completely in time is cut with 3008, after which it reconnects")
    void cutsASlowSender() {
        socket = sockets.open(wire, Encoding.JSON, "test");
        socket.received(ClientFrames.text("x".repeat(12 * 1024)), 0, 1024);

        time.advance(Duration.ofSeconds(12));
        sockets.sweepHalves();

        assertThat(wire.closeCode()).isEqualTo(3008);
        assertThat(wire.closeReason()).isEqualTo("a message did not arrive completely in time");
        assertThat(wire.ends).containsExactly("finish");
        assertThat(gateway.counters().cuts.sum(Cuts.Reason.SLOW_SENDER)).isEqualTo(1);
        assertThat(gateway.counters().cuts.sum(Cuts.Reason.HALF_RECEIVED)).isZero();
        assertThat(factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("S1: a client whose half-received message finds no room is cut with a reason and a counter of its own")
    void cutsAClientWhoseMessageFindsNoRoom() {
        WebSocketConnection other = new WebSocketConnection(wire, sockets.webSockets());
        WireTransport transport = new WireTransport(other, gateway, Encoding.JSON, "test");
        transport.open(Map.of());

        transport.ended(CloseCause.NO_ROOM);
        sockets.count(CloseCause.NO_ROOM);

        assertThat(wire.closeCode()).isEqualTo(3008);
        assertThat(wire.closeReason()).isEqualTo("no room for a message that arrived in part");
        assertThat(gateway.counters().cuts.sum(Cuts.Reason.HALF_RECEIVED)).isEqualTo(1);
        assertThat(gateway.counters().cuts.sum(Cuts.Reason.SLOW_SENDER)).isZero();
    }

    @Test
    @DisplayName("C5: a client that sends Protobuf without having asked for it is told how to ask")
    void tellsAProtobufClientToOfferIt() {
        socket = sockets.open(wire, Encoding.JSON, "test");

        List<LogRecord> lines =
                LogLines.of(Rejections.class, () -> receive(ClientFrames.frame(0x82, new byte[] {1, 2, 3})));

        assertThat(wire.closeCode()).isEqualTo(3501);
        assertThat(new String(wire.written.get(0), StandardCharsets.UTF_8))
                .endsWith("binary frame; offer the subprotocol centrifuge-protobuf to speak Protobuf");
        assertThat(lines).hasSize(1);
    }

    @Test
    void passesThePeersAddressOn() {
        sockets.open(wire, Encoding.JSON, "192.0.2.7");

        assertThat(onlyConnection().remoteAddress()).isEqualTo("192.0.2.7");
    }

    @Test
    @DisplayName("F01 a failed write is counted and ends its connection")
    void releasesAConnectionWhoseWriteFails() {
        opensOnNode();
        wire.stalled = true;
        connects("ann");

        wire.fail();

        assertThat(node.counters.writeFailures.sum()).isEqualTo(1);
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    void writesTheAnswersToOneReadTogether() {
        opensOnNode();
        connects("ann");
        wire.written.clear();

        receive(ClientFrames.join(echo(2, 7), echo(3, 8)));

        assertThat(wire.written).hasSize(1);
        assertThat(lastWritten()).contains("{\"id\":2,\"rpc\":{\"data\":7}}", "{\"id\":3,\"rpc\":{\"data\":8}}");
    }

    @Test
    void acceptsLongMessagesAfterTheConnectCommand() {
        opensOnNode();
        connects("ann");
        String data = "x".repeat(32 * 1024);

        receive(ClientFrames.text("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":\"" + data + "\"}}"));

        assertThat(wire.closeCode()).isZero();
        assertThat(lastWritten()).contains(data);
    }

    @Test
    @DisplayName("messages are prompt after the connect command, if the log is in the process (ADR 0008)")
    void isPromptWhenNothingOutsideTheProcessIsAsked() {
        opensOnNode();
        assertThat(socket.prompt()).as("before connect").isFalse();

        connects("ann");
        assertThat(socket.prompt()).isTrue();

        node.log.waits(true);
        assertThat(socket.prompt()).as("with a database").isFalse();
    }

    @Test
    void pausesReadingWhileTooManyCommandsWaitForTheLog() {
        List<String> resumed = new ArrayList<>();
        opensOnNode();
        connects("back-end", "publisher");
        node.log.batch(4);
        node.log.hold();
        assertThat(socket.pause(() -> resumed.add("too early"))).isFalse();

        for (int id = 2; id < 8; id++) {
            receive(ClientFrames.text("{\"id\":" + id + ",\"publish\":{\"channel\":\"#bob\",\"data\":\""
                    + "x".repeat(60 * 1024) + "\"}}"));
        }
        assertThat(socket.pause(() -> resumed.add("resumed"))).isTrue();
        assertThat(resumed).isEmpty();
        node.log.answer();

        assertThat(resumed).containsExactly("resumed");
    }

    @Test
    void expectsNothingOfASocketThatTheNodeDoesNotAccept() {
        node.factory.stopAccepting();

        opensOnNode();
        receive(ClientFrames.frame(0x8A, new byte[0]));

        assertThat(socket.prompt()).isFalse();
        assertThat(socket.accepted()).isFalse();
        assertThat(socket.pause(() -> {})).isFalse();
    }

    @Test
    void countsAReadInPlace() {
        opensOnNode();

        socket.readInPlace();

        assertThat(node.rejected.readsInPlace.sum()).isEqualTo(1);
    }

    @Test
    void runsATaskThatMayWaitOnAThreadOfTheLog() {
        List<String> ran = new ArrayList<>();
        opensOnNode();
        node.log.hold();

        socket.later(() -> ran.add("later"));
        assertThat(ran).isEmpty();
        node.log.answer();

        assertThat(ran).containsExactly("later");
        assertThat(wire.ends).isEmpty();
    }

    @Test
    @DisplayName("F09 a socket is freed when no thread is left that may wait for the log")
    void freesASocketWithoutAThreadThatMayWait() {
        opensOnNode();
        node.log.full();

        socket.later(() -> {});

        assertThat(wire.ends).containsExactly("abort");
    }

    /** Opens the socket on a node whose log can be made to wait. */
    private void opensOnNode() {
        socket = new GatewaySockets(node.gateway).open(wire, Encoding.JSON, "test");
    }

    private void connects(String user, String... groups) {
        receive(ClientFrames.text(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token(user, Duration.ofHours(1), groups) + "\"}}"));
    }

    private String lastWritten() {
        return new String(wire.written.get(wire.written.size() - 1), StandardCharsets.UTF_8);
    }

    private static byte[] echo(int id, int data) {
        return ClientFrames.text("{\"id\":" + id + ",\"rpc\":{\"method\":\"echo\",\"data\":" + data + "}}");
    }

    private void receive(byte[] bytes) {
        socket.received(bytes, 0, bytes.length);
    }

    private Connection onlyConnection() {
        return factory.connections().iterator().next();
    }

    private Gateway gateway() {
        Clock clock = Clock.systemUTC();
        MemoryUserLog log = new MemoryUserLog(() -> new Retention(8, 1024, Duration.ofMinutes(1), 1024 * 1024), clock);
        PublishCounters published = new PublishCounters();
        return new Gateway(
                factory,
                new Admissions(factory, () -> Limits.DEFAULTS, counters, time),
                new TokenVerifier(
                        new TokenSettings(
                                Optional.of("0123456789abcdef0123456789abcdef"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                TokenSettings.DEFAULT_LEEWAY),
                        clock),
                log,
                new Publisher(log, factory, new Idempotency(published, time), published, time),
                new Presence("here", factory, OtherNodes.NONE),
                () -> Limits.DEFAULTS,
                () -> new SocketSettings(Set.of(), 0, 0, 1024),
                new SocketCounters(),
                clock,
                time,
                Optional::empty,
                HookDispatcher.NONE);
    }
}
