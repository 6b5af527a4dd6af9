package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Admission on a node whose slots answer when the test says so. */
class ClusterAdmissionsTest {
    private final TestNode node = new TestNode();
    private final HandSlots slots = new HandSlots();

    @BeforeEach
    void share() {
        node.factory.shareSlots(slots);
    }

    /** Slots in the test's hand. */
    private static final class HandSlots implements Slots {
        private final Deque<Consumer<SlotClaim>> claims = new ArrayDeque<>();
        private final List<ConnectionId> released = new ArrayList<>();
        private final List<UserId> probed = new ArrayList<>();
        private final List<ManagerKey> evicted = new ArrayList<>();
        private boolean holds = true;

        @Override
        public void claim(ManagerKey key, ConnectionId connection, Consumer<SlotClaim> then) {
            claims.add(then);
        }

        @Override
        public boolean holds(ManagerKey key, ConnectionId connection) {
            return holds;
        }

        @Override
        public void release(ManagerKey key, ConnectionId connection) {
            released.add(connection);
        }

        @Override
        public void probe(UserId user) {
            probed.add(user);
        }

        @Override
        public void evict(ManagerKey key) {
            evicted.add(key);
        }

        void answer(SlotClaim claim) {
            claims.remove().accept(claim);
        }
    }

    private static SlotClaim.Denied denied(String oldest, boolean elsewhere, boolean unsure) {
        return new SlotClaim.Denied(Optional.of(new SessionId(oldest)), elsewhere, unsure);
    }

    private static SlotClaim.Denied elsewhere(String oldest) {
        return denied(oldest, true, false);
    }

    /** Time in which other nodes probe. */
    private void probeElsewhere() {
        node.advance(Slots.OVERDUE.plusMillis(1));
    }

    private Peer admitted(String session) {
        Peer peer = node.connect("alice", session);
        slots.answer(SlotClaim.GRANTED);
        assertThat(peer.connected()).isTrue();
        return peer;
    }

    @Test
    void opensWhenTheSlotIsGranted() {
        Peer peer = node.connect("alice", "s");
        assertThat(peer.state()).isEqualTo(Connection.State.OPENING);

        slots.answer(SlotClaim.GRANTED);

        assertThat(peer.connected()).isTrue();
        assertThat(slots.released).isEmpty();
    }

    @Test
    void releasesTheSlotWhenTheConnectionEnds() {
        Peer peer = admitted("s");

        peer.leave();

        assertThat(slots.released).containsExactly(peer.connection().id());
    }

    @Test
    @DisplayName("a connection that ended while it waited for its slot gives it back")
    void releasesTheSlotOfAConnectionThatHasEndedMeanwhile() {
        Peer peer = node.connect("alice", "s");
        peer.leave();
        assertThat(slots.released).isEmpty();

        slots.answer(SlotClaim.GRANTED);

        assertThat(slots.released).containsExactly(peer.connection().id());
        assertThat(node.factory.managers()).isEmpty();
    }

    @Test
    @DisplayName("a connection without room in its session gives the slot back, and claims it again after the probe")
    void releasesTheSlotOfAConnectionWithoutRoom() {
        node.limits = new TestLimits().connections(1).build();
        Peer first = admitted("s");
        node.time.advance(Duration.ofMillis(1));
        Peer second = node.connect("alice", "s");
        slots.answer(SlotClaim.GRANTED);
        assertThat(slots.released).containsExactly(second.connection().id());

        node.advance(Duration.ofSeconds(3));
        slots.answer(SlotClaim.GRANTED);

        assertThat(first.wire().closedWith()).contains(Disconnect.NO_PONG);
        assertThat(second.connected()).isTrue();
    }

    @Test
    @DisplayName("evict-oldest in one session claims the slot again for the new connection")
    void evictsTheOldestConnectionOfTheSession() {
        node.limits =
                new TestLimits().policy(LimitPolicy.EVICT_OLDEST).connections(1).build();
        Peer first = admitted("s");
        Peer second = node.connect("alice", "s");
        slots.answer(SlotClaim.GRANTED);
        node.time.advance(Duration.ofMillis(1));
        first.connection().heard();
        node.tick();
        slots.answer(SlotClaim.GRANTED);
        assertThat(first.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);

        slots.answer(SlotClaim.GRANTED);

        assertThat(second.connected()).isTrue();
        assertThat(slots.evicted).isEmpty();
    }

    @Test
    void endsAConnectionThatCouldNotBeOpened() {
        Peer peer = node.connect("alice", "s");
        node.whenAsked = () -> {
            throw new IllegalStateException("no limits");
        };

        slots.answer(SlotClaim.GRANTED);

        node.whenAsked = () -> {};
        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(slots.released).contains(peer.connection().id());
    }

    @Test
    void endsAConnectionWhoseCallbackFails() {
        Peer peer = node.accept(new FakeTransport());
        node.admissions.admit(peer.connection(), TestNode.context("alice", "s"), result -> {
            throw new IllegalStateException("the log is gone");
        });

        slots.answer(SlotClaim.GRANTED);

        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(slots.released).containsExactly(peer.connection().id());
    }

    @Test
    @DisplayName("a slot that was lost before the connection had its place ends the connection, which reconnects")
    void endsAConnectionWhoseSlotIsLost() {
        Peer peer = node.connect("alice", "s");
        slots.holds = false;

        slots.answer(SlotClaim.GRANTED);

        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(node.factory.managers()).isEmpty();
    }

    @Test
    @DisplayName("without an answer about its slot a connection is not let in, and its client reconnects")
    void answersUnavailable() {
        List<OpenResult> results = new ArrayList<>();
        Peer peer = node.accept(new FakeTransport());
        node.admissions.admit(peer.connection(), TestNode.context("alice", "s"), results::add);

        slots.answer(SlotClaim.UNAVAILABLE);

        assertThat(results).containsExactly(new OpenResult.Unavailable());
        assertThat(node.factory.managers()).isEmpty();
    }

    @Test
    void suspendsTheConnectDeadlineWhileTheSlotIsClaimed() {
        Peer peer = node.connect("alice", "s");

        node.advance(Duration.ofMinutes(1));
        assertThat(peer.state()).isEqualTo(Connection.State.OPENING);
        slots.answer(SlotClaim.GRANTED);

        assertThat(peer.connected()).isTrue();
    }

    @Test
    @DisplayName("F07 at the limit the other nodes are asked to probe, and get their time")
    void probesElsewhere() {
        Peer here = admitted("s0");
        Peer extra = node.connect("alice", "extra");
        slots.answer(elsewhere("s0"));
        node.time.advance(Duration.ofMillis(1));
        here.connection().heard();

        node.advance(node.limits.probeTimeout().plusMillis(500));
        assertThat(slots.probed).containsExactly(TestNode.user("alice"));
        assertThat(slots.claims)
                .as("other nodes may still be waiting for answers")
                .isEmpty();
        probeElsewhere();
        slots.answer(SlotClaim.GRANTED);

        assertThat(extra.connected()).isTrue();
        assertThat(here.connected()).isTrue();
        assertThat(node.counters.limitHits.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("F07 a user whose sessions are all here is rejected as soon as they have answered")
    void doesNotWaitForOthersWhenAllSlotsAreHere() {
        Peer here = admitted("s0");
        Peer extra = node.connect("alice", "extra");
        slots.answer(denied("s0", false, false));
        node.time.advance(Duration.ofMillis(1));
        here.connection().heard();

        node.tick();
        slots.answer(denied("s0", false, false));

        assertThat(extra.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
    }

    @Test
    @DisplayName("while a node that holds slots may be dead, nobody is rejected for good")
    void isNotRejectedForGoodWhileANodeMayBeDead() {
        Peer extra = node.connect("alice", "extra");
        slots.answer(elsewhere("s0"));
        probeElsewhere();

        slots.answer(denied("s0", true, true));

        assertThat(extra.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
    }

    @Test
    @DisplayName("F07 a probe of another node ends silent connections only")
    void probesForOthers() {
        Peer silent = admitted("s0");
        Peer live = admitted("s1");
        node.time.advance(Duration.ofMillis(1));

        node.admissions.probe(TestNode.user("alice"));
        node.advance(node.limits.probeTimeout());
        live.connection().heard();
        assertThat(silent.connected()).isTrue();
        node.advance(Duration.ofNanos(1));

        assertThat(silent.wire().closedWith()).contains(Disconnect.NO_PONG);
        assertThat(live.connected()).isTrue();
        assertThat(slots.released).containsExactly(silent.connection().id());
        assertThat(node.tables()).containsEntry("probesOfOthers", 0);
    }

    @Test
    void evictsTheOldestSessionElsewhere() {
        node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build();
        Peer extra = node.connect("alice", "extra");
        slots.answer(elsewhere("s0"));
        probeElsewhere();
        slots.answer(elsewhere("s0"));
        assertThat(slots.evicted)
                .containsExactly(TestNode.context("alice", "s0").key());

        node.advance(Admissions.EVICTION.plusMillis(1));
        slots.answer(SlotClaim.GRANTED);

        assertThat(extra.connected()).isTrue();
    }

    @Test
    @DisplayName("a session whose eviction takes its time is evicted once, and the client reconnects in the end")
    void evictsASessionOnceAndGivesUp() {
        node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build();
        Peer extra = node.connect("alice", "extra");
        slots.answer(elsewhere("s0"));
        probeElsewhere();
        for (int i = 0; i < Admissions.MAX_EVICTIONS; i++) {
            slots.answer(elsewhere("s0"));
            node.advance(Admissions.EVICTION.plusMillis(1));
        }

        slots.answer(elsewhere("s0"));

        assertThat(slots.evicted).hasSize(1);
        assertThat(extra.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(node.admissions.waiting()).isZero();
    }

    @Test
    void evictsNoSessionForAConnectionThatHasLeft() {
        node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build();
        Peer extra = node.connect("alice", "extra");
        slots.answer(elsewhere("s0"));
        extra.leave();

        probeElsewhere();

        assertThat(slots.claims).isEmpty();
        assertThat(slots.evicted).isEmpty();
    }

    @Test
    @DisplayName("a node that is alone opens on the same thread")
    void aloneOpensAtOnce() {
        TestNode alone = new TestNode();
        AtomicInteger answers = new AtomicInteger();
        Peer peer = alone.accept(new FakeTransport());

        alone.admissions.admit(peer.connection(), TestNode.context("alice", "s"), result -> answers.incrementAndGet());

        assertThat(answers).hasValue(1);
        assertThat(peer.connected()).isTrue();
    }

    @Test
    void evictsTheConnectionsHereOfASessionThatIsElsewhereToo() {
        node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build();
        Peer here = admitted("s0");
        Peer other = admitted("s1");
        node.connect("alice", "extra");
        slots.answer(elsewhere("s0"));
        node.time.advance(Duration.ofMillis(1));
        here.connection().heard();
        other.connection().heard();
        probeElsewhere();

        slots.answer(elsewhere("s0"));

        assertThat(here.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(other.connected()).isTrue();
        assertThat(node.counters.evicted.sum()).isEqualTo(1);
    }

    @Test
    void waitsLongerForAProbeElsewhereThanForOneHere() {
        Duration here = Duration.ofSeconds(5);
        node.limits = new TestLimits().probe(here).build();
        node.connect("alice", "extra");
        slots.answer(elsewhere("s0"));

        node.advance(here.plusNanos(1));
        assertThat(slots.claims).isEmpty();
        node.advance(Admissions.ELSEWHERE);

        assertThat(slots.claims).hasSize(1);
    }
}
