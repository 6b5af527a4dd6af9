package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.jdbc.TestDatabase;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch over a log outside the process: publishes that follow one another are stored together. */
class GatheredBatchTest {
    static List<Supplier<TestDatabase>> databases() {
        return List.of(TestDatabase::postgres, TestDatabase::h2);
    }

    private static String publish(String channel, Object data) {
        return "{\"publish\":{\"channel\":\"" + channel + "\",\"data\":" + data + "}}";
    }

    private static String batch(String... commands) {
        return "{\"commands\":[" + String.join(",", commands) + "]}";
    }

    private static List<String> messages(ApiNode node, String channel) {
        return node.log.history(Channel.parse(channel), Optional.empty(), -1).publications().stream()
                .map(publication -> publication.payload().text())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("databases")
    @DisplayName("a publish that skips the history keeps its place among those that wait for the log")
    void aLivePublishKeepsItsPlace(Supplier<TestDatabase> opened) {
        try (TestDatabase database = opened.get()) {
            ApiNode node = new ApiNode(database);
            Client client = node.client("u1", "laptop");
            String live = "{\"publish\":{\"channel\":\"#u1\",\"data\":%d,\"skip_history\":true}}";

            Answer answer = node.call(
                    "batch",
                    batch(IntStream.range(0, 30)
                            .mapToObj(n -> n % 3 == 1 ? live.formatted(n) : publish("#u1", n))
                            .toArray(String[]::new)));

            assertThat(text(answer).split("\"connections\":1", -1)).hasSize(31);
            assertThat(client.written.stream().flatMap(String::lines).map(line -> line.replaceAll(".*data\":|}.*", "")))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 30).mapToObj(Integer::toString).toList());
            assertThat(messages(node, "#u1")).hasSize(20);
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    @DisplayName(
            "500 publishes need a few commits, and each channel has them in the order of the batch, as its users do")
    void storesPublishesTogether(Supplier<TestDatabase> opened) {
        try (TestDatabase database = opened.get()) {
            ApiNode node = new ApiNode(database);
            Client client = node.client("u1", "laptop");
            List<List<Append>> commits = Collections.synchronizedList(new ArrayList<>());
            node.log.whenCommitted(commits::add);

            Answer answer = node.call(
                    "batch",
                    batch(IntStream.range(0, 500)
                            .mapToObj(n -> publish("#u" + n % 5, n))
                            .toArray(String[]::new)));

            assertThat(text(answer).split("\"offset\":")).hasSize(501);
            for (int user = 0; user < 5; user++) {
                int first = user;
                assertThat(messages(node, "#u" + user))
                        .containsExactlyElementsOf(IntStream.range(0, 100)
                                .mapToObj(n -> Integer.toString(5 * n + first))
                                .toList());
            }
            assertThat(commits.stream().mapToInt(List::size).sum()).isEqualTo(500);
            assertThat(commits.size()).as("commits").isLessThan(50);
            assertThat(client.written.stream().flatMap(String::lines).map(line -> line.replaceAll(".*data\":|}.*", "")))
                    .containsExactlyElementsOf(messages(node, "#u1"));
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    @DisplayName(
            "a command sees what the publishes before it have stored, and the replies have the order of the commands")
    void keepsTheOrder(Supplier<TestDatabase> opened) {
        try (TestDatabase database = opened.get()) {
            ApiNode node = new ApiNode(database);

            String answer = text(node.call(
                            "batch",
                            batch(
                                    publish("#42", 1),
                                    publish("no owner", 2),
                                    publish("#42", 3),
                                    "{\"history\":{\"channel\":\"#42\",\"limit\":-1}}",
                                    publish("#42", 4),
                                    "{\"broadcast\":{\"channels\":[\"#42\"],\"data\":5}}",
                                    publish("#43", 6))))
                    .replaceAll("\"epoch\":\"[^\"]+\"", "E");

            assertThat(answer)
                    .isEqualTo("{\"replies\":[{\"publish\":{\"offset\":1,E,\"connections\":0}},"
                            + "{\"error\":{\"code\":107,\"message\":\"channel has no owner: it must be #user or topic#user\"}},"
                            + "{\"publish\":{\"offset\":2,E,\"connections\":0}},"
                            + "{\"history\":{\"publications\":[{\"offset\":1,\"data\":1},{\"offset\":2,\"data\":3}],E,\"offset\":2}},"
                            + "{\"publish\":{\"offset\":3,E,\"connections\":0}},"
                            + "{\"broadcast\":{\"responses\":[{\"result\":{\"offset\":4,E,\"connections\":0}}]}},"
                            + "{\"publish\":{\"offset\":1,E,\"connections\":0}}]}");
            assertThat(node.requests.commands.sum()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    @DisplayName("a key that comes twice in a batch, or in two batches, publishes once")
    void aKeyPublishesOnce(Supplier<TestDatabase> opened) {
        try (TestDatabase database = opened.get()) {
            ApiNode node = new ApiNode(database);
            String keyed = "{\"publish\":{\"channel\":\"#42\",\"data\":1,\"idempotency_key\":\"k\"}}";

            String first = text(node.call("batch", batch(keyed, publish("#42", 2), keyed)));
            String second = text(node.call("batch", batch(keyed, keyed)));

            assertThat(first.split("\"offset\":1,")).hasSize(3);
            assertThat(second.split("\"offset\":1,")).hasSize(3);
            assertThat(messages(node, "#42")).containsExactly("1", "2");
        }
    }

    /** A log outside the process whose appends end when somebody waits for one. It does not store those of two users. */
    private static final class Remote implements ForwardingUserLog {
        private final UserLog real;
        private final List<Runnable> waiting = new ArrayList<>();
        private final List<Integer> together = new ArrayList<>();

        Remote(UserLog real) {
            this.real = real;
        }

        private final class Awaited<T> extends CompletableFuture<T> {
            @Override
            public <U> CompletableFuture<U> newIncompleteFuture() {
                return new Awaited<>();
            }

            @Override
            public T join() {
                if (!waiting.isEmpty()) {
                    together.add(waiting.size());
                    waiting.forEach(Runnable::run);
                    waiting.clear();
                }
                return super.join();
            }
        }

        @Override
        public UserLog log() {
            return real;
        }

        @Override
        public int batch() {
            return 256;
        }

        @Override
        public CompletionStage<List<Appended>> appendLater(List<Append> appends) {
            Awaited<List<Appended>> result = new Awaited<>();
            Append append = appends.get(0);
            waiting.add(() -> {
                switch (append.channel().owner().value()) {
                    case "sick" -> result.completeExceptionally(new LogUnavailableException("the channel is locked"));
                    case "faulty" -> result.completeExceptionally(new IllegalStateException("a fault"));
                    default -> result.complete(List.of(real.append(append.channel(), append.payload())));
                }
            });
            return result;
        }
    }

    @Test
    @DisplayName("a publish that the log does not store fails alone, and nothing waits twice")
    void onePublishFailsAlone() {
        AtomicReference<Remote> remote = new AtomicReference<>();
        ApiNode node = new ApiNode(log -> {
            remote.set(new Remote(log));
            return remote.get();
        });

        String answer = text(node.call(
                "batch", batch(publish("#a", 1), publish("#sick", 2), publish("#faulty", 3), publish("#a", 4))));

        assertThat(answer)
                .isEqualTo("{\"replies\":[{\"publish\":{\"offset\":1,\"epoch\":\"e1\",\"connections\":0}},"
                        + "{\"error\":{\"code\":108,\"message\":\"the log is not available: try again (the channel is locked)\"}},"
                        + "{\"error\":{\"code\":100,\"message\":\"the message was not stored: try again\"}},"
                        + "{\"publish\":{\"offset\":2,\"epoch\":\"e1\",\"connections\":0}}]}");
        assertThat(node.requests.rejected(Rejected.LOG_UNAVAILABLE)).isOne();
        assertThat(Objects.requireNonNull(remote.get()).together).containsExactly(4);
    }

    @Test
    @DisplayName("at most 100 publishes of a batch wait at a time")
    void boundsWhatWaits() {
        AtomicReference<Remote> remote = new AtomicReference<>();
        ApiNode node = new ApiNode(log -> {
            remote.set(new Remote(log));
            return remote.get();
        });

        node.call(
                "batch",
                batch(IntStream.range(0, 250).mapToObj(n -> publish("#a", n)).toArray(String[]::new)));

        assertThat(Objects.requireNonNull(remote.get()).together).containsExactly(100, 100, 50);
        assertThat(messages(node, "#a")).hasSize(250);
    }
}
