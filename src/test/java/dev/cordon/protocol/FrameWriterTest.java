package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrameWriterTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final ConnectionId CLIENT = new ConnectionId("c1");
    private static final StreamPosition TOP = new StreamPosition("e1", 8);

    @Test
    void pingsWithAnEmptyObject() {
        assertThat(FrameWriter.PING.text()).isEqualTo("{}");
    }

    @Test
    void pushesAPublication() {
        assertThat(FrameWriter.push(publication(9, "{\"a\": 1}")).text())
                .isEqualTo("{\"push\":{\"channel\":\"#alice\",\"pub\":{\"offset\":9,\"data\":{\"a\": 1}}}}");
    }

    @Test
    @DisplayName("F20 the connect reply has the position, whether all was recovered, and the missed publications")
    void answersAConnectThatRecovers() {
        SubscribeReply reply =
                new SubscribeReply(TOP, true, true, List.of(publication(7, "{}"), publication(8, "null")));

        assertThat(FrameWriter.connect(1, CLIENT, 3600, 25, Optional.empty(), Optional.empty(), ALICE, reply, Map.of())
                        .text())
                .isEqualTo(
                        "{\"id\":1,\"connect\":{\"client\":\"c1\",\"version\":\"cordon 1.0.0\",\"ping\":25,\"pong\":true,"
                                + "\"expires\":true,\"ttl\":3600,\"subs\":{\"#alice\":{\"recoverable\":true,\"positioned\":true,"
                                + "\"epoch\":\"e1\",\"offset\":8,\"was_recovering\":true,\"recovered\":true,"
                                + "\"publications\":[{\"offset\":7,\"data\":{}},{\"offset\":8,\"data\":null}]}}}}");
    }

    @Test
    void answersAConnectThatDoesNotRecover() {
        SubscribeReply reply = new SubscribeReply(TOP, false, false, List.of());

        assertThat(FrameWriter.connect(1, CLIENT, 60, 25, Optional.empty(), Optional.empty(), ALICE, reply, Map.of())
                        .text())
                .isEqualTo(
                        "{\"id\":1,\"connect\":{\"client\":\"c1\",\"version\":\"cordon 1.0.0\",\"ping\":25,\"pong\":true,"
                                + "\"expires\":true,\"ttl\":60,\"subs\":{\"#alice\":{\"recoverable\":true,\"positioned\":true,"
                                + "\"epoch\":\"e1\",\"offset\":8}}}}");
    }

    @Test
    @DisplayName("F20 a subscribe reply says that not all was recovered")
    void answersASubscribeThatCannotRecover() {
        assertThat(FrameWriter.subscribe(2, new SubscribeReply(TOP, true, false, List.of()))
                        .text())
                .isEqualTo("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e1\","
                        + "\"offset\":8,\"was_recovering\":true,\"recovered\":false}}");
    }

    @Test
    void answersTheOtherCommands() {
        assertThat(FrameWriter.unsubscribe(3).text()).isEqualTo("{\"id\":3,\"unsubscribe\":{}}");
        assertThat(FrameWriter.publish(9).text()).isEqualTo("{\"id\":9,\"publish\":{}}");
        assertThat(FrameWriter.pingReply(4).text()).isEqualTo("{\"id\":4,\"ping\":{}}");
        assertThat(FrameWriter.refresh(4, CLIENT, 3600).text())
                .isEqualTo("{\"id\":4,\"refresh\":{\"client\":\"c1\",\"version\":\"cordon 1.0.0\",\"expires\":true,"
                        + "\"ttl\":3600}}");
        assertThat(FrameWriter.rpc(5, Payload.json("[1 ]")).text()).isEqualTo("{\"id\":5,\"rpc\":{\"data\":[1 ]}}");
    }

    @Test
    void answersHistory() {
        assertThat(FrameWriter.history(7, TOP, List.of(publication(8, "1"))).text())
                .isEqualTo("{\"id\":7,\"history\":{\"publications\":[{\"offset\":8,\"data\":1}],\"epoch\":\"e1\","
                        + "\"offset\":8}}");
        assertThat(FrameWriter.history(7, TOP, List.of()).text())
                .isEqualTo("{\"id\":7,\"history\":{\"publications\":[],\"epoch\":\"e1\",\"offset\":8}}");
    }

    @Test
    void answersPresence() {
        UserId alice = new UserId("alice");

        assertThat(FrameWriter.presence(8, alice, List.of()).text())
                .isEqualTo("{\"id\":8,\"presence\":{\"presence\":{}}}");
        assertThat(FrameWriter.presence(8, alice, List.of(CLIENT, new ConnectionId("c2")))
                        .text())
                .isEqualTo("{\"id\":8,\"presence\":{\"presence\":{\"c1\":{\"client\":\"c1\",\"user\":\"alice\"},"
                        + "\"c2\":{\"client\":\"c2\",\"user\":\"alice\"}}}}");
    }

    @Test
    void writesTheLargestNumbers() {
        assertThat(FrameWriter.publish(CommandReader.MAX_ID).text()).isEqualTo("{\"id\":4294967295,\"publish\":{}}");
        assertThat(FrameWriter.push(publication(Long.MAX_VALUE, "0")).text()).contains(":9223372036854775807,");
    }

    @Property
    @Label("F23 a push carries the payload's bytes as they are, whatever the channel is called")
    void pushesAnyPayloadToAnyUser(
            @ForAll("users") String user, @ForAll("payloads") String json, @ForAll @LongRange(min = 1) long offset) {
        Publication publication = new Publication(Channel.parse("t#" + user), offset, Payload.json(json));

        String text = FrameWriter.push(publication).text();

        assertThat(text).endsWith(",\"data\":" + json + "}}}").doesNotContain("\n", "\r");
        assertThat(Json.parse(text))
                .isEqualTo(Map.of(
                        "push",
                        Map.of("channel", "t#" + user, "pub", Map.of("offset", offset, "data", Json.parse(json)))));
    }

    @Property
    void escapesAnyMessageOfAnError(@ForAll("texts") String message) {
        String text = FrameWriter.error(1, ErrorCode.BAD_REQUEST, message).text();

        assertThat(text).doesNotContain("\n", "\r");
        assertThat(Json.parse(text))
                .isEqualTo(Map.of("id", 1L, "error", Map.of("code", 107L, "message", message, "temporary", false)));
    }

    @Property
    void namesAnyUserInEveryReply(@ForAll("users") String user, @ForAll("users") String epoch) {
        Channel channel = Channel.parse("#" + user);
        StreamPosition top = new StreamPosition(epoch, 3);
        Map<String, Object> subscription =
                Map.of("recoverable", true, "positioned", true, "epoch", epoch, "offset", 3L);
        SubscribeReply reply = new SubscribeReply(top, false, false, List.of());

        assertThat(Json.parse(FrameWriter.subscribe(1, reply).text()))
                .isEqualTo(Map.of("id", 1L, "subscribe", subscription));
        assertThat(Json.parse(FrameWriter.connect(
                                1, CLIENT, 9, 25, Optional.empty(), Optional.empty(), channel, reply, Map.of())
                        .text()))
                .extracting("connect")
                .extracting("subs")
                .isEqualTo(Map.of("#" + user, subscription));
        assertThat(Json.parse(FrameWriter.presence(1, channel.owner(), List.of(new ConnectionId(epoch)))
                        .text()))
                .isEqualTo(Map.of(
                        "id",
                        1L,
                        "presence",
                        Map.of("presence", Map.of(epoch, Map.of("client", epoch, "user", user)))));
        assertThat(Json.parse(FrameWriter.history(1, top, List.of()).text()))
                .isEqualTo(
                        Map.of("id", 1L, "history", Map.of("publications", List.of(), "epoch", epoch, "offset", 3L)));
    }

    @Test
    void neverWritesHalfASurrogatePair() {
        assertThat(FrameWriter.error(1, ErrorCode.INTERNAL, "a\uD83Db").text()).contains("\"a?b\"");
    }

    /** A text that was given its exact size hands out its own array. */
    @Property
    void predictsTheSizeOfAPush(
            @ForAll("names") String name, @ForAll @LongRange(min = 1, max = Long.MAX_VALUE) long offset) {
        Publication publication = new Publication(
                new Channel("t:1", new UserId("u" + name.replaceAll("\\p{Cc}", ""))),
                offset,
                Payload.json("{\"é\":1}"));

        Frame push = FrameWriter.push(publication);

        assertThat(FrameWriter.pushHeadSize(publication) + publication.payload().size() + 3)
                .isEqualTo(push.size());
        assertThat(push.text()).contains("\"offset\":" + offset + ",").startsWith("{\"push\":{\"channel\":\"t:1#u");
    }

    @Provide
    Arbitrary<String> names() {
        return Json.anyText();
    }

    @Provide
    Arbitrary<String> payloads() {
        return Json.anyValue();
    }

    @Provide
    Arbitrary<String> users() {
        return Arbitraries.strings()
                .withChars("ab\"\\/<>{}[]:,#' é€\u2028\uFFFD")
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\0', 'ÿ').ofMaxLength(300),
                Arbitraries.strings()
                        .withChars("\"\\\n\r\t\0\u001f\u007f\u2028é€")
                        .ofMaxLength(40));
    }

    private static Publication publication(long offset, String json) {
        return new Publication(ALICE, offset, Payload.json(json));
    }
}
