package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.cordon.gateway.TestNode;
import dev.cordon.hook.FakeHooks;
import dev.cordon.hook.HookClient;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.manager.Connection;
import dev.cordon.protocol.Encoding;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.FakeWire;
import dev.cordon.websocket.FrameDecoder;
import dev.cordon.websocket.WebSocketConnection;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol.Command;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol.Reply;
import jakarta.websocket.CloseReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections that speak Protobuf, over Cordon's own frames and over the container's. */
class ProtobufSocketTest {
    private static final int BINARY = 0x82;

    private final TestNode node = new TestNode();

    private static byte[] batch(MessageLite... messages) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (MessageLite message : messages) {
            message.writeDelimitedTo(bytes);
        }
        return bytes.toByteArray();
    }

    private Command connect(String user, String... groups) {
        return Command.newBuilder()
                .setId(1)
                .setConnect(Protocol.ConnectRequest.newBuilder()
                        .setToken(node.token(user, Duration.ofHours(1), groups))
                        .setData(ByteString.copyFromUtf8("{\"session\":\"s\"}")))
                .build();
    }

    private static Command echo(int id, String json) {
        return Command.newBuilder()
                .setId(id)
                .setRpc(Protocol.RPCRequest.newBuilder().setMethod("echo").setData(ByteString.copyFromUtf8(json)))
                .build();
    }

    private static Command publish(int id, String channel, String json) {
        return Command.newBuilder()
                .setId(id)
                .setPublish(
                        Protocol.PublishRequest.newBuilder().setChannel(channel).setData(ByteString.copyFromUtf8(json)))
                .build();
    }

    private static List<Reply> replies(byte[] messages) throws IOException {
        List<Reply> replies = new ArrayList<>();
        ByteArrayInputStream bytes = new ByteArrayInputStream(messages);
        while (bytes.available() > 0) {
            replies.add(Reply.parseDelimitedFrom(bytes));
        }
        return replies;
    }

    /** A socket whose frames Cordon decodes itself. */
    private final class OwnSocket {
        final FakeWire wire = new FakeWire();
        final WebSocketConnection socket = new GatewaySockets(node.gateway).open(wire, Encoding.PROTOBUF, "test");

        void receive(byte[] frame) {
            socket.received(frame, 0, frame.length);
        }

        void send(MessageLite... commands) throws IOException {
            receive(ClientFrames.frame(BINARY, batch(commands)));
        }

        /** Returns all replies in the frames that were written. Each frame is binary, whole and short. */
        List<Reply> replies() throws IOException {
            List<Reply> replies = new ArrayList<>();
            for (byte[] frame : wire.written) {
                assertThat(frame[0]).isEqualTo((byte) BINARY);
                int head = frame[1] == 126 ? 4 : 2;
                replies.addAll(ProtobufSocketTest.replies(java.util.Arrays.copyOfRange(frame, head, frame.length)));
            }
            return replies;
        }
    }

    @Test
    @DisplayName("a connect, its commands and a publication travel as Protobuf in binary frames")
    void speaksProtobuf() throws IOException {
        OwnSocket alice = new OwnSocket();

        alice.send(connect("alice"));
        alice.send(echo(2, "{\"a\": 1}"), echo(3, "[]"));
        OwnSocket publisher = new OwnSocket();
        publisher.send(connect("pub", "publisher"));
        publisher.send(publish(2, "#alice", "{\"n\": 1 }"));

        List<Reply> replies = alice.replies();
        assertThat(replies).hasSize(4);
        assertThat(replies.get(0).getConnect().getSubsMap()).containsOnlyKeys("#alice");
        assertThat(replies.get(0).getConnect().getPong()).isTrue();
        assertThat(replies.get(1).getRpc().getData().toStringUtf8()).isEqualTo("{\"a\": 1}");
        assertThat(replies.get(2).getId()).isEqualTo(3);
        Protocol.Push push = replies.get(3).getPush();
        assertThat(push.getChannel()).isEqualTo("#alice");
        assertThat(push.getPub().getOffset()).isEqualTo(1);
        assertThat(push.getPub().getData().toStringUtf8()).isEqualTo("{\"n\": 1 }");
        assertThat(publisher.replies().get(1).hasPublish()).isTrue();
    }

    @Test
    @DisplayName("a Protobuf and a JSON connection of one user get the same payload, each in its encoding")
    void deliversInBothEncodings() throws IOException {
        OwnSocket protobuf = new OwnSocket();
        protobuf.send(connect("alice"));
        FakeWire wire = new FakeWire();
        WebSocketConnection json = new GatewaySockets(node.gateway).open(wire, Encoding.JSON, "test");
        byte[] connect = ClientFrames.text(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("alice", Duration.ofHours(1)) + "\"}}");
        json.received(connect, 0, connect.length);
        OwnSocket publisher = new OwnSocket();
        publisher.send(connect("pub", "publisher"));

        publisher.send(publish(2, "#alice", "{\"é\":\n1}"));

        assertThat(protobuf.replies().get(1).getPush().getPub().getData().toStringUtf8())
                .isEqualTo("{\"é\": 1}");
        assertThat(new String(
                        wire.written.get(1),
                        2,
                        wire.written.get(1).length - 2,
                        java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"push\":{\"channel\":\"#alice\",\"pub\":{\"offset\":1,\"data\":{\"é\": 1}}}}");
    }

    @Test
    @DisplayName("a ping is an empty reply, and an empty command is its answer")
    void isPinged() throws IOException {
        OwnSocket alice = new OwnSocket();
        alice.send(connect("alice"));
        Connection connection = node.factory.connections().iterator().next();

        connection.ping();
        alice.send(Command.getDefaultInstance());

        assertThat(alice.wire.written.get(1)).containsExactly(BINARY - 256, 1, 0);
        assertThat(alice.replies()).hasSize(2);
        assertThat(alice.wire.closeCode()).isZero();
    }

    @Test
    @DisplayName("F26 C5: malformed Protobuf, and a text, end the connection with 3501 and say why")
    void rejectsWhatIsNoProtobuf() {
        OwnSocket malformed = new OwnSocket();
        malformed.receive(ClientFrames.frame(BINARY, new byte[] {5, 1}));
        assertThat(malformed.wire.closeCode()).isEqualTo(3501);
        assertThat(malformed.wire.closeReason()).isEqualTo("bad request: the length of a message is wrong");

        OwnSocket text = new OwnSocket();
        text.receive(ClientFrames.text("{\"id\":1,\"connect\":{}}"));
        assertThat(text.wire.closeCode()).isEqualTo(3501);
        assertThat(text.wire.closeReason())
                .isEqualTo("bad request: text frame; this connection speaks Protobuf, in binary frames");
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F26 a binary message is bounded as a text is: 16 KiB before the connect, 1 MiB behind it")
    void boundsMessages() throws IOException {
        OwnSocket stranger = new OwnSocket();
        stranger.receive(ClientFrames.frame(BINARY, new byte[FrameDecoder.MAX_STRANGERS_BYTES + 1]));
        assertThat(stranger.wire.closeCode()).isEqualTo(1009);

        OwnSocket alice = new OwnSocket();
        alice.send(connect("alice"));
        alice.receive(ClientFrames.frame(BINARY, new byte[FrameDecoder.MAX_MESSAGE_BYTES + 1]));
        assertThat(alice.wire.closeCode()).isEqualTo(1009);
    }

    @Test
    @DisplayName("a binary message in pieces and fragments is put together, whatever its bytes")
    void readsFragments() throws IOException {
        OwnSocket alice = new OwnSocket();
        alice.send(connect("alice"));
        byte[] command = batch(echo(2, "\"" + "é".repeat(200) + "\""));

        byte[] first = ClientFrames.frame(0x02, java.util.Arrays.copyOf(command, 101));
        byte[] rest = ClientFrames.frame(0x80, java.util.Arrays.copyOfRange(command, 101, command.length));
        for (byte[] frame : List.of(first, rest)) {
            for (byte octet : frame) {
                alice.receive(new byte[] {octet});
            }
        }

        assertThat(alice.replies().get(1).getRpc().getData().toStringUtf8()).hasSize(202);
    }

    @Test
    @DisplayName("C5: opaque bytes reach a client with Protobuf as they are")
    void deliversOpaqueBytes() throws IOException {
        OwnSocket alice = new OwnSocket();
        alice.send(connect("alice"));
        OwnSocket publisher = new OwnSocket();
        publisher.send(connect("pub", "publisher"));

        publisher.send(publish(2, "#alice", "\u0001\u0002"));

        assertThat(publisher.replies().get(1).hasPublish()).isTrue();
        assertThat(alice.replies().get(1).getPush().getPub().getData().toStringUtf8())
                .isEqualTo("\u0001\u0002");
    }

    @Test
    @DisplayName("nobody publishes or subscribes where a JSON client may not")
    void keepsToTheSameRules() throws IOException {
        OwnSocket alice = new OwnSocket();
        alice.send(connect("alice"));

        alice.send(
                publish(2, "#bob", "1"),
                Command.newBuilder()
                        .setId(3)
                        .setSubscribe(Protocol.SubscribeRequest.newBuilder().setChannel("news#bob"))
                        .build());

        assertThat(alice.replies().get(1).getError().getCode()).isEqualTo(103);
        assertThat(alice.replies().get(2).getError().getCode()).isEqualTo(103);
    }

    @Test
    @DisplayName("the application is told that a client speaks Protobuf")
    void theApplicationIsTold() throws IOException {
        FakeHooks application = new FakeHooks();
        try (HookDispatcher hooks = application.dispatcher()) {
            GatewaySockets sockets = new GatewaySockets(new TestNode(hooks).gateway);
            WebSocketConnection socket = sockets.open(new FakeWire(), Encoding.PROTOBUF, "test");
            byte[] connect = ClientFrames.frame(BINARY, batch(connect("alice")));
            socket.received(connect, 0, connect.length);

            await().until(() -> !application.calls.isEmpty());
        }
        assertThat(application.calls.get(0).client())
                .extracting(HookClient::transport, HookClient::protocol)
                .containsExactly("websocket", "protobuf");
    }

    private GatewayEndpoint endpoint(FakeSession session) {
        GatewayEndpoint endpoint = new GatewayEndpoint(node.gateway, ServerPlatform.PORTABLE);
        endpoint.opened(session.session);
        return endpoint;
    }

    @Test
    @DisplayName("the container's own connection speaks Protobuf too, by subprotocol or by query")
    void speaksProtobufOverTheContainer() throws IOException {
        FakeSession bySubprotocol = new FakeSession();
        bySubprotocol.subprotocol = "centrifuge-protobuf";
        FakeSession byQuery = new FakeSession();
        byQuery.query = "cf_protocol=protobuf";

        for (FakeSession session : List.of(bySubprotocol, byQuery)) {
            GatewayEndpoint endpoint = endpoint(session);
            endpoint.binary(ByteBuffer.wrap(batch(connect("alice"), echo(2, "7"))));

            assertThat(session.texts).isEmpty();
            List<Reply> replies = new ArrayList<>();
            for (byte[] message : session.binaries) {
                replies.addAll(replies(message));
            }
            assertThat(replies).extracting(Reply::getId).containsExactly(1, 2);
            assertThat(session.settings)
                    .containsEntry("TextMessageBufferSize", 1024L)
                    .containsEntry("BinaryMessageBufferSize", (long) FrameDecoder.MAX_MESSAGE_BYTES);
            endpoint.closed(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, ""));
        }
    }

    @Test
    @DisplayName("C5: a text to the container's own Protobuf connection ends it with 3501")
    void rejectsATextOverTheContainer() {
        FakeSession session = new FakeSession();
        session.subprotocol = "centrifuge-protobuf";

        endpoint(session).text("{}");

        assertThat(session.closes)
                .containsExactly("3501 bad request: text frame; this connection speaks Protobuf, in binary frames");
    }
}
