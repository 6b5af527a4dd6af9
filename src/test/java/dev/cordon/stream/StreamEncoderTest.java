package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.SubscribeReply;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamEncoderTest {
    private static final Channel ANN = Channel.personal(new UserId("ann \"é\";:"));
    private static final String NAME = "\"#ann \\\"é\\\";:\"";
    private static final String ENCODED = "%23ann+%22%C3%A9%22%3B%3A";

    private final StreamEncoder events = new StreamEncoder(StreamKind.UNI_SSE, "", Optional.empty());
    private final StreamEncoder lines = new StreamEncoder(StreamKind.UNI_HTTP_STREAM, "", Optional.empty());

    private static Publication publication(Channel channel, long offset, String json) {
        return new Publication(channel, offset, Payload.json(json));
    }

    private static Frame welcome(long top, List<Publication> missed, Map<Channel, SubscribeReply> added) {
        return FrameWriter.connect(
                1,
                ConnectionId.random(),
                60,
                25,
                Optional.of(Payload.json("{\"pong\":true, \"subs\":{\"x\":[1]}}")),
                Optional.empty(),
                ANN,
                new SubscribeReply(new StreamPosition("e1", top), true, true, missed),
                added);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aConnectBecomesAPushAndWhatWasMissedFollowsIt() {
        String deep = "[".repeat(30) + "\"}]{[\\\"\"" + "]".repeat(30);

        List<String> written = text(lines.encode(welcome(
                        7, List.of(publication(ANN, 6, deep), publication(ANN, 7, "{\"epoch\": \"no\"}")), Map.of())))
                .lines()
                .toList();

        assertThat(written).hasSize(3);
        assertThat(written.get(0))
                .startsWith("{\"connect\":{\"client\":")
                .contains(",\"expires\":true,\"ttl\":60,\"data\":{\"pong\":true, \"subs\":{\"x\":[1]}},\"subs\":{")
                .endsWith(
                        "\"subs\":{" + NAME
                                + ":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e1\",\"offset\":7,\"was_recovering\":true,\"recovered\":true}}}}")
                .doesNotContain("\"pong\":true,\"expires\"");
        assertThat(written.get(1)).isEqualTo("{\"channel\":" + NAME + ",\"pub\":{\"offset\":6,\"data\":" + deep + "}}");
        assertThat(written.get(2))
                .isEqualTo("{\"channel\":" + NAME + ",\"pub\":{\"offset\":7,\"data\":{\"epoch\": \"no\"}}}");
    }

    @Test
    @DisplayName(
            "the id of each event says how far the client has come, and the connect's comes before what was missed")
    void idsArePositions() {
        String connect = text(events.encode(welcome(7, List.of(publication(ANN, 7, "1")), Map.of())));
        String live = text(events.encode(FrameWriter.push(publication(ANN, 8, "2"))));

        assertThat(connect)
                .startsWith("id: " + ENCODED + ":e1:6\ndata: {\"connect\":")
                .endsWith("\n\nid: " + ENCODED + ":e1:7\ndata: {\"channel\":" + NAME
                        + ",\"pub\":{\"offset\":7,\"data\":1}}\n\n");
        assertThat(live)
                .isEqualTo("id: " + ENCODED + ":e1:8\ndata: {\"channel\":" + NAME
                        + ",\"pub\":{\"offset\":8,\"data\":2}}\n\n");
        assertThat(EventId.read(ENCODED + ":e1:8")).containsExactly(Map.entry(ANN.name(), new StreamPosition("e1", 8)));
    }

    @Test
    @DisplayName("an id has the positions of all channels, those that the application added too")
    void idsHaveAllChannels() {
        Channel topic = Channel.parse("orders#ann");
        Map<Channel, SubscribeReply> added = new LinkedHashMap<>();
        added.put(topic, new SubscribeReply(new StreamPosition("e2", 3), false, false, List.of()));
        events.encode(welcome(7, List.of(), added));

        String live = text(events.encode(FrameWriter.push(publication(topic, 4, "2"))));

        assertThat(live).startsWith("id: " + ENCODED + ":e1:7;orders%23ann:e2:4\n");
        assertThat(EventId.read(live.substring(4, live.indexOf('\n')))).hasSize(2);
    }

    @Test
    @DisplayName("a subscription by the back end adds its position to the ids, and its end takes it away")
    void idsFollowTheBackEndsSubscriptions() {
        Channel topic = Channel.parse("orders#ann");
        events.encode(welcome(7, List.of(), Map.of()));

        String begins = text(events.encode(FrameWriter.subscribed(
                topic,
                new SubscribeReply(new StreamPosition("e2", 3), false, false, List.of()),
                Optional.of(Payload.json("{\"offset\":99}")))));
        String live = text(events.encode(FrameWriter.push(publication(topic, 4, "2"))));
        String ends = text(events.encode(FrameWriter.unsubscribed(topic)));
        String refreshed = text(events.encode(FrameWriter.refreshed(60)));

        assertThat(begins)
                .startsWith("id: " + ENCODED
                        + ":e1:7;orders%23ann:e2:3\ndata: {\"channel\":\"orders#ann\",\"subscribe\":{");
        assertThat(live).startsWith("id: " + ENCODED + ":e1:7;orders%23ann:e2:4\n");
        assertThat(ends).startsWith("id: " + ENCODED + ":e1:7\ndata: {\"channel\":\"orders#ann\",\"unsubscribe\":{");
        assertThat(refreshed).isEqualTo("data: {\"refresh\":{\"expires\":true,\"ttl\":60}}\n\n");
    }

    @Test
    void aSubscriptionByTheBackEndHasItsPositionHoweverShortTheChannelsName() {
        String begins = text(events.encode(FrameWriter.subscribed(
                Channel.parse("a#b"),
                new SubscribeReply(new StreamPosition("e2", 3), false, false, List.of()),
                Optional.empty())));

        assertThat(begins).startsWith("id: a%23b:e2:3\n");
    }

    @Test
    void joinedMessagesBecomeOneEventEach() {
        events.encode(welcome(7, List.of(), Map.of()));

        String written = text(events.encode(Frame.join(List.of(
                FrameWriter.push(publication(ANN, 8, "1")),
                FrameWriter.PING,
                FrameWriter.push(ANN, Payload.json("\"unkept\""))))));

        assertThat(List.of(written.split("\n\n", -1)).subList(0, 3))
                .containsExactly(
                        "id: " + ENCODED + ":e1:8\ndata: {\"channel\":" + NAME + ",\"pub\":{\"offset\":8,\"data\":1}}",
                        "data: {}",
                        "data: {\"channel\":" + NAME + ",\"pub\":{\"data\":\"unkept\"}}");
    }

    @Test
    void aRejectedConnectIsNoMessage() {
        Frame rejected = FrameWriter.error(1, ErrorCode.TOKEN_EXPIRED);

        assertThat(lines.refusal(rejected)).contains(new StreamEncoder.Refusal(109, "token expired", false));
        assertThat(lines.refusal(welcome(0, List.of(), Map.of()))).isEmpty();
        assertThat(lines.refusal(FrameWriter.PING)).isEmpty();
    }

    @Test
    void theLastMessageSaysWhyTheStreamEnds() {
        assertThat(text(lines.farewell(Disconnect.SHUTDOWN)))
                .isEqualTo("{\"disconnect\":{\"code\":3001,\"reason\":\"shutdown\"}}\n");
        assertThat(text(events.farewell(Disconnect.SHUTDOWN)))
                .isEqualTo("data: {\"disconnect\":{\"code\":3001,\"reason\":\"shutdown\"}}\n\n");
    }

    @Test
    void theLastMessageMayBeLong() {
        String why = "x".repeat(100);

        assertThat(text(lines.farewell(Disconnect.BAD_REQUEST.because(why)))).contains(why);
    }

    @Test
    @DisplayName("a two-way client is told its session in the reply to its connect, wherever in a frame that comes")
    void namesTheSession() {
        StreamEncoder twoWay = new StreamEncoder(StreamKind.HTTP_STREAM, "s1", Optional.of("n1"));
        Frame welcome = welcome(7, List.of(), Map.of());
        String json = text(welcome.toByteArray());
        String named = json.replace("\"connect\":{", "\"connect\":{\"session\":\"s1\",\"node\":\"n1\",");

        String written = text(twoWay.encode(Frame.join(List.of(FrameWriter.PING, welcome, FrameWriter.PING))));

        assertThat(written).isEqualTo("{}\n" + named + "\n{}\n");
    }

    @Test
    void aMessageOfAChannelWithoutAPositionHasNoId() {
        Channel topic = Channel.parse("orders#ann");
        events.encode(welcome(7, List.of(), Map.of()));

        String live = text(events.encode(FrameWriter.push(publication(topic, 4, "2"))));

        assertThat(live).isEqualTo("data: {\"channel\":\"orders#ann\",\"pub\":{\"offset\":4,\"data\":2}}\n\n");
    }

    @Test
    @DisplayName("an id may be exactly as long as the longest that is sent and read")
    void theLongestIdIsSentAndRead() {
        String channel = "x".repeat(EventId.MAX_LENGTH - ":e1:8".length());
        Map<String, StreamPosition> positions = Map.of(channel, new StreamPosition("e1", 8));

        String id = EventId.of(positions);

        assertThat(id).hasSize(EventId.MAX_LENGTH);
        assertThat(EventId.read(id)).isEqualTo(positions);
    }

    @Test
    @DisplayName("F11 an id that the server sends is one that it reads, however many channels there are")
    void idsHaveAsManyPositionsAsTheyHaveRoomFor() {
        Map<String, StreamPosition> positions = new LinkedHashMap<>();
        for (int i = 0; i < 200; i++) {
            positions.put("topic" + i + "#" + "\u00e9".repeat(20), new StreamPosition("epoch", i));
        }

        Map<String, StreamPosition> read = EventId.read(EventId.of(positions));

        assertThat(read).hasSizeBetween(20, 199).containsKey("topic0#" + "\u00e9".repeat(20));
        assertThat(positions).containsAllEntriesOf(read);
    }
}
