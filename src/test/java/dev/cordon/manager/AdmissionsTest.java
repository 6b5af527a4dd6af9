package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AdmissionsTest {
    private final TestNode node = new TestNode();

    private List<Peer> fillManagers() {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(node.connect("alice", "s" + i));
            node.time.advance(Duration.ofMillis(10));
        }
        return peers;
    }

    private static void answer(List<Peer> peers) {
        peers.forEach(peer -> peer.connection().heard());
    }

    @Test
    @DisplayName("F05 eight tabs of one browser share one manager, and all are admitted")
    void admitsEightTabsOfOneSession() {
        for (int i = 0; i < 8; i++) {
            assertThat(node.connect("alice", "browser").connected()).isTrue();
        }

        assertThat(node.factory.stats().managers()).isEqualTo(1);
        assertThat(node.counters.limitHits.sum()).isZero();
    }

    @Test
    @DisplayName("F05 a phone that reconnects fifteen times in a minute is admitted each time, old sockets half dead")
    void admitsFifteenReconnectsOfOneSession() {
        for (int i = 0; i < 15; i++) {
            Peer phone = node.connect("alice", "phone");
            node.advance(Duration.ofMillis(500));
            node.advance(Duration.ofMillis(1_600));

            assertThat(phone.connected()).as("reconnect %s", i + 1).isTrue();
            node.advance(Duration.ofMillis(1_900));
        }
        assertThat(node.factory.stats().managers()).isEqualTo(1);
    }

    @Test
    @DisplayName("F05 a phone without a session id is admitted at each of fifteen reconnects, as a new session")
    void admitsFifteenReconnectsOfFreshSessions() {
        for (int i = 0; i < 15; i++) {
            Peer phone = node.connect("alice", "fresh" + i);
            node.advance(Duration.ofMillis(500));
            node.advance(Duration.ofMillis(1_600));

            assertThat(phone.connected()).as("reconnect %s", i + 1).isTrue();
            node.advance(Duration.ofMillis(1_900));
        }
        assertThat(node.counters.provenDead.sum()).isPositive();
    }

    @Test
    @DisplayName("F07 connections that answer the probe keep their place, and the new one is rejected")
    void rejectsANewSessionWhenAllOthersAnswerTheProbe() {
        List<Peer> live = fillManagers();
        Peer extra = node.connect("alice", "extra");
        assertThat(extra.state()).isEqualTo(Connection.State.OPENING);
        assertThat(live).allSatisfy(peer -> assertThat(peer.wire().messages()).endsWith("{}"));

        node.time.advance(Duration.ofMillis(100));
        answer(live);
        node.tick();

        assertThat(extra.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(live).allMatch(Peer::connected);
        assertThat(node.admissions.waiting()).isZero();
    }

    @Test
    @DisplayName("F07 only connections that stay silent for the whole probe are ended, with 3012")
    void endsOnlyConnectionsThatDoNotAnswerTheProbe() {
        List<Peer> peers = fillManagers();
        Peer extra = node.connect("alice", "extra");
        node.time.advance(Duration.ofSeconds(1));
        answer(peers.subList(0, 4));

        node.advance(Duration.ofSeconds(1));
        assertThat(peers.get(4).connected()).isTrue();
        node.advance(Duration.ofNanos(1));

        assertThat(peers.get(4).wire().closedWith()).contains(Disconnect.NO_PONG);
        assertThat(peers.subList(0, 4)).allMatch(Peer::connected);
        assertThat(extra.connected()).isTrue();
        assertThat(node.counters.provenDead.sum()).isEqualTo(1);
        assertThat(node.counters.probes.sum()).isEqualTo(5);
    }

    @Test
    @DisplayName("F07 a connection that waits for its connect reply is neither pinged nor taken for dead")
    void doesNotProbeAConnectionBeforeItsConnectReply() {
        List<Peer> live = fillManagers().subList(0, 4);
        node.factory.managersOf(TestNode.user("alice")).get(4).connections().forEach(c -> c.close(Disconnect.NORMAL));
        Peer reading = node.accept(new FakeTransport());
        node.factory.open(reading.connection(), TestNode.context("alice", "reads its history"));
        node.time.advance(Duration.ofMillis(1));
        Peer extra = node.connect("alice", "extra");
        node.time.advance(Duration.ofMillis(1));
        answer(live);

        node.advance(node.limits.probeTimeout());

        assertThat(reading.wire().frames()).isEmpty();
        assertThat(reading.state()).isEqualTo(Connection.State.CONNECTED);
        assertThat(extra.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(node.counters.provenDead.sum()).isZero();
    }

    @Test
    void evictsTheOldestSessionForGood() {
        node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build();
        List<Peer> peers = fillManagers();
        Peer tabOfOldest = node.connect("alice", "s0");
        Peer extra = node.connect("alice", "extra");
        node.time.advance(Duration.ofMillis(1));
        answer(peers);
        answer(List.of(tabOfOldest));

        node.tick();

        assertThat(extra.connected()).isTrue();
        assertThat(peers.get(0).wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(tabOfOldest.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(Disconnect.CONNECTION_LIMIT.isFinal()).isTrue();
        assertThat(peers.subList(1, 5)).allMatch(Peer::connected);
        assertThat(node.counters.evicted.sum()).isEqualTo(2);
    }

    @Test
    void evictsOneSessionForAConnectionAndNoMore() {
        node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build();
        List<Peer> peers = fillManagers();
        Peer extra = node.connect("alice", "extra");
        // The room that one session makes is not enough any more.
        node.limits =
                new TestLimits().policy(LimitPolicy.EVICT_OLDEST).managers(4).build();
        node.time.advance(Duration.ofMillis(1));
        answer(peers);

        node.tick();

        assertThat(extra.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
        assertThat(peers).extracting(Peer::connected).containsExactly(false, true, true, true, true);
        assertThat(node.counters.evicted.sum()).isEqualTo(1);
    }

    @Test
    void evictsTheOldestConnectionOfTheSameSession() {
        node.limits =
                new TestLimits().policy(LimitPolicy.EVICT_OLDEST).connections(3).build();
        List<Peer> tabs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tabs.add(node.connect("alice", "s"));
        }
        Peer fourth = node.connect("alice", "s");
        node.time.advance(Duration.ofMillis(1));
        answer(tabs);

        node.tick();

        assertThat(fourth.connected()).isTrue();
        assertThat(tabs).extracting(Peer::connected).containsExactly(false, true, true);
    }

    @Test
    @DisplayName("of connections that only listen, which no probe can reach, the oldest makes room")
    void endsTheOldestListenerOfASession() {
        node.limits = new TestLimits().connections(3).build();
        List<Peer> tabs = List.of(
                node.connect("alice", "s"),
                node.connect("alice", "s", new Listener()),
                node.connect("alice", "s", new Listener()));
        node.time.advance(Duration.ofMillis(1));
        Peer fourth = node.connect("alice", "s");
        answer(tabs.subList(0, 1));

        node.tick();

        assertThat(fourth.connected()).isTrue();
        assertThat(tabs).extracting(Peer::connected).containsExactly(true, false, true);
        assertThat(tabs.get(1).wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT);
    }

    @Test
    @DisplayName("of sessions that only listen the oldest makes room, and none with a connection that answers")
    void endsTheOldestSessionOfListeners() {
        node.limits = new TestLimits().managers(3).build();
        Peer answers = node.connect("alice", "s0");
        Peer besides = node.connect("alice", "s0", new Listener());
        Peer oldest = node.connect("alice", "s1", new Listener());
        Peer newer = node.connect("alice", "s2", new Listener());
        node.time.advance(Duration.ofMillis(1));
        Peer extra = node.connect("alice", "extra");
        answer(List.of(answers));

        node.tick();

        assertThat(extra.connected()).isTrue();
        assertThat(List.of(answers, besides, oldest, newer))
                .extracting(Peer::connected)
                .containsExactly(true, true, false, true);
    }

    /** A peer that only listens. */
    private static final class Listener extends FakeTransport {
        @Override
        public boolean listensOnly() {
            return true;
        }
    }

    @Test
    void evictsNoSessionForAConnectionThatHasLeft() {
        node.limits = new TestLimits().policy(LimitPolicy.EVICT_OLDEST).build();
        List<Peer> live = fillManagers();
        Peer extra = node.connect("alice", "extra");
        extra.leave();
        node.time.advance(Duration.ofMillis(1));
        answer(live);

        node.tick();

        assertThat(live).allMatch(Peer::connected);
        assertThat(node.counters.evicted.sum()).isZero();
        assertThat(node.admissions.waiting()).isZero();
    }

    @Test
    void suspendsTheConnectDeadlineOfAWaitingConnection() {
        fillManagers();
        FakeTransport wire = new FakeTransport();
        Connection late = node.accept(wire).connection();
        node.advance(Duration.ofMillis(4_900));
        List<OpenResult> results = new ArrayList<>();
        node.admissions.admit(late, TestNode.context("alice", "late"), results::add);

        node.advance(Duration.ofMillis(1_900));
        assertThat(wire.closedWith()).isEmpty();
        node.advance(Duration.ofMillis(200));

        assertThat(results).hasOnlyElementsOfType(OpenResult.Opened.class).hasSize(1);
    }

    @Test
    void answersEachWaitingConnectionOnceThoughOneCallbackFails() {
        fillManagers();
        FakeTransport wire = new FakeTransport();
        Connection unlucky = node.accept(wire).connection();
        AtomicInteger calls = new AtomicInteger();
        node.admissions.admit(unlucky, TestNode.context("alice", "unlucky"), result -> {
            calls.incrementAndGet();
            throw new IllegalStateException("the log is gone");
        });
        Peer lucky = node.connect("alice", "lucky");

        node.advance(Duration.ofSeconds(3));
        node.advance(Duration.ofSeconds(3));

        assertThat(calls).hasValue(1);
        assertThat(wire.closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(lucky.connected()).isTrue();
        assertThat(node.admissions.waiting()).isZero();
    }

    @Test
    @DisplayName("F05 of twenty connections that wait at once, as many are admitted as there is room; all are answered")
    void answersAllWaitingConnections() {
        fillManagers();
        List<Peer> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(node.connect("alice", "w" + i));
        }
        assertThat(node.admissions.waiting()).isEqualTo(20);

        node.advance(Duration.ofSeconds(3));

        assertThat(waiting).filteredOn(Peer::connected).hasSize(5);
        assertThat(waiting)
                .filteredOn(peer -> !peer.connected())
                .allSatisfy(peer -> assertThat(peer.wire().closedWith()).contains(Disconnect.CONNECTION_LIMIT));
        assertThat(node.counters.limitHits.sum()).isEqualTo(20);
    }

    @Test
    void answersThatAConnectionIsGoneWhichHasLeftWhileItWaited() {
        List<Peer> live = fillManagers();
        Connection late = node.accept(new FakeTransport()).connection();
        List<OpenResult> results = new ArrayList<>();
        node.admissions.admit(late, TestNode.context("alice", "late"), results::add);
        assertThat(node.admissions.waits(late)).isTrue();
        assertThat(node.admissions.waits(live.get(0).connection())).isFalse();
        late.close(Disconnect.NORMAL);

        node.advance(Duration.ofSeconds(3));

        assertThat(results).containsExactly(new OpenResult.Gone());
        assertThat(node.admissions.waits(late)).isFalse();
        assertThat(live).allMatch(Peer::connected);
    }

    @Test
    void countsTheConnectDeadlineAgainOnceItIsAnswered() {
        List<Peer> live = fillManagers();
        FakeTransport wire = new FakeTransport();
        List<OpenResult> results = new ArrayList<>();
        node.admissions.admit(node.accept(wire).connection(), TestNode.context("alice", "late"), results::add);
        node.time.advance(Duration.ofMillis(1));
        answer(live);
        node.tick();
        assertThat(results).hasOnlyElementsOfType(OpenResult.LimitReached.class).hasSize(1);

        node.advance(node.limits.connectDeadline());

        assertThat(wire.closedWith()).contains(Disconnect.STALE);
    }

    @Test
    void pingsNoConnectionAgainThatHasNotAnsweredYet() {
        List<Peer> live = fillManagers();
        node.connect("alice", "extra");
        node.time.advance(Duration.ofMillis(1));

        node.connect("alice", "more");

        assertThat(live).allSatisfy(peer -> assertThat(peer.wire().messages()).containsOnlyOnce("{}"));
    }

    @Test
    void logsWhyAConnectionCouldNotBeAdmitted() {
        fillManagers();
        node.admissions.admit(
                node.accept(new FakeTransport()).connection(), TestNode.context("alice", "unlucky"), result -> {
                    throw new IllegalStateException("the log is gone");
                });

        assertThat(LogLines.of(Admissions.class, () -> node.advance(Duration.ofSeconds(3))))
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("the log is gone"));
    }
}
