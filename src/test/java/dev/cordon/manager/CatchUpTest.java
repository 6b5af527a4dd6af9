package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Backlog;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.StreamPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** How a connection reads publications from the log that were not delivered to it. */
class CatchUpTest {
    private static final Channel ALICE = TestNode.personal("alice");
    private static final Channel NEWS = Channel.parse("news#alice");

    private final TestNode node = new TestNode();
    private final Database log = new Database(node.log);
    private final Peer peer = node.connect("alice", "s");

    @Test
    void readsALostLogAgainOnceItIsBack() {
        node.appended(ALICE, "{}");
        log.lost = true;

        assertThat(deliver(node.appended(ALICE, "{}"))).isEqualTo(1);
        assertThat(peer.connection().behind()).isTrue();
        node.factory.catchUp(log);
        assertThat(peer.wire().offsets()).isEmpty();
        assertThat(peer.connection().behind()).isTrue();
        log.lost = false;
        node.factory.catchUp(log);

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
        assertThat(peer.connection().behind()).isFalse();
        assertThat(peer.connected()).isTrue();
    }

    @Test
    void readsOnlyChannelsThatAreBehind() {
        subscribe(NEWS);
        node.appended(NEWS, "{}");
        peer.connection().fallBehind(NEWS);

        peer.connection().catchUp(log);

        assertThat(log.reads).isEqualTo(1);
        assertThat(peer.wire().offsets()).containsExactly(1L);
        assertThat(position(NEWS)).isEqualTo(1);
    }

    @Test
    void aChannelWithoutASubscriptionDoesNotPutItBehind() {
        peer.connection().fallBehind(NEWS);
        peer.connection().fallBehind(NEWS, new StreamPosition("e1", 1));

        assertThat(peer.connection().behind()).isFalse();
    }

    @Test
    void aSubscriptionThatIsNotLiveYetCatchesUpWhenItGoesLive() {
        peer.connection().attach(TestNode.context("alice", "s"), NEWS);
        node.appended(NEWS, "{}");
        peer.connection().fallBehind(NEWS, new StreamPosition("e1", 1));
        assertThat(peer.connection().behind()).isFalse();

        peer.connection().goLive(NEWS, new StreamPosition("e1", 0), TestNode.REPLY, log);
        peer.connection().drain();

        assertThat(peer.wire().offsets()).containsExactly(1L);
    }

    @Test
    void readsNothingOfAChannelLeftBeforeTheRead() {
        subscribe(NEWS);
        log.waits = true;
        node.appended(NEWS, "{}");
        assertThat(deliver(node.appended(NEWS, "{}"))).isEqualTo(1);
        peer.connection().detach(NEWS);

        log.answer();

        assertThat(log.reads).isZero();
        assertThat(peer.wire().offsets()).isEmpty();
        assertThat(peer.connected()).isTrue();
    }

    @Test
    void asksForOneReadAtATimeAndForAnotherAfterwards() {
        log.waits = true;
        node.appended(ALICE, "{}");
        deliver(node.appended(ALICE, "{}"));
        deliver(node.appended(ALICE, "{}"));
        assertThat(log.asked).hasSize(1);
        log.answer();
        assertThat(peer.wire().offsets()).containsExactly(1L, 2L, 3L);

        node.appended(ALICE, "{}");
        deliver(node.appended(ALICE, "{}"));
        assertThat(log.asked).hasSize(1);
        log.answer();

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void readsLaterWhenTheLogHasNoRoomForAnotherWaitingRead() {
        log.waits = true;
        log.full = true;
        node.appended(ALICE, "{}");
        deliver(node.appended(ALICE, "{}"));
        assertThat(peer.connection().behind()).isTrue();

        log.full = false;
        deliver(node.appended(ALICE, "{}"));
        assertThat(log.asked).as("the connection asks again").hasSize(1);
        log.answer();

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void readsOnBehindPublicationsDeliveredDuringTheRead() {
        TestNode small = new TestNode(Limits.DEFAULTS, new Retention(2, 1_000, Duration.ofMinutes(1), 10_000));
        Peer reader = small.connect("alice", "s");
        Delivery[] first = {small.appended(ALICE, "{}"), small.appended(ALICE, "{}")};
        Database shifting = new Database(small.log);
        shifting.whileReading = () -> {
            for (Delivery delivery : first) {
                try (WriteBatch writes = new WriteBatch()) {
                    small.factory.deliver(delivery, small.log, writes);
                }
            }
            small.appended(ALICE, "{}");
            small.appended(ALICE, "{}");
        };
        reader.connection().fallBehind(ALICE);

        reader.connection().catchUp(shifting);

        assertThat(reader.wire().offsets()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(reader.connected()).isTrue();
    }

    @Test
    void countsTheLostPublicationsWhenItEndsForThem() {
        TestNode small = new TestNode(Limits.DEFAULTS, new Retention(2, 1_000, Duration.ofMinutes(1), 10_000));
        Peer reader = small.connect("alice", "s");
        for (int i = 0; i < 5; i++) {
            small.appended(ALICE, "{}");
        }
        reader.connection().fallBehind(ALICE);

        reader.connection().catchUp(small.log);

        assertThat(reader.wire().closedWith()).contains(Disconnect.INSUFFICIENT_STATE);
        assertThat(small.counters.dropped(Counters.Drop.GONE)).isEqualTo(5);
    }

    @Test
    void endsAsSlowWhenTheLogHoldsMoreThanItsQueue() {
        node.limits = new TestLimits().queue(3, 10_000).build();
        peer.wire().mode(FakeTransport.Mode.HELD);
        for (int i = 0; i < 7; i++) {
            node.appended(ALICE, "{}");
        }
        peer.connection().fallBehind(ALICE);

        peer.connection().catchUp(log);

        assertThat(peer.wire().closedWith()).contains(Disconnect.SLOW);
        assertThat(node.counters.dropped(Counters.Drop.SLOW)).isEqualTo(1);
    }

    @Test
    void writesThePublicationsOfAWaitingReadWithoutAnotherDrain() {
        node.appended(ALICE, "{}");
        log.waits = true;
        deliver(node.appended(ALICE, "{}"));

        log.answer();

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
        assertThat(peer.connection().queuedMessages()).isZero();
    }

    private void subscribe(Channel channel) {
        peer.connection().attach(TestNode.context("alice", "s"), channel);
        peer.connection().goLive(channel, node.log.top(channel), TestNode.REPLY, node.log);
        peer.connection().drain();
    }

    private long position(Channel channel) {
        return peer.connection().position(channel).orElseThrow().offset();
    }

    private int deliver(Delivery delivery) {
        try (WriteBatch writes = new WriteBatch()) {
            return node.factory.deliver(delivery, log, writes);
        }
    }

    /** The log in memory, which may be lost, make its readers wait, or have no room for one more that waits. */
    private static final class Database implements ForwardingUserLog {
        private final UserLog real;
        private final Queue<Runnable> asked = new ArrayDeque<>();
        private int reads;
        private boolean lost;
        private boolean waits;
        private boolean full;
        /** Runs once, before the next read. */
        private Runnable whileReading = () -> {};

        Database(UserLog real) {
            this.real = real;
        }

        @Override
        public UserLog log() {
            return real;
        }

        @Override
        public boolean waits() {
            return waits;
        }

        @Override
        public void patiently(Runnable task) {
            if (full) {
                throw new LogUnavailableException("too much waits");
            }
            asked.add(task);
        }

        void answer() {
            Optional.ofNullable(asked.poll()).ifPresent(Runnable::run);
        }

        @Override
        public Backlog readAfter(Channel channel, StreamPosition since) {
            if (lost) {
                throw new LogUnavailableException("no answer");
            }
            reads++;
            Runnable meanwhile = whileReading;
            whileReading = () -> {};
            meanwhile.run();
            return real.readAfter(channel, since);
        }
    }
}
