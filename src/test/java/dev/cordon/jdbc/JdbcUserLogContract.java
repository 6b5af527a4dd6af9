package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.HandClock;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the log in a database guarantees beyond the port's contract: it outlives its process, and nodes share it. */
abstract class JdbcUserLogContract {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final Retention RETENTION = new Retention(1_000, 10_000_000, Duration.ofMinutes(10), 1_000_000_000);

    private final HandClock clock = new HandClock();
    private final TestDatabase database = databases();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Databases of the kind under test. */
    abstract TestDatabase databases();

    private JdbcUserLog open(String url) {
        return database.open(url, () -> RETENTION, clock);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        database.close();
    }

    private static Append keyed(Channel channel, String key) {
        return new Append(channel, Payload.json("\"" + channel + "\""), Optional.of(key));
    }

    private static Appended one(JdbcUserLog log, Append append) {
        return log.appendAll(List.of(append)).get(0);
    }

    @Test
    @DisplayName("a row whose channel's name is none, which another program has written, does not end the cleanup")
    void cleansUpBesideForeignRows() {
        String url = database.fresh();
        JdbcUserLog log = open(url);
        log.append(ALICE, Payload.json("{}"));
        log.follow(ALICE, LAPTOP);
        log.append(BOB, Payload.json("{}"));
        TestDatabase.run(url, "UPDATE cordon_channel SET name = 'nobody' WHERE name = '#alice'");

        clock.advance(
                RETENTION.timeToLive().plus(RETENTION.positionTimeToLive()).plusSeconds(1));

        assertThat(log.sweep(channel -> true).expired()).isEqualTo(2);
    }

    @Test
    @DisplayName("tasks that read on the log's threads need no further thread, though they take all of them")
    void readsOnItsOwnThreads() throws Exception {
        JdbcUserLog log = open(database.fresh());
        log.append(ALICE, Payload.json("{}"));
        CyclicBarrier all = new CyclicBarrier(Database.THREADS);
        Queue<Backlog> found = new ConcurrentLinkedQueue<>();

        for (int i = 0; i < Database.THREADS; i++) {
            log.reading(() -> {
                awaitAll(all);
                found.addAll(log.readAllAfter(List.of(new UserLog.Since(ALICE, new StreamPosition("", 0)))));
            });
        }

        Awaitility.await().until(() -> found.size() == Database.THREADS);
        assertThat(found)
                .allSatisfy(backlog -> assertThat(backlog.publications()).hasSize(1));
        assertThat(log.unavailable()).isEmpty();
    }

    private static void awaitAll(CyclicBarrier all) {
        try {
            all.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("the log reports that a call may wait for the database")
    void reportsThatItWaits() {
        assertThat(open(database.fresh()).waits()).isTrue();
    }

    @Test
    @DisplayName("F20 publications and the clients' positions survive a restart")
    void positionsSurviveARestart() {
        String url = database.fresh();
        JdbcUserLog before = open(url);
        StreamPosition seen = new StreamPosition(before.top(ALICE).epoch(), 1);
        before.append(ALICE, Payload.json("1"));
        before.append(ALICE, Payload.json("2"));
        before.close();

        JdbcUserLog after = open(url);

        assertThat(after.readAfter(ALICE, seen).complete()).isTrue();
        assertThat(after.readAfter(ALICE, seen).publications())
                .extracting(publication -> publication.payload().text())
                .containsExactly("2");
        assertThat(after.append(ALICE, Payload.EMPTY).publication().offset()).isEqualTo(3);
    }

    @Test
    @DisplayName("L4: a channel has an epoch of its own, which is known before the channel is stored")
    void returnsAChannelsEpochBeforeTheChannelIsStored() {
        JdbcUserLog log = open(database.fresh());
        StreamPosition told = log.history(ALICE, Optional.empty(), -1).top();
        assertThat(log.stats().channels()).isZero();

        Appended first = one(log, keyed(ALICE, "k"));

        assertThat(told).isEqualTo(new StreamPosition(first.epoch(), 0));
        assertThat(first.publication().offset()).isEqualTo(1);
        assertThat(log.append(BOB, Payload.EMPTY).epoch()).isNotEqualTo(first.epoch());
    }

    @Test
    @DisplayName("L4 S4: a user's unpublished channels are bounded; positions of further ones are valid all the same")
    void keepsNoMoreUnpublishedChannelsThanAUserMayHave() {
        JdbcUserLog log = open(database.fresh());
        for (int i = 0; i < UserLog.MAX_UNPUBLISHED_A_USER; i++) {
            log.top(Channel.parse("topic" + i + "#alice"));
        }
        Channel oneMore = Channel.parse("more#alice");

        StreamPosition told = log.top(oneMore);
        assertThat(log.follow(oneMore, LAPTOP)).isEqualTo(told);
        assertThat(log.acknowledge(Channel.parse("made-up#bob"), LAPTOP, new StreamPosition("", 0))
                        .offset())
                .isZero();

        assertThat(log.stats().channels()).isEqualTo(UserLog.MAX_UNPUBLISHED_A_USER);
        assertThat(log.stats().positions()).isZero();
        log.append(oneMore, Payload.json("1"));
        assertThat(log.readAfter(oneMore, told).publications()).hasSize(1);
    }

    @Test
    @DisplayName("L4: a channel is remembered beyond its publications while a session reads it or might come back")
    void aChannelOutlivesItsPublications() {
        JdbcUserLog log = open(database.fresh());
        StreamPosition top =
                new StreamPosition(log.append(ALICE, Payload.json("1")).epoch(), 1);
        clock.advance(RETENTION.positionTimeToLive().minusMillis(1));
        assertThat(log.sweep(channel -> false).forgotten()).isZero();
        assertThat(log.readAfter(ALICE, top).complete()).isTrue();

        log.sweep(channel -> true);
        clock.advance(RETENTION.positionTimeToLive().minusMillis(1));
        assertThat(log.sweep(channel -> false).forgotten())
                .as("the time to live counts from the sweep that met its reader")
                .isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(log.sweep(channel -> false).forgotten()).isEqualTo(1);
        assertThat(log.readAfter(ALICE, top).complete()).isFalse();
        assertThat(log.append(ALICE, Payload.json("2")).publication().offset()).isEqualTo(1);
        assertThat(log.readAfter(ALICE, top).complete())
                .as("its successor has another epoch")
                .isFalse();
    }

    @Test
    void aKeyFromBeforeARestartReturnsTheFirstOffsetAgain() {
        String url = database.fresh();
        JdbcUserLog before = open(url);
        before.append(ALICE, Payload.EMPTY);
        Appended first = one(before, keyed(ALICE, "k"));
        before.close();

        JdbcUserLog after = open(url);
        Appended second = one(after, keyed(ALICE, "k"));

        assertThat(first.repeated()).isFalse();
        assertThat(second).isEqualTo(new Appended(first.publication(), first.epoch(), true));
        assertThat(after.top(ALICE).offset()).isEqualTo(2);
        assertThat(one(after, keyed(BOB, "k")).repeated()).isFalse();
        assertThat(one(after, keyed(ALICE, "k2")).publication().offset()).isEqualTo(3);
    }

    @Test
    void aKeyIsForgottenAfterItsWindow() {
        JdbcUserLog log = open(database.fresh());
        one(log, keyed(ALICE, "k"));
        log.remove(ALICE);

        clock.advance(TestDatabase.KEY_WINDOW.minusMillis(1));
        log.sweep(channel -> false);
        assertThat(one(log, keyed(ALICE, "k")).repeated())
                .as("the key outlives its publication")
                .isTrue();

        clock.advance(Duration.ofMillis(1));
        assertThat(one(log, keyed(ALICE, "k")).repeated()).isFalse();
        assertThat(one(log, keyed(ALICE, "k")).repeated()).isTrue();

        clock.advance(RETENTION.positionTimeToLive());
        assertThat(log.sweep(channel -> false).forgotten()).isEqualTo(1);
    }

    @Test
    void acceptsAKeyWithCharactersThatDatabasesRejectInText() {
        JdbcUserLog log = open(database.fresh());
        String odd = "a\0b" + Character.toString(0x1F600);

        assertThat(one(log, keyed(ALICE, odd)).repeated()).isFalse();
        assertThat(one(log, keyed(ALICE, odd)).repeated()).isTrue();
    }

    @Test
    void appendsAGroupAndGivesEachItsOffset() {
        JdbcUserLog log = open(database.fresh());
        log.append(BOB, Payload.EMPTY);

        List<Appended> appended = log.appendAll(List.of(
                keyed(BOB, "k"),
                new Append(ALICE, Payload.EMPTY, Optional.empty()),
                keyed(BOB, "k"),
                new Append(ALICE, Payload.EMPTY, Optional.empty()),
                keyed(BOB, "other")));

        assertThat(appended).extracting(a -> a.publication().offset()).containsExactly(2L, 1L, 2L, 2L, 3L);
        assertThat(appended).extracting(Appended::repeated).containsExactly(false, false, true, false, false);
        assertThat(log.history(BOB, Optional.empty(), -1).publications()).hasSize(3);
    }

    @Test
    @DisplayName("F36 a channel of any name is stored")
    void storesAChannelOfAnyName() {
        JdbcUserLog log = open(database.fresh());
        List<String> names =
                List.of("#a:b", "#x#y", "#\uD83D\uDE00", "#É", "#é", "#e\u0301", "#" + "é".repeat(128), "t#%_'");

        for (String name : names) {
            log.append(Channel.parse(name), Payload.json("\"" + names.indexOf(name) + "\""));
        }

        for (String name : names) {
            assertThat(log.history(Channel.parse(name), Optional.empty(), -1).publications())
                    .extracting(publication -> publication.payload().text())
                    .containsExactly("\"" + names.indexOf(name) + "\"");
        }
    }

    @Test
    @DisplayName("F17 F20 two nodes append to the same channels and give every offset once")
    void twoNodesGiveEveryOffsetOnce() throws Exception {
        String url = database.fresh();
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<List<Long>>> writers = new ArrayList<>();
        for (int node = 0; node < 2; node++) {
            JdbcUserLog log = open(url);
            for (int writer = 0; writer < 2; writer++) {
                boolean forth = writer == 0;
                writers.add(threads.submit(() -> {
                    start.await();
                    List<Long> given = new ArrayList<>();
                    for (int i = 0; i < 150; i++) {
                        List<Append> both = List.of(
                                new Append(forth ? ALICE : BOB, Payload.EMPTY, Optional.empty()),
                                new Append(forth ? BOB : ALICE, Payload.EMPTY, Optional.empty()));
                        log.appendAll(both).stream()
                                .filter(appended ->
                                        appended.publication().channel().equals(ALICE))
                                .forEach(appended ->
                                        given.add(appended.publication().offset()));
                        log.sweep(channel -> false);
                    }
                    return given;
                }));
            }
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> writer : writers) {
            List<Long> given = writer.get(60, TimeUnit.SECONDS);
            assertThat(given).isSorted();
            all.addAll(given);
        }

        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 600).mapToObj(Long::valueOf).toList());
    }

    @Test
    @DisplayName("F20 the same key on two nodes at once is one publication")
    void aKeyOnTwoNodesAtOnceMakesOnePublication() throws Exception {
        String url = database.fresh();
        List<JdbcUserLog> nodes = List.of(open(url), open(url));
        for (int round = 0; round < 50; round++) {
            String key = "k" + round;
            CyclicBarrier start = new CyclicBarrier(2);
            List<Future<Appended>> both = new ArrayList<>();
            for (JdbcUserLog node : nodes) {
                both.add(threads.submit(() -> {
                    start.await();
                    return one(node, keyed(ALICE, key));
                }));
            }
            Set<Long> offsets = new HashSet<>();
            int repeated = 0;
            for (Future<Appended> each : both) {
                Appended appended = each.get(30, TimeUnit.SECONDS);
                offsets.add(appended.publication().offset());
                repeated += appended.repeated() ? 1 : 0;
            }
            assertThat(offsets).containsExactly(round + 1L);
            assertThat(repeated).isEqualTo(1);
        }
    }

    @Test
    void nodesThatStartAtOnceCreateTheSchemaOnce() throws Exception {
        String url = database.fresh();
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<String>> nodes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            nodes.add(threads.submit(() -> {
                start.await();
                try (JdbcUserLog log =
                        JdbcUserLog.open(TestDatabase.settings(url), () -> RETENTION, clock, TestDatabase.KEY_WINDOW)) {
                    return log.top(ALICE).epoch() + log.unavailable();
                }
            }));
        }
        Set<String> epochs = new HashSet<>();
        for (Future<String> node : nodes) {
            epochs.add(node.get(30, TimeUnit.SECONDS));
        }

        assertThat(epochs).hasSize(1).allMatch(text -> text.endsWith("Optional.empty"));
    }
}
