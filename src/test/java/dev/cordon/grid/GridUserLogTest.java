package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.log.UnknownPositionException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What only the log on the grid promises, with real members. */
class GridUserLogTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final Retention RETENTION =
            new Retention(256, 4 * 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024);

    private final String prefix = TestGridLog.prefix();
    /** For tests that lose a member: all others share one grid. */
    private final TestGrid own = new TestGrid(3, 2);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T12:00:00Z"));
    private final AtomicReference<Retention> retention = new AtomicReference<>(RETENTION);
    private final List<GridUserLog> logs = new ArrayList<>();

    @AfterEach
    void stop() {
        logs.forEach(GridUserLog::close);
        own.close();
        TestGrid.destroy(TestGridLog.member("a"), prefix);
    }

    private GridUserLog log(String node) {
        return log(TestGridLog.member(node));
    }

    private GridUserLog log(HazelcastInstance member) {
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return Objects.requireNonNull(now.get());
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        GridUserLog log = new GridUserLog(member, prefix, TestGrid.KEYS, retention::get, clock, TestGridLog.KEY_WINDOW);
        logs.add(log);
        return log;
    }

    private IMap<String, byte[]> map(String name) {
        return TestGridLog.member("a").getMap(prefix + name);
    }

    private static Append keyed(String key) {
        return new Append(ALICE, Payload.json("{}"), Optional.of(key));
    }

    @Test
    @DisplayName("nodes share one log: what one has stored the others read, and offsets follow each other")
    void nodesShareOneLog() {
        GridUserLog a = log("a");
        GridUserLog b = log("b");
        StreamPosition start = b.top(ALICE);

        for (int i = 0; i < 100; i++) {
            Appended appended = (i % 2 == 0 ? a : b).append(ALICE, Payload.json("" + i));
            assertThat(appended.publication().offset()).isEqualTo(i + 1);
            assertThat(appended.epoch()).isEqualTo(start.epoch());
        }

        assertThat(b.readAfter(ALICE, start).publications())
                .extracting(each -> each.payload().text())
                .isEqualTo(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
        assertThat(a.readAfter(ALICE, start)).isEqualTo(b.readAfter(ALICE, start));
    }

    @Test
    @DisplayName("what all nodes have stored together stays within the total, without a cleanup between")
    void nodesShareTheTotal() {
        long total = 64 * 1024;
        retention.set(new Retention(256, 1024 * 1024, Duration.ofMinutes(10), total));
        List<GridUserLog> nodes = List.of(log("a"), log("b"));
        Payload kilobyte = Payload.json('"' + "x".repeat(1_022) + '"');

        for (int i = 0; i < 150; i++) {
            nodes.get(i % 2).append(Channel.parse("#user-" + i % 15), kilobyte);
            assertThat(nodes.get(0).stats().bytes()).isLessThanOrEqualTo(total);
        }

        assertThat(nodes).anyMatch(node -> node.stats().evictedByTotalLimit() > 0);
    }

    @Test
    @DisplayName("a record that cannot be read keeps neither the cleanup nor the figures from all others")
    void skipsWhatCannotBeRead() {
        GridUserLog a = log("a");
        log("b");
        a.append(ALICE, Payload.json("1"));
        a.append(BOB, Payload.json("2"));
        IMap<String, byte[]> records = map("channels");
        String first = records.keySet().iterator().next();
        records.set("elsewhere" + first, records.get(first));

        assertThat(a.stats().publications()).isEqualTo(2);
        assertThat(a.reconcile().channels()).isEqualTo(2);
        now.set(Objects.requireNonNull(now.get()).plus(RETENTION.timeToLive()).plusSeconds(1));
        assertThat(a.sweep(channel -> false).expired()).isEqualTo(2);
    }

    @Test
    @DisplayName("what a node remembers of a channel never counts against the grid: not its offsets, and not its keys")
    void asksTheGridBeforeItAnswersFromMemory() {
        GridUserLog a = log("a");
        GridUserLog b = log("b");
        Appended first = a.appendAll(List.of(keyed("k"))).get(0);
        a.append(ALICE, Payload.json("2"));
        b.append(ALICE, Payload.json("3"));

        assertThat(a.append(ALICE, Payload.json("4")).publication().offset()).isEqualTo(4);
        assertThat(a.appendAll(List.of(keyed("k"))).get(0).repeated()).isTrue();

        List.of("channels", "users", "segments", "keys", "confirmed")
                .forEach(each -> map(each).clear());
        Appended again = a.appendAll(List.of(keyed("k"))).get(0);

        assertThat(again.repeated()).isFalse();
        assertThat(again.publication().offset()).isEqualTo(1);
        assertThat(again.epoch()).isNotEqualTo(first.epoch());
    }

    @Test
    @DisplayName("without a quorum, as two members may have it, the log serves, also alone")
    void servesWithoutAQuorum() {
        try (TestGrid two = new TestGrid(2, 0)) {
            GridUserLog alone = new GridUserLog(
                    two.member("a"), prefix, TestGrid.KEYS, () -> RETENTION, Clock.systemUTC(), TestGridLog.KEY_WINDOW);
            logs.add(alone);

            assertThat(alone.unavailable()).isEmpty();
            assertThat(alone.append(ALICE, Payload.json("1")).publication().offset())
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a task that reads does not run on the thread that asks for it, which may be one of the grid's")
    void readsOnThreadsOfItsOwn() throws Exception {
        GridUserLog a = log("a");
        CompletableFuture<Thread> ran = new CompletableFuture<>();

        a.reading(() -> ran.complete(Thread.currentThread()));

        assertThat(ran.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    @DisplayName("history is complete also after what was confirmed is lost with a member")
    void historyConfirmsWhatItReads() {
        GridUserLog a = log("a");
        GridUserLog b = log("b");
        a.append(ALICE, Payload.json("1"));
        a.append(ALICE, Payload.json("2"));
        StreamPosition top = a.top(ALICE);

        map("confirmed").clear();

        assertThat(b.history(ALICE, Optional.empty(), -1).publications()).hasSize(2);
        map("confirmed").clear();
        assertThat(b.history(ALICE, Optional.of(new StreamPosition(top.epoch(), 0)), -1))
                .satisfies(all -> assertThat(all.complete()).isTrue())
                .satisfies(all -> assertThat(all.top()).isEqualTo(top));
    }

    @Test
    @DisplayName("F20 messages that end before a raised time to live count as expired, and the rest is read")
    void readsOnBehindWhatHasEnded() {
        AtomicInteger asked = new AtomicInteger();
        ObservedMember.Before count = (of, method) -> asked.addAndGet(method.equals("getAsync") ? 1 : 0);
        GridUserLog a = log(ObservedMember.before(TestGridLog.member("a"), count));
        log("b");
        String epoch = a.top(ALICE).epoch();
        Set<String> first = appendUntilSegments(a, 1);
        Set<String> second = appendUntilSegments(a, 2);
        a.append(ALICE, Payload.json("{}"));
        long top = a.top(ALICE).offset();
        retention.set(new Retention(256, 4 * 1024 * 1024, Duration.ofDays(1), 64L * 1024 * 1024));
        now.updateAndGet(time -> time.plus(RETENTION.timeToLive().multipliedBy(3)));

        // They live for the time to live of the day on which they were written, and a quarter of an hour.
        first.forEach(map("segments")::delete);

        long ended = top / 2;
        assertThat(offsets(a.history(ALICE, Optional.empty(), -1)))
                .startsWith(ended + 1)
                .endsWith(top);
        assertThat(offsets(a.history(ALICE, Optional.empty(), 2))).containsExactly(ended + 1, ended + 2);
        assertThat(offsets(a.readAfter(ALICE, new StreamPosition(epoch, ended))))
                .hasSize((int) (top - ended));
        for (long missed : new long[] {0, ended - 1}) {
            assertThat(a.readAfter(ALICE, new StreamPosition(epoch, missed)))
                    .isEqualTo(new Backlog(new StreamPosition(epoch, top), false, List.of()));
        }
        second.forEach(map("segments")::delete);
        asked.set(0);
        assertThat(offsets(a.history(ALICE, Optional.empty(), 1))).containsExactly(top);
        assertThat(asked).as("it steps over segments, not messages").hasValueLessThan(10);
    }

    /** Appends until so many segments are there. Returns the names of all. */
    private Set<String> appendUntilSegments(GridUserLog log, int count) {
        while (map("segments").size() < count) {
            log.append(ALICE, Payload.json("{}"));
        }
        return Set.copyOf(map("segments").keySet());
    }

    private static List<Long> offsets(Backlog backlog) {
        assertThat(backlog.complete()).isTrue();
        return backlog.publications().stream().map(Publication::offset).toList();
    }

    @Test
    @DisplayName("a session that is connected to one node is not forgotten by the cleanup of another")
    void keepsSessionsOfOtherNodes() {
        GridUserLog a = log("a");
        GridUserLog b = log("b");
        SessionId session = new SessionId("laptop");
        a.append(ALICE, Payload.json("1"));
        a.follow(ALICE, session);
        Duration kept = RETENTION.positionTimeToLive();
        UserLog.Readers connected = new UserLog.Readers() {
            @Override
            public boolean any(Channel channel) {
                return true;
            }

            @Override
            public boolean connected(UserId user, SessionId of) {
                return of.equals(session);
            }
        };

        for (int i = 0; i < 6; i++) {
            now.updateAndGet(time -> time.plus(kept.dividedBy(3)));
            b.sweep(channel -> false);
            a.sweep(connected);
        }

        assertThat(b.acknowledged(ALICE, session)).isPresent();
    }

    @Test
    @DisplayName("a message of a megabyte comes back as it was")
    void carriesLargeMessages() {
        GridUserLog a = log("a");
        log("b");
        Payload large = Payload.json('"' + "x".repeat(1024 * 1024 - 2) + '"');

        a.append(ALICE, large);

        assertThat(a.history(ALICE, Optional.empty(), -1).publications())
                .containsExactly(new Publication(ALICE, 1, large));
    }

    @Test
    @DisplayName("nothing on the grid names a user, a session or a message in clear")
    void encryptsWhatItStores() {
        GridUserLog a = log("a");
        log("b");
        for (int i = 0; i < 40; i++) {
            a.appendAll(List.of(new Append(ALICE, Payload.json("\"secret message\""), Optional.of("order-" + i))));
        }
        a.follow(ALICE, new SessionId("alices-laptop"));

        List<String> seen = new ArrayList<>();
        for (HazelcastInstance member : List.of(TestGridLog.member("a"), TestGridLog.member("b"))) {
            member.getDistributedObjects().forEach(each -> {
                if (each instanceof IMap<?, ?> map && map.getName().startsWith(prefix)) {
                    map.forEach((name, record) -> {
                        seen.add((String) name);
                        seen.add(new String((byte[]) record, StandardCharsets.ISO_8859_1));
                    });
                }
            });
        }

        assertThat(seen).hasSizeGreaterThan(40);
        assertThat(seen)
                .noneMatch(text -> text.contains("alice") || text.contains("secret") || text.contains("order-"));
    }

    @Test
    @DisplayName("a record that is moved to another user or channel cannot be read")
    void aMovedRecordCannotBeRead() {
        GridUserLog a = log("a");
        log("b");
        a.append(ALICE, Payload.json("\"to alice\""));
        byte[] hers = map("channels").values().iterator().next();
        a.append(BOB, Payload.json("\"to bob\""));
        String his = map("channels").keySet().stream()
                .filter(name -> !Arrays.equals(map("channels").get(name), hers))
                .findFirst()
                .orElseThrow();

        map("channels").set(his, hers);

        assertThatThrownBy(() -> a.history(BOB, Optional.empty(), -1))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("it was changed, or moved from another place");
    }

    @Test
    @DisplayName("an idempotency key counts on all nodes for its window, however many there are")
    void remembersKeys() {
        GridUserLog a = log("a");
        GridUserLog b = log("b");
        int many = 3 * GridChannel.MAX_KEYS;
        for (int i = 0; i < many; i++) {
            assertThat(a.appendAll(List.of(keyed("k" + i))).get(0).repeated()).isFalse();
        }

        for (int i = 0; i < many; i++) {
            Appended again = b.appendAll(List.of(keyed("k" + i))).get(0);
            assertThat(again.repeated()).isTrue();
            assertThat(again.publication().offset()).isEqualTo(i + 1);
        }
        assertThat(b.appendAll(List.of(keyed("new"), keyed("new"))))
                .extracting(Appended::repeated)
                .containsExactly(false, true);
        now.updateAndGet(time -> time.plus(TestGridLog.KEY_WINDOW));

        assertThat(b.appendAll(List.of(keyed("k0"))).get(0).repeated()).isFalse();
    }

    @Test
    @DisplayName("a reader sees no publication that may not have its backup, and all when that is not known any more")
    void showsWhatIsConfirmed() {
        GridUserLog a = log("a");
        GridUserLog b = log("b");
        StreamPosition start = a.top(ALICE);
        a.append(ALICE, Payload.json("1"));
        String name = map("confirmed").keySet().iterator().next();
        byte[] first = map("confirmed").get(name);
        a.append(ALICE, Payload.json("2"));

        map("confirmed").set(name, first);
        assertThat(b.top(ALICE).offset()).isEqualTo(1);
        assertThat(b.readAfter(ALICE, start).publications()).hasSize(1);
        assertThatThrownBy(() -> b.acknowledge(ALICE, new SessionId("s"), new StreamPosition(start.epoch(), 2)))
                .isInstanceOf(UnknownPositionException.class);

        map("confirmed").delete(name);
        assertThat(b.readAfter(ALICE, start).publications()).hasSize(2);
        assertThat(map("confirmed").containsKey(name)).isTrue();
    }

    @Test
    @DisplayName("a channel whose partition is lost begins again, in another epoch")
    void whatIsLostBeginsInAnotherEpoch() {
        GridUserLog a = log("a");
        log("b");
        StreamPosition start = a.top(ALICE);
        a.append(ALICE, Payload.json("1"));
        List.of("channels", "users", "segments", "keys", "confirmed")
                .forEach(each -> map(each).clear());

        Appended next = a.append(ALICE, Payload.json("2"));

        assertThat(next.publication().offset()).isEqualTo(1);
        assertThat(next.epoch()).isNotEqualTo(start.epoch());
        assertThat(a.readAfter(ALICE, start).complete()).isFalse();
        assertThat(a.readAfter(ALICE, new StreamPosition(start.epoch(), 1)).complete())
                .isFalse();
    }

    /** Runs something once, just before a node stores a channel that it does not know. */
    private GridUserLog logThatWaitsToCreate(String node, AtomicReference<Runnable> meanwhile) {
        return log(ObservedMember.before(TestGridLog.member(node), (of, method) -> {
            if (of instanceof IMap<?, ?> map && map.getName().endsWith("channels") && method.equals("putIfAbsent")) {
                meanwhile.getAndSet(() -> {}).run();
            }
        }));
    }

    /** Publishes to a channel that is evicted and forgotten for want of room. Returns the channel's last position. */
    private StreamPosition liveAndDie(GridUserLog log, Channel channel) {
        log.append(channel, Payload.json("\"of a former life\""));
        StreamPosition last = log.top(channel);
        retention.set(new Retention(256, 1024, Duration.ofMinutes(10), 1));
        log.append(BOB, Payload.json("{}"));
        retention.set(RETENTION);
        assertThat(log.ledger(channel.owner()).accepted()).as("it is forgotten").isZero();
        return last;
    }

    @Test
    @DisplayName("F20 an append that waits while its channel begins, is evicted and forgotten is in another epoch")
    void appendsInNoFormerEpoch() {
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        GridUserLog a = logThatWaitsToCreate("a", meanwhile);
        GridUserLog b = log("b");
        List<StreamPosition> former = new ArrayList<>();
        meanwhile.set(() -> former.add(liveAndDie(b, ALICE)));

        Appended stored = a.append(ALICE, Payload.json("\"stored\""));

        assertThat(stored.publication().offset()).isEqualTo(former.get(0).offset());
        assertThat(b.readAfter(ALICE, former.get(0)).complete()).isFalse();
        assertThat(b.readAfter(ALICE, new StreamPosition(stored.epoch(), 0)).publications())
                .containsExactly(stored.publication());
    }

    @Test
    @DisplayName("F20 a reader that waits while its channel begins, is evicted and forgotten is in another epoch")
    void entersInNoFormerEpoch() {
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        GridUserLog a = logThatWaitsToCreate("a", meanwhile);
        GridUserLog b = log("b");
        List<StreamPosition> former = new ArrayList<>();
        meanwhile.set(() -> former.add(liveAndDie(b, ALICE)));

        StreamPosition start = a.top(ALICE);
        Appended stored = b.append(ALICE, Payload.json("\"stored\""));

        assertThat(b.readAfter(ALICE, former.get(0)).complete()).isFalse();
        assertThat(b.readAfter(ALICE, start).publications()).containsExactly(stored.publication());
    }

    @Test
    @DisplayName("a change of the grid's key in three rounds keeps the log")
    void keepsTheLogThroughAChangeOfKeys() {
        String old = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        String fresh = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyMDE=";
        GridUserLog a = log("a");
        log("b");
        StreamPosition start = a.top(ALICE);
        a.append(ALICE, Payload.json("1"));

        GridUserLog second = new GridUserLog(
                TestGridLog.member("a"),
                prefix,
                GridKeys.of(fresh, Optional.of(old)),
                () -> RETENTION,
                Clock.fixed(now.get(), ZoneOffset.UTC),
                TestGridLog.KEY_WINDOW);
        logs.add(second);
        second.append(ALICE, Payload.json("2"));
        second.sweep(channel -> true);
        GridUserLog third = new GridUserLog(
                TestGridLog.member("b"),
                prefix,
                GridKeys.of(fresh, Optional.empty()),
                () -> RETENTION,
                Clock.fixed(now.get(), ZoneOffset.UTC),
                TestGridLog.KEY_WINDOW);
        logs.add(third);

        assertThat(third.readAfter(ALICE, start).publications()).hasSize(2);
    }

    @Test
    @DisplayName("a member that is killed under load loses, doubles and reorders nothing that was stored")
    void losesNothingWithAMember() throws Exception {
        List<GridUserLog> nodes = List.of(log(own.member("a")), log(own.member("b")));
        own.member("c");
        try (GridLoad load = new GridLoad(nodes)) {
            load.awaitMore(0, 100);
            load.awaitMore(1, 100);

            own.kill("c");
            load.awaitMore(0, 100);
            load.awaitMore(1, 100);

            load.assertThatNothingIsLost(nodes.get(1));
        }
    }

    @Test
    @DisplayName("a grid's file without what the log needs is rejected in one line")
    void needsTheDeliveredFile() {
        GridFile.check(TestGridLog.member("a").getConfig());
        assertThatThrownBy(() -> GridFile.check(new Config()))
                .isInstanceOf(GridSettingException.class)
                .hasMessage(
                        "cordon.log=grid needs hazelcast.partitioning.strategy.class in the grid's file: start Payara"
                                + " Micro with --hzconfigfile payara-config/cluster/hazelcast-grid.xml, or take it over from there");
    }

    @Test
    @DisplayName("with fewer members than the quorum nothing is stored or read; it goes on when they are back")
    void refusesWithoutAQuorum() {
        GridUserLog a = log(own.member("a"));
        GridUserLog b = log(own.member("b"));
        a.append(ALICE, Payload.json("1"));
        assertThat(a.unavailable()).isEmpty();
        assertThat(b.ledger(new UserId("alice")).accepted()).isEqualTo(1);

        own.kill("b");
        Awaitility.await().until(() -> a.unavailable().isPresent());

        assertThat(a.unavailable().orElseThrow()).contains("too few members");
        assertThatThrownBy(() -> a.append(ALICE, Payload.json("2")))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage("too few members of the data grid are there");
        assertThatThrownBy(() -> a.readAfter(ALICE, new StreamPosition("", 0)))
                .isInstanceOf(LogUnavailableException.class);
        own.member("c");

        Awaitility.await().until(() -> a.unavailable().isEmpty());
        assertThat(a.append(ALICE, Payload.json("3")).publication().offset()).isEqualTo(2);
    }
}
