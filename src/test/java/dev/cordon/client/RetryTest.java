package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.client.FakeNode.Behaviour;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes that fail in the midst of a request: nothing is lost, nothing is stored twice. */
@Timeout(60)
class RetryTest {
    static final Map<String, Behaviour> FAULTS = Map.of(
            "closes at once", FakeNode.CLOSE_AT_ONCE,
            "stores and closes", FakeNode.STORE_AND_CLOSE,
            "gives half an answer", FakeNode.HALF_AN_ANSWER,
            "stores and garbles its JSON", FakeNode.STORE_AND_GARBLE,
            "stores and talks another protocol", FakeNode.STORE_AND_TALK_NONSENSE,
            "stores and says 503", FakeNode.STORE_AND_SAY_503,
            "says 503", FakeNode.status(503, -1),
            "says 429", FakeNode.status(429, 0),
            "says 502", FakeNode.text(FakeNode.http(502, "", "<html>bad gateway</html>")),
            "does not have its application yet",
                    FakeNode.text(FakeNode.http(404, "", "<html>The requested resource is not available</html>")));

    static Stream<Arguments> faults() {
        return FAULTS.entrySet().stream().map(fault -> Arguments.of(fault.getKey(), fault.getValue()));
    }

    @ParameterizedTest(name = "a node that {0}")
    @MethodSource("faults")
    void storesAMessageOnceWhateverTheNodeDoes(String name, Behaviour fault) throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.ANSWER, fault, fault);
                CordonClient client = node.client().build()) {
            client.publish("#bob", "1");

            PublishResult second = client.publish("#bob", "2");

            assertThat(second.offset()).isEqualTo(2);
            assertThat(node.log().of("#bob")).containsExactly("1", "2");
        }
    }

    @Test
    void storesEachOfManyMessagesOnceAndInOrderWhileTheNodeMisbehaves() throws IOException {
        Random random = new Random(7);
        List<Behaviour> faults = List.copyOf(FAULTS.values());
        Function<Integer, Behaviour> script =
                n -> random.nextInt(4) == 0 ? faults.get(random.nextInt(faults.size())) : FakeNode.ANSWER;
        Map<String, List<String>> published = new HashMap<>();
        List<CompletableFuture<PublishResult>> results = new ArrayList<>();
        try (FakeNode node = new FakeNode(new FakeNode.Log(), script);
                CordonClient client =
                        node.client().deadline(Duration.ofSeconds(50)).build()) {
            for (int i = 0; i < 3_000; i++) {
                String channel = "#user" + i % 7;
                published.computeIfAbsent(channel, each -> new ArrayList<>()).add(Integer.toString(i));
                results.add(client.publishAsync(channel, Integer.toString(i)));
                if (i % 50 == 0) {
                    results.get(i).join();
                }
            }
            results.forEach(CompletableFuture::join);

            published.forEach((channel, messages) ->
                    assertThat(node.log().of(channel)).as(channel).isEqualTo(messages));
            Awaitility.await().until(() -> client.pending() == 0);
        }
    }

    @Test
    void waitsAsLongAsTheNodeAsks() throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.status(503, 1));
                CordonClient client = node.client().build()) {
            long from = System.nanoTime();

            client.publish("#bob", "1");

            assertThat(Duration.ofNanos(System.nanoTime() - from))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
            assertThat(node.methods()).hasSize(2);
        }
    }

    @Test
    void failsAtOnceWhenTheNodeAsksForMoreThanTheDeadline() throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.status(503, 3600));
                CordonClient client = node.client().build()) {
            long from = System.nanoTime();

            assertThatThrownBy(() -> client.publish("#bob", "1"))
                    .isInstanceOfSatisfying(UnavailableException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(108);
                        assertThat(failure.retryMayHelp()).isTrue();
                        assertThat(failure.mayBeCarriedOut()).isTrue();
                        assertThat(failure.idempotencyKey()).isPresent();
                    });

            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void repeatsOnlyTheMessagesOfABatchThatFailedForAWhile() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        FakeNode.Log log = new FakeNode.Log().rejecting(data -> {
            asked.add(data);
            boolean fails =
                    data.equals("3") && asked.stream().filter("3"::equals).count() < 3;
            return fails ? "{\"code\":108,\"message\":\"the log is not available: try again\"}" : "";
        });
        try (FakeNode node = new FakeNode(log, n -> FakeNode.ANSWER);
                CordonClient client = node.client().connections(1).build()) {
            List<CompletableFuture<PublishResult>> results = gathered(client, "1", "2", "3", "4", "3");

            results.forEach(CompletableFuture::join);

            assertThat(node.log().of("#bob")).containsExactlyInAnyOrder("0", "1", "2", "3", "3", "4");
            assertThat(asked.stream().filter("4"::equals)).hasSize(1);
        }
    }

    /** Sends one that the node is slow with, so that the others wait together. */
    private static List<CompletableFuture<PublishResult>> gathered(CordonClient client, String... data) {
        List<CompletableFuture<PublishResult>> results = new ArrayList<>();
        results.add(client.publishAsync("#bob", "0"));
        for (String each : data) {
            results.add(client.publishAsync("#bob", each));
        }
        return results;
    }

    @Test
    void sendsMessagesAloneWhenTheNodeRejectsTheBatch() throws IOException {
        Behaviour pickyAboutBatches = request -> request.method.equals("batch")
                ? FakeNode.status(400, -1).serve(request)
                : FakeNode.ANSWER.serve(request);
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> pickyAboutBatches);
                CordonClient client = node.client().connections(1).build()) {
            List<CompletableFuture<PublishResult>> results = gathered(
                    client, IntStream.range(1, 200).mapToObj(Integer::toString).toArray(String[]::new));

            results.forEach(CompletableFuture::join);

            assertThat(node.methods()).contains("batch");
            assertThat(node.log().of("#bob"))
                    .isEqualTo(
                            IntStream.range(0, 200).mapToObj(Integer::toString).toList());
        }
    }

    @Test
    void doesNotRepeatWhatIsWrong() throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.status(400, -1), FakeNode.status(401, -1));
                CordonClient client = node.client().build()) {
            for (int status : new int[] {400, 401}) {
                assertThatThrownBy(() -> client.publish("#bob", "1"))
                        .hasMessage("not now")
                        .isInstanceOfSatisfying(RejectedException.class, failure -> {
                            assertThat(failure.code()).isEqualTo(status);
                            assertThat(failure.retryMayHelp()).isFalse();
                        });
            }
            assertThat(node.methods()).hasSize(2);
        }
    }

    @Test
    void saysWhatItIsThatIsNoServerApi() throws IOException {
        try (FakeNode node =
                        FakeNode.first(FakeNode.text(FakeNode.http(301, "Location: https://elsewhere/\r\n", "moved")));
                CordonClient client = node.client().build()) {
            assertThatThrownBy(() -> client.publish("#bob", "1"))
                    .isInstanceOf(RejectedException.class)
                    .hasMessage("the address answered with status 301, and not as the server API does");
        }
    }

    @Test
    void doesNotRepeatADisconnectThatMayHaveArrived() throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.ANSWER, FakeNode.STORE_AND_CLOSE);
                CordonClient client = node.client().connections(1).build()) {
            client.presence("#bob");

            assertThatThrownBy(() -> client.disconnect("bob"))
                    .isInstanceOfSatisfying(UnansweredException.class, failure -> {
                        assertThat(failure.retryMayHelp()).isFalse();
                        assertThat(failure.mayBeCarriedOut()).isTrue();
                    });
            assertThat(node.log().disconnected()).containsExactly("bob");
        }
    }

    @Test
    void repeatsADisconnectThatChangedNothing() throws IOException {
        try (FakeNode node = FakeNode.first(FakeNode.status(503, 0));
                CordonClient client = node.client().build()) {
            assertThat(client.disconnect("bob").disconnected()).isEqualTo(1);
            assertThat(node.log().disconnected()).containsExactly("bob");
        }
    }

    @Test
    void goesOnOnANewConnectionWhenTheNodeHasEndedAnIdleOne() throws IOException {
        Behaviour last = request -> {
            FakeNode.ANSWER.serve(request);
            return false;
        };
        try (FakeNode node = new FakeNode(new FakeNode.Log(), n -> last);
                CordonClient client = node.client().connections(1).build()) {
            for (int i = 0; i < 20; i++) {
                client.publish("#bob", Integer.toString(i));
            }
            assertThat(node.log().of("#bob")).hasSize(20);
        }
    }
}
