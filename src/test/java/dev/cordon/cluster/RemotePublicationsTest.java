package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Backlog;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node reads and delivers of what other nodes have published, and how it makes good for lost wakeups. */
class RemotePublicationsTest {
    private static final String SECRET = "s";
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel NEWS = Channel.parse("news#alice");

    private final TestNode node = new TestNode();
    private final Shared log = new Shared(node.log);
    private final LocalUsers users = new LocalUsers();
    private final ClusterCounters counters = new ClusterCounters();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final RemotePublications publications =
            new RemotePublications(node.factory, log, users, counters, node.time, tasks::add);
    private long random;
    private final TailRead tail =
            new TailRead(log, users, publications, counters, node.time, bound -> Math.min(random, bound - 1));

    /** The log that all nodes share. Counts how it is read, and fails while it is told to. */
    private static final class Shared implements ForwardingUserLog {
        private final UserLog log;
        private final List<List<Channel>> reads = new ArrayList<>();
        private final List<List<Channel>> tops = new ArrayList<>();
        private Optional<Throwable> failure = Optional.empty();

        Shared(UserLog log) {
            this.log = log;
        }

        @Override
        public UserLog log() {
            return log;
        }

        @Override
        public List<Backlog> readAllAfter(List<Since> channels) {
            reads.add(channels.stream().map(Since::channel).toList());
            failure.ifPresent(Shared::<RuntimeException>sneakily);
            return log.readAllAfter(channels);
        }

        @Override
        public List<StreamPosition> tops(List<Channel> channels) {
            tops.add(channels);
            return log.tops(channels);
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneakily(Throwable failure) throws T {
            throw (T) failure;
        }
    }

    @BeforeEach
    void listen() {
        node.factory.listenToUsers(users);
        users.know(SECRET);
    }

    private static UserHash hash(String user) {
        return UserHash.of(SECRET, new UserId(user));
    }

    /** Another node publishes. */
    private void publish(Channel channel) {
        log.append(channel, Payload.json("{}"));
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Lets the tail be read, in steps of two seconds. */
    private void turns(Duration span) {
        for (Duration passed = Duration.ZERO; passed.compareTo(span) < 0; passed = passed.plus(Membership.PERIOD)) {
            node.time.advance(Membership.PERIOD);
            tail.step();
        }
    }

    @Test
    void deliversWhatAWokenUserLacks() {
        Peer alice = node.connect("alice", "s1");
        Peer other = node.connect("alice", "s2");
        Peer bob = node.connect("bob", "s");
        publish(ALICE);
        publish(ALICE);

        publications.woken(List.of(hash("alice")));
        runAll();

        assertThat(alice.wire().offsets()).containsExactly(1L, 2L);
        assertThat(other.wire().offsets()).containsExactly(1L, 2L);
        assertThat(bob.wire().offsets()).isEmpty();
        assertThat(counters.remote.sum()).isEqualTo(2);
        assertThat(counters.repaired.sum()).isZero();
        assertThat(counters.wakeupsReceived.sum()).isEqualTo(1);
    }

    @Test
    void deliversAtOnceAndNotAgain() {
        Peer alice = node.connect("alice", "s");
        publish(ALICE);
        publications.woken(List.of(hash("alice")));
        runAll();

        publications.woken(List.of(hash("alice")));
        runAll();

        assertThat(alice.wire().offsets()).containsExactly(1L);
        assertThat(counters.remote.sum()).isEqualTo(1);
    }

    @Test
    void doesNotReadForAUserWhoIsNotHere() {
        node.connect("alice", "s");

        publications.woken(List.of(hash("carol")));

        assertThat(tasks).isEmpty();
        assertThat(counters.wakeupsReceived.sum()).isEqualTo(1);
    }

    @Test
    void doesNotAskTheLogForAUserWhoLeftMeanwhile() {
        Peer alice = node.connect("alice", "s");
        publications.woken(List.of(hash("alice")));
        alice.leave();

        runAll();

        assertThat(log.reads).isEmpty();
    }

    @Test
    @DisplayName("users who are woken while a read is under way share the next one")
    void wakeupsShareARead() {
        node.connect("alice", "s");
        node.connect("bob", "s");

        publications.woken(List.of(hash("alice")));
        publications.woken(List.of(hash("bob"), hash("alice")));
        runAll();

        assertThat(log.reads).hasSize(1);
        assertThat(log.reads.get(0)).containsExactlyInAnyOrder(ALICE, Channel.parse("#bob"));
    }

    @Test
    void readsForManyUsersInParts() {
        int many = RemotePublications.MAX_USERS + 1;
        for (int i = 0; i < many; i++) {
            node.connect("user" + i, "s");
            publish(Channel.parse("#user" + i));
        }

        publications.unsure();
        runAll();

        assertThat(log.reads).extracting(List::size).containsExactly(RemotePublications.MAX_USERS, 1);
        assertThat(counters.remote.sum()).isEqualTo(many);
    }

    @Test
    void readsEachChannelFromTheLeastPositionOfItsConnections() {
        Peer early = node.connect("alice", "s1");
        publish(ALICE);
        Peer late = node.connect("alice", "s2");
        publish(ALICE);

        assertThat(publications.lacking(List.of(new UserId("alice"))))
                .containsExactly(new UserLog.Since(
                        ALICE, new StreamPosition(log.top(ALICE).epoch(), 0)));
        publications.unsure();
        runAll();

        assertThat(early.wire().offsets()).containsExactly(1L, 2L);
        assertThat(late.wire().offsets()).containsExactly(2L);
    }

    @Test
    void readsSubscribedChannelsToo() {
        Peer alice = node.connect("alice", "s");
        alice.connection().attach(TestNode.context("alice", "s"), NEWS);
        alice.connection().goLive(NEWS, log.top(NEWS), TestNode.REPLY, log);
        publish(NEWS);

        publications.woken(List.of(hash("alice")));
        runAll();

        assertThat(alice.wire().offsets()).containsExactly(1L);
    }

    static List<Throwable> failures() {
        return List.of(
                new LogUnavailableException("away"), new IllegalStateException("a fault"), new AssertionError("fault"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    @DisplayName("when the log cannot be read, the connections stay behind and read once it can")
    void leavesConnectionsBehindWhenAReadFails(Throwable failure) {
        Peer alice = node.connect("alice", "s");
        publish(ALICE);
        log.failure = Optional.of(failure);

        publications.woken(List.of(hash("alice")));
        runAll();

        assertThat(alice.wire().offsets()).isEmpty();
        log.failure = Optional.empty();
        node.factory.catchUp(log);
        assertThat(alice.wire().offsets()).containsExactly(1L);
        publish(ALICE);
        publications.woken(List.of(hash("alice")));
        runAll();
        assertThat(alice.wire().offsets()).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("when no thread of the log can read, the connections stay behind and read once one can")
    void leavesConnectionsBehindWithoutAThread() {
        Peer alice = node.connect("alice", "s");
        publish(ALICE);
        boolean[] full = {true};
        RemotePublications crowded = new RemotePublications(node.factory, log, users, counters, node.time, task -> {
            if (full[0]) {
                throw new LogUnavailableException("too many");
            }
            task.run();
        });

        crowded.woken(List.of(hash("alice")));

        assertThat(alice.wire().offsets()).isEmpty();
        node.factory.catchUp(log);
        assertThat(alice.wire().offsets()).containsExactly(1L);
        full[0] = false;
        publish(ALICE);
        crowded.woken(List.of(hash("alice")));
        assertThat(alice.wire().offsets()).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("a channel that has lost publications, or its epoch, is read by its connections themselves")
    void leavesAnIncompleteBacklogToTheConnections() {
        Peer alice = node.connect("alice", "s");
        for (int i = 0; i < 300; i++) {
            publish(ALICE);
        }

        publications.woken(List.of(hash("alice")));
        runAll();

        assertThat(counters.remote.sum()).isZero();
        assertThat(alice.connected()).isTrue();
        node.factory.catchUp(log);
        assertThat(alice.connected()).isFalse();
        assertThat(alice.wire().offsets()).isEmpty();
    }

    @Test
    void makesGoodForALostWakeupWithinItsPeriod() {
        Peer alice = node.connect("alice", "s");
        publish(ALICE);
        publish(ALICE);

        turns(TailRead.PERIOD.minus(Membership.PERIOD));
        assertThat(log.tops).isEmpty();
        turns(Membership.PERIOD);
        assertThat(log.tops).containsExactly(List.of(ALICE));
        assertThat(alice.wire().offsets()).isEmpty();
        turns(Membership.PERIOD);

        assertThat(alice.wire().offsets()).containsExactly(1L, 2L);
        assertThat(counters.repaired.sum()).isEqualTo(2);
        assertThat(counters.remote.sum()).isZero();
    }

    @Test
    void looksEarlierByARandomPart() {
        random = Duration.ofSeconds(8).toNanos();
        turns(TailRead.PERIOD);
        log.tops.clear();
        node.connect("alice", "s");

        // The look before took place with the same random part: eight seconds less than the period.
        turns(Duration.ofSeconds(18));

        assertThat(log.tops).hasSize(1);
    }

    @Test
    void doesNotRepairWhatAWakeupBroughtMeanwhile() {
        Peer alice = node.connect("alice", "s");
        publish(ALICE);
        turns(TailRead.PERIOD);
        publications.woken(List.of(hash("alice")));
        runAll();
        publish(ALICE);

        turns(Membership.PERIOD);

        assertThat(alice.wire().offsets()).containsExactly(1L);
        assertThat(counters.repaired.sum()).isZero();
    }

    @Test
    void looksAtNothingWhileNobodyIsHere() {
        turns(TailRead.PERIOD.multipliedBy(2));

        assertThat(log.tops).isEmpty();
        assertThat(log.reads).isEmpty();
    }

    @Test
    void readsNothingWhenNothingIsLacking() {
        node.connect("alice", "s");

        turns(TailRead.PERIOD.multipliedBy(2));

        assertThat(log.tops).hasSize(2);
        assertThat(log.reads).isEmpty();
    }

    @Test
    void looksAtAndRepairsManyUsersInParts() {
        int many = 1001;
        for (int i = 0; i < many; i++) {
            node.connect("user" + i, "s");
            publish(Channel.parse("#user" + i));
        }

        turns(TailRead.PERIOD.plus(Membership.PERIOD));

        assertThat(log.tops).extracting(List::size).containsExactly(1000, 1);
        assertThat(log.reads).extracting(List::size).containsExactly(256, 256, 256, 233);
        assertThat(counters.repaired.sum()).isEqualTo(many);
    }
}
