package dev.cordon.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.protocol.json.JsonFields;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The frames that the server writes, read by the classes of the SDK for Java. */
class ProtobufEncodingTest {
    private static final Encoding PROTOBUF = Encoding.PROTOBUF;
    private static final ConnectionId CLIENT = new ConnectionId("c1");
    private static final UserId ALICE = new UserId("alice");
    private static final Channel PERSONAL = Channel.personal(ALICE);
    private static final StreamPosition TOP = new StreamPosition("e1", 8);

    private static Publication publication(long offset, String json) {
        return new Publication(PERSONAL, offset, Payload.json(json));
    }

    private static List<Reply> replies(Frame frame) {
        assertThat(frame.binary()).isTrue();
        try {
            List<Reply> replies = new ArrayList<>();
            ByteArrayInputStream bytes = new ByteArrayInputStream(frame.toByteArray());
            while (bytes.available() > 0) {
                replies.add(Reply.parseDelimitedFrom(bytes));
            }
            return replies;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply reply(Frame frame) {
        assertThat(replies(frame)).hasSize(1);
        return replies(frame).get(0);
    }

    private static Protocol.Publication expected(long offset, String json) {
        return Protocol.Publication.newBuilder()
                .setOffset(offset)
                .setData(ByteString.copyFromUtf8(json))
                .build();
    }

    @Test
    void writesAPushOfKnownBytes() {
        Frame push = PROTOBUF.push(publication(9, "{\"a\":1}"));

        String pub = "30" + "09" + "22" + "07" + "7b2261223a317d";
        String body = "12" + "06" + "23616c696365" + "22" + "0b" + pub;
        assertThat(HexFormat.of().formatHex(push.toByteArray())).isEqualTo("17" + "22" + "15" + body);
    }

    @Test
    void writesAPingAndAnErrorOfKnownBytes() {
        assertThat(PROTOBUF.ping().toByteArray()).containsExactly(0);
        assertThat(HexFormat.of().formatHex(PROTOBUF.error(3, 109, "no", true).toByteArray()))
                .isEqualTo("0c" + "0803" + "1208" + "086d" + "12026e6f" + "1801");
    }

    @Test
    @DisplayName("a push has the payload's very bytes, of any length, and any channel and offset")
    void writesPushesThatTheSdkReads() {
        for (int length : new int[] {1, 100, 125, 126, 127, 128, 129, 16_000, 16_383, 16_384, 70_000}) {
            for (long offset : new long[] {1, 127, 128, 1L << 40, Long.MAX_VALUE}) {
                String json = "\"" + "é".repeat(length / 2) + "\"";
                Channel channel = new Channel("news", new UserId("ü" + length));

                Frame push = PROTOBUF.push(new Publication(channel, offset, Payload.json(json)));

                assertThat(push.size()).isEqualTo(push.toByteArray().length);
                assertThat(reply(push))
                        .isEqualTo(Reply.newBuilder()
                                .setPush(Protocol.Push.newBuilder()
                                        .setChannel(channel.name())
                                        .setPub(expected(offset, json)))
                                .build());
            }
        }
    }

    @Test
    void writesAPushThatNoLogRetains() {
        Protocol.Push push = reply(PROTOBUF.push(PERSONAL, Payload.json("[1]"))).getPush();

        assertThat(push.getPub().getOffset()).isZero();
        assertThat(push.getPub().getData().toStringUtf8()).isEqualTo("[1]");
    }

    @Test
    @DisplayName("tags and opaque bytes have fields of their own, in a push and in a reply with messages")
    void writesTagsAndOpaqueBytes() {
        Payload payload = Payload.opaque(new byte[] {0, -1, 10})
                .tagged(JsonFields.read("{\"kind\":\"icon\",\"é\":\"\\n\"}".getBytes(StandardCharsets.UTF_8)));
        Protocol.Publication expected = Protocol.Publication.newBuilder()
                .setOffset(7)
                .setData(ByteString.copyFrom(new byte[] {0, -1, 10}))
                .putTags("kind", "icon")
                .putTags("é", "\n")
                .build();
        Publication publication = new Publication(PERSONAL, 7, payload);

        assertThat(reply(PROTOBUF.push(publication)).getPush())
                .isEqualTo(Protocol.Push.newBuilder()
                        .setChannel(PERSONAL.name())
                        .setPub(expected)
                        .build());
        assertThat(reply(PROTOBUF.history(1, TOP, List.of(publication)))
                        .getHistory()
                        .getPublicationsList())
                .containsExactly(expected);
        assertThat(reply(PROTOBUF.push(PERSONAL, payload)).getPush().getPub())
                .isEqualTo(expected.toBuilder().clearOffset().build());
    }

    @Test
    void writesTheConnectReply() {
        Map<Channel, SubscribeReply> added = new LinkedHashMap<>();
        added.put(new Channel("a", ALICE), new SubscribeReply(TOP, false, false, List.of()));
        added.put(new Channel("b", ALICE), new SubscribeReply(new StreamPosition("e2", 0), true, false, List.of()));
        SubscribeReply reply =
                new SubscribeReply(TOP, true, true, List.of(publication(7, "{\"n\": 7}"), publication(8, "8")));

        Reply connect = reply(PROTOBUF.connect(
                1, CLIENT, 3600, 25, Optional.of(Payload.json("{\"x\":1}")), Optional.of("n"), PERSONAL, reply, added));

        assertThat(connect)
                .isEqualTo(Reply.newBuilder()
                        .setId(1)
                        .setConnect(Protocol.ConnectResult.newBuilder()
                                .setClient("c1")
                                .setVersion(FrameWriter.VERSION)
                                .setExpires(true)
                                .setTtl(3600)
                                .setPing(25)
                                .setPong(true)
                                .setData(ByteString.copyFromUtf8("{\"x\":1}"))
                                .putSubs("#alice", subscribed(true, true).build())
                                .putSubs(
                                        "a#alice",
                                        subscribed(false, false)
                                                .clearPublications()
                                                .build())
                                .putSubs(
                                        "b#alice",
                                        subscribed(true, false)
                                                .clearPublications()
                                                .setEpoch("e2")
                                                .setOffset(0)
                                                .build()))
                        .build());
    }

    private static Protocol.SubscribeResult.Builder subscribed(boolean recovering, boolean recovered) {
        return Protocol.SubscribeResult.newBuilder()
                .setRecoverable(true)
                .setPositioned(true)
                .setEpoch("e1")
                .setOffset(8)
                .setWasRecovering(recovering)
                .setRecovered(recovered)
                .addPublications(expected(7, "{\"n\": 7}"))
                .addPublications(expected(8, "8"));
    }

    @Test
    void tellsTheNodeOnlyWithoutDataOfTheApplication() {
        SubscribeReply reply = new SubscribeReply(TOP, false, false, List.of());

        assertThat(reply(PROTOBUF.connect(
                                1, CLIENT, 1, 1, Optional.empty(), Optional.of("n\"1"), PERSONAL, reply, Map.of()))
                        .getConnect()
                        .getData()
                        .toStringUtf8())
                .isEqualTo("{\"node\":\"n\\\"1\"}");
        assertThat(reply(PROTOBUF.connect(
                                1, CLIENT, 1, 1, Optional.empty(), Optional.empty(), PERSONAL, reply, Map.of()))
                        .getConnect()
                        .getData()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void writesTheReplyToASubscribe() {
        SubscribeReply reply =
                new SubscribeReply(TOP, true, true, List.of(publication(7, "{\"n\": 7}"), publication(8, "8")));

        assertThat(reply(PROTOBUF.subscribe(2, reply)))
                .isEqualTo(Reply.newBuilder()
                        .setId(2)
                        .setSubscribe(subscribed(true, true))
                        .build());
        assertThat(reply(PROTOBUF.subscribe(3)).getSubscribe().getRecoverable()).isFalse();
        assertThat(reply(PROTOBUF.subscribe(3)).hasSubscribe()).isTrue();
    }

    @Test
    void writesEmptyReplies() {
        assertThat(reply(PROTOBUF.unsubscribe(CommandReader.MAX_ID)))
                .isEqualTo(Reply.newBuilder()
                        .setId(-1)
                        .setUnsubscribe(Protocol.UnsubscribeResult.getDefaultInstance())
                        .build());
        assertThat(reply(PROTOBUF.publish(4)).hasPublish()).isTrue();
        assertThat(reply(PROTOBUF.pingReply(5)).hasPing()).isTrue();
    }

    @Test
    void writesRefreshRpcAndErrors() {
        assertThat(reply(PROTOBUF.refresh(4, CLIENT, 60)).getRefresh())
                .isEqualTo(Protocol.RefreshResult.newBuilder()
                        .setClient("c1")
                        .setVersion(FrameWriter.VERSION)
                        .setExpires(true)
                        .setTtl(60)
                        .build());
        assertThat(reply(PROTOBUF.rpc(5, Payload.json("{\"é\":[1 ]}")))
                        .getRpc()
                        .getData()
                        .toStringUtf8())
                .isEqualTo("{\"é\":[1 ]}");
        assertThat(reply(PROTOBUF.error(6, ErrorCode.TOO_MANY_REQUESTS)).getError())
                .isEqualTo(Protocol.Error.newBuilder()
                        .setCode(111)
                        .setMessage("too many requests")
                        .setTemporary(true)
                        .build());
        assertThat(reply(PROTOBUF.error(6, ErrorCode.BAD_REQUEST, "ü"))
                        .getError()
                        .getMessage())
                .isEqualTo("ü");
    }

    @Test
    void writesHistoryAndPresence() {
        assertThat(reply(PROTOBUF.history(7, TOP, List.of(publication(7, "1"), publication(8, "2"))))
                        .getHistory())
                .isEqualTo(Protocol.HistoryResult.newBuilder()
                        .setEpoch("e1")
                        .setOffset(8)
                        .addPublications(expected(7, "1"))
                        .addPublications(expected(8, "2"))
                        .build());
        Protocol.PresenceResult presence = reply(PROTOBUF.presence(8, ALICE, List.of(CLIENT, new ConnectionId("c2"))))
                .getPresence();
        assertThat(presence.getPresenceMap().keySet()).containsExactly("c1", "c2");
        assertThat(presence.getPresenceMap().get("c2"))
                .isEqualTo(Protocol.ClientInfo.newBuilder()
                        .setUser("alice")
                        .setClient("c2")
                        .build());
    }

    @Test
    void writesThePushesOfTheServerApi() {
        Protocol.Push subscribed = reply(PROTOBUF.subscribed(
                        PERSONAL,
                        new SubscribeReply(TOP, true, false, List.of()),
                        Optional.of(Payload.json("{\"why\":1}"))))
                .getPush();
        assertThat(subscribed)
                .isEqualTo(Protocol.Push.newBuilder()
                        .setChannel("#alice")
                        .setSubscribe(Protocol.Subscribe.newBuilder()
                                .setRecoverable(true)
                                .setPositioned(true)
                                .setEpoch("e1")
                                .setOffset(8)
                                .setData(ByteString.copyFromUtf8("{\"why\":1}")))
                        .build());
        assertThat(reply(PROTOBUF.unsubscribed(PERSONAL)).getPush())
                .isEqualTo(Protocol.Push.newBuilder()
                        .setChannel("#alice")
                        .setUnsubscribe(
                                Protocol.Unsubscribe.newBuilder().setCode(2000).setReason("server unsubscribe"))
                        .build());
        assertThat(reply(PROTOBUF.refreshed(60)).getPush())
                .isEqualTo(Protocol.Push.newBuilder()
                        .setRefresh(
                                Protocol.Refresh.newBuilder().setExpires(true).setTtl(60))
                        .build());
    }

    @Test
    @DisplayName("frames are joined without anything between them, and copied off the heap as they are")
    void joinsFrames() {
        Frame joined = Frame.join(List.of(PROTOBUF.push(publication(1, "1")), PROTOBUF.ping(), PROTOBUF.publish(9)));

        assertThat(replies(joined)).hasSize(3);
        assertThat(replies(joined).get(1)).isEqualTo(Reply.getDefaultInstance());
        ByteBuffer part = ByteBuffer.allocate(joined.size() - 2);
        joined.putTo(part, 2);
        assertThat(part.array()).isEqualTo(java.util.Arrays.copyOfRange(joined.toByteArray(), 2, joined.size()));
        Frame push = PROTOBUF.push(publication(1, "\"x\""));
        ByteBuffer whole = ByteBuffer.allocate(push.size());
        push.putTo(whole);
        assertThat(whole.array()).isEqualTo(push.toByteArray());
        ByteBuffer rest = ByteBuffer.allocate(2);
        push.putTo(rest, push.size() - 2);
        assertThat(new String(rest.array(), UTF_8)).isEqualTo("x\"");
    }

    @Test
    void hasNoText() {
        assertThatThrownBy(() -> PROTOBUF.ping().text()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void growsBeyondTheExpectedSize() throws InvalidProtocolBufferException {
        String message = "x".repeat(4_000);
        Reply error = reply(PROTOBUF.error(1, 4_000, message, false));

        assertThat(error.getError().getMessage()).isEqualTo(message);
        assertThat(Reply.parseFrom(error.toByteArray()).getId()).isEqualTo(1);
    }
}
