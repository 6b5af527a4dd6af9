package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.LoopbackPorts;
import dev.cordon.client.BatchResult;
import dev.cordon.client.CordonClient;
import dev.cordon.client.CordonClientBuilder;
import dev.cordon.client.GroupBroadcast;
import dev.cordon.client.GroupBroadcastResult;
import dev.cordon.client.GroupChange;
import dev.cordon.client.GroupMembers;
import dev.cordon.client.GroupRemoveAll;
import dev.cordon.client.Groups;
import dev.cordon.client.History;
import dev.cordon.client.HistoryResult;
import dev.cordon.client.PresenceResult;
import dev.cordon.client.Publish;
import dev.cordon.client.PublishResult;
import dev.cordon.client.RejectedException;
import dev.cordon.client.SubscribeResult;
import dev.cordon.jdbc.ServerUnderTest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client and a real server, which is killed and started again meanwhile. */
class ClientIT {
    private static final int CHANNELS = 8;
    /** Fewer than a channel keeps, times the channels. */
    private static final int MESSAGES = 1_600;

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static CordonClientBuilder to(URI base) {
        return CordonClient.builder().nodes(base).apiKey(Cordon.apiKey());
    }

    private static void carriesOutEachCommand(MicroServer server) throws Exception {
        try (CordonClient client = to(server.base()).build();
                RawSocket bob =
                        RawSocket.connected(new Cordon(server.base()), new Cordon(server.base()).token("bob"))) {
            PublishResult first = client.publish("#bob", "{\"text\":\"hello ü\"}");

            assertThat(first.offset()).isEqualTo(1);
            assertThat(first.connections()).isEqualTo(1);
            assertThat(bob.next()).contains("{\"text\":\"hello ü\"}");
            assertThat(client.broadcast(List.of("#bob", "nobody"), "2").replies())
                    .satisfiesExactly(
                            stored -> assertThat(stored.result().offset()).isEqualTo(2),
                            rejected -> assertThat(
                                            rejected.error().orElseThrow().code())
                                    .isEqualTo(107));
            PresenceResult presence = client.presence("#bob");
            assertThat(presence.connections())
                    .singleElement()
                    .satisfies(connection -> assertThat(connection.user()).isEqualTo("bob"));
            assertThat(bob.next()).contains("\"data\":2}");
            assertThat(client.subscribe("bob", "orders#bob")).isEqualTo(new SubscribeResult(1, 0));
            assertThat(bob.next()).contains("\"subscribe\":");
            assertThat(client.publishLive("orders#bob", "{\"typing\":true}").connections())
                    .isEqualTo(1);
            assertThat(bob.next()).contains("\"pub\":{\"data\":{\"typing\":true}}");
            Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(600);
            assertThat(client.refresh("bob", end).refreshed()).isEqualTo(1);
            assertThat(bob.next()).contains("\"refresh\":");
            assertThat(client.connections("bob").connections()).singleElement().satisfies(connection -> {
                assertThat(connection.end()).isEqualTo(end);
                assertThat(connection.channels()).containsExactlyInAnyOrder("#bob", "orders#bob");
            });
            assertThat(client.unsubscribe("bob", "orders#bob").unsubscribed()).isEqualTo(1);
            BatchResult batch = client.batch(List.of(new Publish("#bob", "3"), new History("#bob", 1)));
            assertThat(batch.complete()).isTrue();
            HistoryResult history = client.history("#bob", History.ALL);
            assertThat(history.publications())
                    .extracting(HistoryResult.Publication::data)
                    .containsExactly("{\"text\":\"hello ü\"}", "2", "3");
            assertThat(history.top().epoch()).isEqualTo(first.epoch());
            assertThat(client.info().nodes())
                    .singleElement()
                    .satisfies(node -> assertThat(node.state()).isEqualTo("ready"));
            assertThatThrownBy(() -> client.publish("nobody", "1")).isInstanceOf(RejectedException.class);
            carriesOutEachCommandOfGroups(client, bob);
            assertThat(client.disconnect("bob").disconnected()).isEqualTo(1);
        }
    }

    private static void carriesOutEachCommandOfGroups(CordonClient client, RawSocket bob) throws Exception {
        String before = bob.next();
        while (!before.contains("\"data\":3}")) {
            before = bob.next();
        }
        assertThat(client.groupAdd("room", List.of("ann", "bob", "carl"))).isEqualTo(new GroupChange(3, 3));
        GroupBroadcastResult reached = client.groupBroadcast("room", "{\"to\":\"all\"}");
        assertThat(reached).isEqualTo(new GroupBroadcastResult(3, 3, 1, 0, List.of()));
        assertThat(bob.next()).contains("{\"to\":\"all\"}");
        Map<String, String> tags = Map.of("kind", "note");
        PublishResult tagged = client.call(new Publish("#bob", "5").withTags(tags));
        assertThat(bob.next()).contains("\"data\":5,\"tags\":{\"kind\":\"note\"}");
        assertThat(client.history("#bob", History.ALL).publications())
                .last()
                .isEqualTo(new HistoryResult.Publication(tagged.offset(), "5", tags));
        BatchResult batch = client.batch(List.of(
                new GroupBroadcast("room", "news", "4", Optional.of("order-4")),
                new GroupBroadcast("room", "news", "4", Optional.of("order-4")),
                new History("news#ann", History.ALL)));
        assertThat(((HistoryResult) batch.replies().get(2).result()).publications())
                .hasSize(1);
        assertThat(client.groupRemove("room", List.of("bob"))).isEqualTo(new GroupChange(1, 2));
        assertThat(client.groupMembers("room").users()).containsExactly("ann", "carl");
        assertThat(client.call(new Groups()).groups()).containsExactly("room");
        assertThat(client.call(new GroupRemoveAll("room"))).isEqualTo(new GroupChange(2, 0));
        assertThatThrownBy(() -> client.groupBroadcast("room", "5"))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(GroupMembers.UNKNOWN));
    }

    @Test
    void eachMessageIsInADatabaseOnceAndInOrderThoughTheNodeIsKilled(@TempDir Path folder) throws Exception {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"))) {
            Map<String, String> settings = new HashMap<>(Cordon.production());
            settings.put("CORDON_LOG", "jdbc");
            settings.put("CORDON_JDBC_URL", database.url());
            settings.put("CORDON_JDBC_USER", "postgres");

            Map<String, List<String>> kept = keptOf(settings, server -> {});

            for (int channel = 0; channel < CHANNELS; channel++) {
                assertThat(kept.get("#user" + channel)).isEqualTo(publishedTo(channel));
            }
        }
    }

    @Test
    void noMessageIsInMemoryTwiceThoughTheNodeIsKilledAndTheNextCarriesOutEachCommand() throws Exception {
        Map<String, List<String>> kept = keptOf(Cordon.production(), ClientIT::carriesOutEachCommand);

        for (int channel = 0; channel < CHANNELS; channel++) {
            List<String> messages = kept.getOrDefault("#user" + channel, List.of());
            List<String> published = publishedTo(channel);
            // What was before the kill has gone with the log; the rest is there, in order and once.
            assertThat(messages).isEqualTo(published.subList(published.size() - messages.size(), published.size()));
            assertThat(new HashSet<>(messages)).hasSameSizeAs(messages);
        }
    }

    private static List<String> publishedTo(int channel) {
        return IntStream.range(0, MESSAGES)
                .filter(i -> i % CHANNELS == channel)
                .mapToObj(Integer::toString)
                .toList();
    }

    /** What the second server is used for behind all messages. */
    @FunctionalInterface
    private interface Use {
        void of(MicroServer server) throws Exception;
    }

    /** Publishes all messages while the server is killed and started again. Returns what the log has then. */
    private static Map<String, List<String>> keptOf(Map<String, String> settings, Use afterwards) throws Exception {
        int port = LoopbackPorts.free();
        List<CompletableFuture<PublishResult>> results = new ArrayList<>();
        Map<String, List<String>> kept = new HashMap<>();
        try (MicroServer killed =
                        MicroServer.start(port, settings, List.of(), "-Xmx512m").ready();
                CordonClient client = to(killed.base()).deadline(PATIENCE).build()) {
            publish(client, results, 0, MESSAGES / 2);
            results.get(MESSAGES / 4).join();
            killed.kill();
            publish(client, results, MESSAGES / 2, MESSAGES);
            try (MicroServer next =
                    MicroServer.start(port, settings, List.of(), "-Xmx512m").ready()) {
                results.forEach(CompletableFuture::join);
                assertThat(next.status("health/ready")).isEqualTo(200);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    kept.put(
                            "#user" + channel,
                            client.history("#user" + channel, History.ALL).publications().stream()
                                    .map(HistoryResult.Publication::data)
                                    .toList());
                }
                afterwards.of(next);
            }
        }
        return kept;
    }

    private static void publish(CordonClient client, List<CompletableFuture<PublishResult>> results, int from, int to) {
        for (int i = from; i < to; i++) {
            results.add(client.publishAsync("#user" + i % CHANNELS, Integer.toString(i)));
        }
    }
}
