package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.json.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CordonClientTest {
    @Test
    void carriesOutEachCommand() throws IOException {
        try (FakeNode node = FakeNode.first();
                CordonClient client = node.client().build()) {
            assertThat(client.publish("#bob", "{\"text\":\"ü \\\"1\\\"\"}")).isEqualTo(new PublishResult(1, "e1", 1));
            BroadcastResult broadcast = client.broadcast(List.of("#bob", "nobody"), "2");
            assertThat(broadcast.complete()).isFalse();
            assertThat(broadcast.replies().get(0).result().offset()).isEqualTo(2);
            assertThat(broadcast.replies().get(1).error().orElseThrow().code()).isEqualTo(107);
            assertThat(client.history("#bob", History.ALL))
                    .isEqualTo(new HistoryResult(
                            List.of(
                                    new HistoryResult.Publication(1, "{\"text\":\"ü \\\"1\\\"\"}"),
                                    new HistoryResult.Publication(2, "2")),
                            "e1",
                            2));
            assertThat(client.presence("#bob").connections())
                    .containsExactly(new PresenceResult.Present("c1", "bob", "s1", "n1"));
            assertThat(client.publishLive("#bob", "{\"typing\":true}").connections())
                    .isEqualTo(3);
            assertThat(client.connections("bob").connections())
                    .containsExactly(new ConnectionsResult.Connected(
                            "c1", "bob", "s1", "n1", Instant.ofEpochSecond(60), List.of("#bob", "orders#bob")));
            assertThat(client.subscribe("bob", "orders#bob")).isEqualTo(new SubscribeResult(2, 1));
            assertThat(client.unsubscribe("bob", "orders#bob").unsubscribed()).isEqualTo(2);
            assertThat(client.refresh("bob", Instant.ofEpochSecond(90)).refreshed())
                    .isEqualTo(2);
            assertThat(client.disconnect("bob").disconnected()).isEqualTo(1);
            assertThat(client.info().nodes())
                    .containsExactly(new InfoResult.NodeState("n1", "cordon 1.0.0", "ready", 7, 1, 2));
            BatchResult batch = client.batch(List.of(new Publish("#bob", "3"), new Presence("#bob"), new Info()));
            assertThat(batch.complete()).isTrue();
            assertThat(batch.replies().get(0).result()).isEqualTo(new PublishResult(3, "e1", 1));
        }
    }

    @Test
    @DisplayName("tags go with a message: names and texts, escaped, and nothing else")
    void writesTags() {
        CommandWriter writer = new CommandWriter();
        Map<String, String> tags = Map.of("kind", "a \"note\"");
        Publish publish = new Publish("#bob", "1").withKey("k").withTags(tags);

        assertThat(text(writer, publish))
                .isEqualTo(
                        "{\"channel\":\"#bob\",\"data\":1,\"tags\":{\"kind\":\"a \\\"note\\\"\"},\"idempotency_key\":\"k\"}");
        assertThat(text(writer, new Broadcast(List.of("#bob"), "1", Optional.of("k")).withTags(tags)))
                .isEqualTo(
                        "{\"channels\":[\"#bob\"],\"data\":1,\"tags\":{\"kind\":\"a \\\"note\\\"\"},\"idempotency_key\":\"k\"}");
        assertThat(text(writer, new GroupBroadcast("room", "", "1", Optional.of("k")).withTags(tags)))
                .isEqualTo(
                        "{\"group\":\"room\",\"topic\":\"\",\"data\":1,\"tags\":{\"kind\":\"a \\\"note\\\"\"},\"idempotency_key\":\"k\"}");
        assertThat(publish.withKey("other").tags()).isEqualTo(tags);
        assertThatThrownBy(() -> text(writer, publish.withTags(Map.of("kind", "\ud800"))))
                .hasMessageContaining("half a surrogate pair");
        assertThatThrownBy(() -> text(writer, publish.withTags(Map.of("\ud800", "note"))))
                .hasMessageContaining("half a surrogate pair");
    }

    @Test
    void readsTags() {
        HistoryResult result = ResultReader.result(
                new History("#bob", History.ALL),
                JsonFields.read(
                        ("{\"publications\":[{\"offset\":1,\"data\":1,\"tags\":{\"kind\":\"a \\\"note\\\"\",\"é\":\"\"}},"
                                        + "{\"offset\":2,\"data\":2}],\"epoch\":\"e1\",\"offset\":2}")
                                .getBytes(StandardCharsets.UTF_8)));

        assertThat(result.publications())
                .containsExactly(
                        new HistoryResult.Publication(1, "1", Map.of("kind", "a \"note\"", "é", "")),
                        new HistoryResult.Publication(2, "2"));
    }

    @Test
    void writesTheFieldsOfCommandsForConnections() {
        CommandWriter writer = new CommandWriter();
        Optional<String> none = Optional.empty();

        assertThat(text(writer, new Subscribe("bob", "a#bob"))).isEqualTo("{\"user\":\"bob\",\"channel\":\"a#bob\"}");
        assertThat(text(
                        writer,
                        new Subscribe(
                                "bob",
                                "a#bob",
                                Optional.of("s"),
                                Optional.of("c"),
                                Optional.of("{\"x\":1}"),
                                Optional.of(new Position("e1", 2)))))
                .isEqualTo(
                        "{\"user\":\"bob\",\"session\":\"s\",\"client\":\"c\",\"channel\":\"a#bob\",\"data\":{\"x\":1},"
                                + "\"recover_since\":{\"epoch\":\"e1\",\"offset\":2}}");
        assertThat(text(writer, new Unsubscribe("bob", "a#bob", Optional.of("s"), none)))
                .isEqualTo("{\"user\":\"bob\",\"session\":\"s\",\"channel\":\"a#bob\"}");
        assertThat(text(writer, new Refresh("bob", Instant.ofEpochSecond(60))))
                .isEqualTo("{\"user\":\"bob\",\"expire_at\":60}");
        assertThat(text(writer, new Refresh("bob", none, Optional.of("c"), Optional.empty())))
                .isEqualTo("{\"user\":\"bob\",\"client\":\"c\",\"expired\":true}");
        assertThat(text(writer, new LivePublish("#bob", "1")))
                .isEqualTo("{\"channel\":\"#bob\",\"data\":1,\"skip_history\":true}");
        assertThat(text(writer, new Connections("bob"))).isEqualTo("{\"user\":\"bob\"}");
    }

    private static String text(CommandWriter writer, Command<?> command) {
        return new String(writer.write(command).body(), StandardCharsets.UTF_8);
    }

    @Test
    void onlyWhatAnotherTimeWouldDoNothingMoreIsRepeatable() {
        Optional<String> none = Optional.empty();

        assertThat(List.of(
                        new Subscribe("bob", "#bob"),
                        new Unsubscribe("bob", "#bob"),
                        new Connections("bob"),
                        new Refresh("bob", Instant.EPOCH)))
                .allMatch(Command::repeatable);
        assertThat(new Refresh("bob", none, none, Optional.empty()).repeatable())
                .isFalse();
        assertThat(new LivePublish("#bob", "1").repeatable()).isFalse();
    }

    @Test
    void keepsItsConnectionAndSendsItsKey() throws IOException {
        try (FakeNode node = FakeNode.first();
                CordonClient client = CordonClient.builder()
                        .nodes(node.address() + "/")
                        .apiKey("key")
                        .build()) {
            client.publish("#bob", "1");

            assertThat(node.heads().get(0))
                    .startsWith("POST /api/publish HTTP/1.1\r\n")
                    .contains("\r\nHost: 127.0.0.1:" + node.port() + "\r\n", "\r\nX-API-Key: key\r\n");
        }
    }

    @Test
    void publishesThatWaitLeaveTogether() throws IOException {
        try (FakeNode node = FakeNode.first();
                CordonClient client = node.client().connections(1).build()) {
            List<CompletableFuture<PublishResult>> results = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                results.add(client.publishAsync("#bob", Integer.toString(i)));
            }

            for (int i = 0; i < 5_000; i++) {
                assertThat(results.get(i).join().offset()).isEqualTo(i + 1);
            }
            assertThat(node.methods().size()).isLessThan(2_500);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}}",
                "1,\"channel\":\"#eve\"",
                "1,\"x\":2",
                "1},{\"channel\":\"#eve\",\"data\":2",
                "1,\"idempotency_key\":\"k\"},\"x\":{\"y\":1",
                "{\"a\":1,\"a\":2}",
                "nul",
                "\"\ud800\""
            })
    void dataIsOneJsonValueAndAddsNothingToTheRequest(String data) throws IOException {
        try (FakeNode node = FakeNode.first();
                CordonClient client = node.client().build()) {
            assertThatThrownBy(() -> client.publishAsync("#bob", data)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.broadcastAsync(List.of("#bob"), data))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.publishLiveAsync("#bob", data))
                    .isInstanceOf(IllegalArgumentException.class);
            Optional<String> none = Optional.empty();
            assertThatThrownBy(() ->
                            client.send(new Subscribe("bob", "#bob", none, none, Optional.of(data), Optional.empty())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.batchAsync(List.of(new Publish("#bob", data))))
                    .isInstanceOf(IllegalArgumentException.class);
            Awaitility.await().until(() -> client.pending() == 0);
        }
    }

    @Test
    void aNameThatUtf8CannotEncodeIsNotTakenForAnother() throws IOException {
        try (FakeNode node = FakeNode.first();
                CordonClient client = node.client().build()) {
            assertThatThrownBy(() -> client.publish("#bob\ud800", "1")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.disconnect("bob\ud800")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rejectsCommandsThatANodeWouldReject() {
        assertThatThrownBy(() -> new Broadcast(List.of(), "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Batch(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Batch(List.of(new Batch(List.of(new Info())))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Publish("#bob", "1").withKey("k".repeat(129)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new History("#bob", -2)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h", "h:80", "http://user@h", "http://h?x=1", "http://h#x", "http:///path", "/path"})
    void rejectsWhatIsNoAddressOfANode(String address) {
        CordonClientBuilder builder = CordonClient.builder().apiKey("key");

        assertThatThrownBy(() -> builder.nodes(address).build()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsAKeyThatWouldEndItsField() {
        for (String key : new String[] {"", "a b", "a\r\nX: y", "é"}) {
            CordonClientBuilder builder = CordonClient.builder();
            assertThatThrownBy(() -> builder.apiKey(key)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void ownKeysHoldAcrossCalls() throws IOException {
        try (FakeNode node = FakeNode.first();
                CordonClient client = node.client().build()) {
            Publish order = new Publish("#bob", "1").withKey("order-1");

            assertThat(client.call(order)).isEqualTo(client.call(order));
            assertThat(node.log().of("#bob")).containsExactly("1");
        }
    }

    @Test
    void textsAndLogShowNeitherKeyNorUsersNorData() throws IOException {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage()
                        + List.of(line.getParameters() == null ? new Object[0] : line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger("dev.cordon.client");
        log.addHandler(handler);
        try (FakeNode node =
                FakeNode.first(FakeNode.STORE_AND_CLOSE, FakeNode.status(503, 0), FakeNode.HALF_AN_ANSWER)) {
            CordonClientBuilder builder = node.client();
            try (CordonClient client = builder.build()) {
                Publish publish = new Publish("#secret-user", "\"secret-data\"");
                lines.add(client + " " + builder + " " + publish + " " + client.send(publish) + " "
                        + new Node(java.net.URI.create(node.address()), "a-key-of-the-tests"));
                client.call(publish);
                lines.add(client.history("#secret-user", History.ALL).toString());
                lines.add(new Broadcast(List.of("#secret-user"), "\"secret-data\"") + " " + new Presence("#secret-user")
                        + new History("#secret-user", 1) + new Disconnect("secret-user")
                        + new Subscribe("secret-user", "#secret-user") + new Unsubscribe("secret-user", "#secret-user")
                        + new Refresh("secret-user", Instant.EPOCH) + new Connections("secret-user")
                        + new LivePublish("#secret-user", "\"secret-data\"")
                        + new Batch(List.of(publish)));
            }
        } finally {
            log.removeHandler(handler);
        }

        assertThat(lines).hasSizeGreaterThan(4);
        assertThat(lines).noneMatch(line -> line.contains("secret") || line.contains("a-key-of-the-tests"));
        assertThat(lines).anyMatch(line -> line.contains("fails"));
    }

    @Test
    void aReplyWithoutAResultThrowsItsError() {
        Reply<PublishResult> failed =
                Reply.failed(new RejectedException(new Rejection(107, "no owner", false, false), false, null));

        assertThat(failed.succeeded()).isFalse();
        assertThat(failed.error().orElseThrow().idempotencyKey()).isEmpty();
        assertThatThrownBy(failed::result).isInstanceOf(RejectedException.class);
    }
}
