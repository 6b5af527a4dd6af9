package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What the limit on a user's sessions promises, on the nodes that share {@link Slots}: one alone, or several. */
public abstract class SlotsContract {
    private static final int LIMIT = Limits.DEFAULTS.maxManagersPerUser();
    private static final int RACERS = 40;

    private List<TestNode> nodes = List.of();

    /** Starts the nodes, with the default limits. */
    protected abstract List<TestNode> start();

    /** Ends the nodes. */
    protected abstract void end();

    @BeforeEach
    void startNodes() {
        nodes = start();
    }

    @AfterEach
    void endNodes() {
        end();
    }

    private TestNode node(int number) {
        return nodes.get(number % nodes.size());
    }

    /** Connects, and waits until the connection has its place, has ended, or waits for a probe. */
    private Peer connect(TestNode node, String session) {
        Peer peer = node.connect("alice", session);
        Awaitility.await()
                .until(() -> peer.connection().pingable()
                        || peer.state() == Connection.State.CLOSED
                        || node.admissions.waits(peer.connection()));
        return peer;
    }

    /** Fills the limit with sessions on all nodes in turn; the connection of session n is on node n. */
    private List<Peer> fill() {
        List<Peer> peers = connectAll();
        assertThat(peers).allMatch(Peer::connected);
        return peers;
    }

    /** Fills the limit as soon as those who left have given their slots back. */
    private List<Peer> fillAgain() {
        return Awaitility.await().until(this::connectAll, peers -> {
            boolean all = peers.stream().allMatch(Peer::connected);
            if (!all) {
                peers.forEach(Peer::leave);
            }
            return all;
        });
    }

    private List<Peer> connectAll() {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            peers.add(connect(node(i), "s" + i));
            nodes.forEach(node -> node.time.advance(Duration.ofMillis(10)));
        }
        return peers;
    }

    /** Lets time pass on all nodes until the peer has its answer. While it does, {@code live} answer every ping. */
    private void awaitAnswer(Peer peer, List<Peer> live) {
        // Not faster than the nodes' other threads can answer.
        Awaitility.await().pollInterval(Duration.ofMillis(100)).until(() -> {
            nodes.forEach(node -> node.time.advance(Duration.ofMillis(500)));
            live.stream()
                    .filter(Peer::connected)
                    .forEach(each -> each.connection().heard());
            nodes.forEach(TestNode::tick);
            return peer.state() != Connection.State.OPENING;
        });
    }

    private long sessions() {
        return nodes.stream()
                .flatMap(node -> node.factory.managersOf(TestNode.user("alice")).stream())
                .map(WebSocketManager::key)
                .distinct()
                .count();
    }

    @RepeatedTest(3)
    @DisplayName("F48 of forty sessions that race for their slots on all nodes, exactly five get one")
    void grantsExactlyTheLimitInARace() {
        List<Peer> peers = Racing.threads(RACERS, i -> connect(node(i), "s" + i));

        Awaitility.await()
                .untilAsserted(() -> assertThat(nodes.stream()
                                .mapToInt(n -> n.admissions.waiting())
                                .sum())
                        .isEqualTo(RACERS - LIMIT));
        assertThat(peers).filteredOn(Peer::connected).hasSize(LIMIT);
        assertThat(sessions()).isEqualTo(LIMIT);
    }

    @RepeatedTest(2)
    @DisplayName("F48 while sessions come and go on all nodes, never more than five are there at once")
    void neverExceedsTheLimitWhileSessionsComeAndGo() {
        AtomicInteger there = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();

        Racing.threads(12, i -> {
            Optional<Peer> before = Optional.empty();
            for (int n = 0; n < 30; n++) {
                TestNode node = node(ThreadLocalRandom.current().nextInt(nodes.size()));
                Peer peer = connect(node, "s" + i + "-" + n);
                if (peer.connected()) {
                    most.accumulateAndGet(there.incrementAndGet(), Math::max);
                    admitted.incrementAndGet();
                }
                before.ifPresent(left -> leave(left, there));
                before = Optional.of(peer);
            }
            before.ifPresent(left -> leave(left, there));
            return i;
        });

        assertThat(most).hasValueLessThanOrEqualTo(LIMIT);
        assertThat(admitted.get()).isGreaterThanOrEqualTo(LIMIT);
        assertThat(sessions()).isZero();
        // Nothing is left behind.
        assertThat(fillAgain()).hasSize(LIMIT);
    }

    private static void leave(Peer peer, AtomicInteger there) {
        if (peer.connected()) {
            there.decrementAndGet();
        }
        peer.leave();
    }

    @Test
    @DisplayName("F05 connections of one session take one slot, whatever their nodes")
    void countsASessionOnce() {
        List<Peer> peers = fill();
        for (int i = 0; i < LIMIT * nodes.size(); i++) {
            peers.add(connect(node(i / LIMIT), "s" + i % LIMIT));
        }

        assertThat(peers).allMatch(Peer::connected);
        assertThat(sessions()).isEqualTo(LIMIT);
    }

    @Test
    @DisplayName("a session keeps its slot until its last connection on any node has ended")
    void keepsTheSlotUntilTheLastConnectionEnds() {
        List<Peer> peers = fill();
        Peer second = connect(node(1), "s0");
        peers.get(0).leave();

        Peer extra = connect(node(2), "extra");
        assertThat(extra.state()).isEqualTo(Connection.State.OPENING);
        extra.leave();
        second.leave();

        Awaitility.await().until(() -> {
            Peer next = connect(node(3), "next");
            boolean connected = next.connected();
            next.leave();
            return connected;
        });
    }

    @Test
    @DisplayName("F07 sessions that answer the probe keep their place on every node, and the new one is rejected")
    void rejectsANewSessionWhileAllOthersLive() {
        List<Peer> live = fill();
        Peer extra = connect(node(LIMIT), "extra");

        awaitAnswer(extra, live);

        assertThat(extra.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(live).allMatch(Peer::connected);
        assertThat(node(LIMIT).admissions.waiting()).isZero();
    }

    @Test
    @DisplayName("F07 a session that stays silent makes room, on whatever node it is")
    void theProvenDeadMakeRoomOnAnyNode() {
        for (int dead = 0; dead < LIMIT; dead++) {
            List<Peer> peers = fillAgain();
            Peer silent = peers.remove(dead);
            Peer extra = connect(node(LIMIT), "extra");

            awaitAnswer(extra, peers);

            assertThat(extra.connected()).as("with session %s silent", dead).isTrue();
            assertThat(silent.wire().closedWith()).contains(Disconnect.NO_PONG);
            assertThat(peers).allMatch(Peer::connected);
            peers.forEach(Peer::leave);
            extra.leave();
        }
    }

    @Test
    @DisplayName("F07 with evict-oldest the oldest session of all nodes makes room")
    void evictsTheOldestSessionOfAllNodes() {
        nodes.forEach(node ->
                node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build());
        List<Peer> live = fill();
        nodes.forEach(node -> node.time.advance(Duration.ofMinutes(1)));
        live.forEach(peer -> peer.connection().heard());
        Peer extra = connect(node(1), "extra");

        awaitAnswer(extra, live);

        assertThat(extra.connected()).isTrue();
        assertThat(live.get(0).wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(live.subList(1, LIMIT)).allMatch(Peer::connected);
    }

    @Test
    @DisplayName("users do not count against each other")
    void countsEachUserSeparately() {
        fill();

        Peer bob = node(1).connect("bob", "s0");

        Awaitility.await().until(bob::connected);
    }
}
