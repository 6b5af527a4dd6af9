package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection.State;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.upkeep.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final Channel ALICE = TestNode.personal("alice");
    private static final Channel NEWS = Channel.parse("news#alice");
    private static final Frame REPLY = Frame.of("{\"id\":2,\"subscribe\":{}}");

    private final TestNode node = new TestNode();

    @Test
    @DisplayName("F30 one state machine: opening, connected, draining, closed, and never back")
    void itsStateOnlyMovesForward() {
        Peer peer = node.accept(new FakeTransport().mode(FakeTransport.Mode.HELD));
        Connection connection = peer.connection();
        assertThat(connection.state()).isEqualTo(State.OPENING);

        node.factory.open(connection, TestNode.context("alice", "s"));
        assertThat(connection.state()).isEqualTo(State.CONNECTED);
        connection.send(REPLY);
        connection.drainAndClose(Disconnect.SHUTDOWN);
        assertThat(connection.state()).isEqualTo(State.DRAINING);
        peer.wire().complete();
        assertThat(connection.state()).isEqualTo(State.CLOSED);

        connection.drainAndClose(Disconnect.FORCE_RECONNECT);
        connection.close(Disconnect.SLOW);
        assertThat(node.factory.open(connection, TestNode.context("alice", "s")))
                .isInstanceOf(OpenResult.Gone.class);
        assertThat(connection.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void endsWithTheFirstReasonOnly() {
        Peer peer = node.connect("alice", "s");

        assertThat(peer.connection().close(Disconnect.NO_PONG)).isTrue();
        assertThat(peer.connection().close(Disconnect.SLOW)).isFalse();

        assertThat(peer.connection().ending()).contains(Disconnect.NO_PONG);
        assertThat(peer.wire().closes()).isEqualTo(1);
        assertThat(node.counters.closes()).containsExactly(java.util.Map.entry(3012, 1L));
    }

    @Test
    @DisplayName("F07 a connection whose connect gets no reply ends when its first ping is due: its client reconnects")
    void endsWhenItsConnectIsNotAnswered() {
        Peer peer = node.accept(new FakeTransport());
        node.factory.open(peer.connection(), TestNode.context("alice", "s"));
        node.advance(node.limits.pingInterval().minusNanos(1));
        assertThat(peer.state()).isEqualTo(State.CONNECTED);

        node.advance(Duration.ofNanos(1));

        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(peer.wire().frames()).isEmpty();
    }

    @Test
    void writesItsQueueWhenTwoDrainsRace() {
        Peer peer = node.connect("alice", "s", new FakeTransport());
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        node.publish("alice");
        node.time.advance(node.limits.writeTimeout().multipliedBy(2));
        Connection connection = peer.connection();

        node.time.onNextLook(() -> connection.drainAndClose(Disconnect.SHUTDOWN));
        connection.drainAndClose(Disconnect.FORCE_RECONNECT);

        assertThat(connection.state()).isEqualTo(State.DRAINING);
        peer.wire().complete();
        peer.wire().complete();
        assertThat(connection.state()).isEqualTo(State.CLOSED);
        assertThat(node.counters.dropped(Counters.Drop.CLOSED)).isZero();
    }

    @Test
    void drainsWithTheFirstReasonOnly() {
        Peer peer = node.connect("alice", "s", new FakeTransport());
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");

        peer.connection().drainAndClose(Disconnect.FORCE_NO_RECONNECT);
        peer.connection().drainAndClose(Disconnect.SHUTDOWN);
        peer.wire().complete();

        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_NO_RECONNECT);
    }

    @Test
    @DisplayName("F09 a draining connection writes its queue, accepts nothing more, then closes")
    void aDrainingConnectionWritesItsQueueBeforeItCloses() {
        Peer peer = node.connect("alice", "s");
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        node.publish("alice");

        peer.connection().drainAndClose(Disconnect.SHUTDOWN);
        node.publish("alice");
        peer.connection().send(REPLY);
        assertThat(peer.wire().closes()).isZero();
        peer.wire().complete();
        peer.wire().mode(FakeTransport.Mode.INLINE);
        peer.wire().complete();

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
        assertThat(peer.wire().closedWith()).contains(Disconnect.SHUTDOWN);
    }

    @Test
    void closesAnywayWhenDrainingTakesTooLong() {
        Peer peer = node.connect("alice", "s");
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");

        peer.connection().drainAndClose(Disconnect.SHUTDOWN);
        node.advance(Duration.ofSeconds(9));
        assertThat(peer.wire().closes()).isZero();
        node.advance(Duration.ofSeconds(2));

        assertThat(peer.wire().closes()).isEqualTo(1);
    }

    @Test
    void deliversPublicationsInOrder() {
        Peer peer = node.connect("alice", "s");

        node.publish("alice");
        node.publish("alice");

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
    }

    @Test
    void dropsARepeatedPublicationAndCountsIt() {
        Peer peer = node.connect("alice", "s");
        Delivery first = node.appended(ALICE, "{}");
        deliver(first);

        deliver(first);

        assertThat(peer.wire().offsets()).containsExactly(1L);
        assertThat(node.counters.dropped(Counters.Drop.OLD)).isEqualTo(1);
    }

    @Test
    @DisplayName("F20 a gap is read from the log before the publication that revealed it is delivered")
    void readsAGapFromTheLog() {
        Peer peer = node.connect("alice", "s");
        node.appended(ALICE, "{}");
        node.appended(ALICE, "{}");
        Delivery third = node.appended(ALICE, "{}");

        deliver(third);

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L, 3L);
        assertThat(node.counters.catchUps.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("F20 a gap that the log cannot fill ends the connection with 3010")
    void endsWhenTheLogCannotFillTheGap() {
        TestNode small = new TestNode(Limits.DEFAULTS, new Retention(2, 1_000, Duration.ofMinutes(1), 10_000));
        Peer peer = small.connect("alice", "s");
        for (int i = 0; i < 3; i++) {
            small.appended(ALICE, "{}");
        }
        Delivery fourth = small.appended(ALICE, "{}");

        try (WriteBatch writes = new WriteBatch()) {
            small.factory.deliver(fourth, small.log, writes);
        }

        assertThat(peer.wire().closedWith()).contains(Disconnect.INSUFFICIENT_STATE);
        assertThat(peer.wire().offsets()).isEmpty();
    }

    @Test
    @DisplayName(
            "L4: a new epoch before a channel's first publication ends the connection with 3010, with nothing missed")
    void endsWhenTheEpochChangesBeforeTheFirstPublication() {
        Peer peer = node.connect("alice", "s");
        var log = new dev.cordon.log.MemoryUserLog(
                () -> new Retention(10, 1_000, Duration.ofMinutes(1), 10_000), node.time, "e1");
        node.time.advance(Retention.DEFAULT_POSITION_TIME_TO_LIVE);
        log.top(dev.cordon.protocol.Channel.parse("#somebody"));
        var first = log.append(ALICE, dev.cordon.protocol.Payload.json("{}"));
        var since = new dev.cordon.protocol.StreamPosition("e1", 0);

        deliver(new Delivery(first, 1), log);

        assertThat(first.epoch()).isNotEqualTo("e1");
        assertThat(peer.wire().closedWith()).contains(Disconnect.INSUFFICIENT_STATE);
        assertThat(log.readAfter(ALICE, since).publications()).hasSize(1);
    }

    @Test
    @DisplayName("F20 a publication of another epoch ends the connection with 3010")
    void endsWhenTheEpochChanges() {
        Peer peer = node.connect("alice", "s");
        node.publish("alice");
        TestNode restarted = new TestNode();
        var log = new dev.cordon.log.MemoryUserLog(
                () -> new Retention(10, 1_000, Duration.ofMinutes(1), 10_000), restarted.time, "e2");
        var appended = log.append(ALICE, dev.cordon.protocol.Payload.json("{}"));
        var again = log.append(ALICE, dev.cordon.protocol.Payload.json("{}"));

        deliver(new Delivery(again, 1), log);

        assertThat(appended.epoch()).isNotEqualTo("e1");
        assertThat(peer.wire().closedWith()).contains(Disconnect.INSUFFICIENT_STATE);
        assertThat(peer.wire().offsets()).containsExactly(1L);
    }

    @Test
    @DisplayName("F20 publications between the attach and the reply are neither lost nor doubled")
    void deliversPublicationsThatCameWhileTheBacklogWasRead() {
        Peer peer = node.connect("alice", "s");
        peer.connection().attach(TestNode.context("alice", "s"), NEWS);
        node.publish(NEWS, "{}");
        StreamPosition read = node.from(NEWS, Optional.empty());
        node.publish(NEWS, "{}");
        node.publish(NEWS, "{}");

        peer.connection().goLive(NEWS, read, REPLY, node.log);
        peer.connection().drain();

        assertThat(peer.wire().offsets()).containsExactly(2L, 3L);
    }

    @Test
    void sendsTheReplyBeforeLivePublications() {
        Peer peer = node.connect("alice", "s");
        peer.connection().attach(TestNode.context("alice", "s"), NEWS);
        peer.connection().goLive(NEWS, node.log.top(NEWS), REPLY, node.log);
        node.publish(NEWS, "{}");

        List<String> messages = peer.wire().messages();

        assertThat(messages.get(1)).isEqualTo(REPLY.text());
        assertThat(messages.get(2)).contains("\"offset\":1");
    }

    @Test
    void attachesOnlyToItsOwnersChannelsAndOnlyOnce() {
        Peer peer = node.connect("alice", "s");
        UserContext alice = TestNode.context("alice", "s");

        assertThat(peer.connection().attach(alice, TestNode.personal("bob"))).contains(ErrorCode.UNKNOWN_CHANNEL);
        assertThat(peer.connection().attach(alice, NEWS)).isEmpty();
        assertThat(peer.connection().attach(alice, NEWS)).contains(ErrorCode.ALREADY_SUBSCRIBED);
        assertThat(peer.connection().subscribed(NEWS)).isTrue();
        assertThat(peer.connection().detach(NEWS)).isTrue();
        assertThat(peer.connection().detach(NEWS)).isFalse();
    }

    @Test
    void deliversNothingAfterDetach() {
        Peer peer = node.connect("alice", "s");
        peer.connection().attach(TestNode.context("alice", "s"), NEWS);
        peer.connection().goLive(NEWS, node.log.top(NEWS), REPLY, node.log);
        peer.connection().detach(NEWS);

        assertThat(node.publish(NEWS, "{}").connections()).isZero();

        assertThat(peer.wire().offsets()).isEmpty();
    }

    @Test
    @DisplayName("F11 a full queue ends the connection with 3008, counted, and the others go on")
    void endsAsSlowWhenItsQueueIsFull() {
        node.limits = new TestLimits().queue(3, 10_000).build();
        Peer slow = node.connect("alice", "slow");
        Peer quick = node.connect("alice", "quick");
        slow.wire().mode(FakeTransport.Mode.HELD);

        for (int i = 0; i < 5; i++) {
            node.publish("alice");
        }

        assertThat(slow.wire().closedWith()).contains(Disconnect.SLOW);
        assertThat(node.counters.dropped(Counters.Drop.SLOW)).isEqualTo(1);
        assertThat(quick.wire().offsets()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void writesABatchLargerThanTheQueueToAQuickReader() {
        node.limits = new TestLimits().queue(10, 10_000).build();
        Peer peer = node.connect("alice", "s");

        try (WriteBatch writes = new WriteBatch()) {
            for (int i = 0; i < 35; i++) {
                node.publisher.publish(ALICE, dev.cordon.protocol.Payload.json("{}"), Optional.empty(), writes);
            }
        }

        assertThat(peer.state()).isEqualTo(State.CONNECTED);
        assertThat(peer.wire().offsets()).hasSize(35).isSorted();
    }

    @Test
    void catchesUpWithMoreThanTheQueueHolds() {
        node.limits = new TestLimits().queue(10, 10_000).build();
        Peer peer = node.connect("alice", "s");
        for (int i = 0; i < 35; i++) {
            node.appended(ALICE, "{}");
        }

        deliver(node.appended(ALICE, "{}"));

        assertThat(peer.state()).isEqualTo(State.CONNECTED);
        assertThat(peer.wire().offsets()).hasSize(36).isSorted();
    }

    @Test
    void writesOnceForABatch() {
        Peer peer = node.connect("alice", "s");
        int before = peer.wire().frames().size();

        try (WriteBatch writes = new WriteBatch()) {
            for (int i = 0; i < 10; i++) {
                node.publisher.publish(ALICE, dev.cordon.protocol.Payload.json("{}"), Optional.empty(), writes);
            }
        }

        assertThat(peer.wire().frames()).hasSize(before + 1);
    }

    @Test
    void acceptsAFreshTokenOfTheSameUserOnly() {
        Peer peer = node.connect("alice", "s");
        UserContext longer = new UserContext(
                TestNode.user("alice"),
                new dev.cordon.protocol.SessionId("other"),
                true,
                HandTime.START.plus(Duration.ofDays(9)));

        assertThat(peer.connection().refresh(TestNode.context("bob", "s"))).isFalse();
        assertThat(peer.connection().refresh(longer)).isTrue();

        UserContext now = peer.connection().context().orElseThrow();
        assertThat(now.user()).isEqualTo(TestNode.user("alice"));
        assertThat(now.session().value()).isEqualTo("s");
        assertThat(now.expires()).isEqualTo(longer.expires());
        assertThat(now.publisher()).isTrue();
    }

    @Test
    @DisplayName("F13 a connection's context is never replaced by another user's")
    void keepsItsUserWhenOpenedTwice() {
        Peer peer = node.connect("alice", "s");

        OpenResult second = node.factory.open(peer.connection(), TestNode.context("bob", "s"));

        assertThat(second).isInstanceOf(OpenResult.Gone.class);
        assertThat(peer.connection().context().orElseThrow().user()).isEqualTo(TestNode.user("alice"));
        assertThat(node.factory.managersOf(TestNode.user("bob"))).isEmpty();
        peer.leave();
        assertThat(node.factory.stats().users()).isZero();
    }

    @Test
    void isClosedWhenItsWireFails() {
        Peer peer = node.connect("alice", "s");
        peer.wire().mode(FakeTransport.Mode.FAILING);

        node.publish("alice");

        assertThat(peer.state()).isEqualTo(State.CLOSED);
        assertThat(node.counters.writeFailures.sum()).isEqualTo(1);
    }

    @Test
    void attachesToAsManyChannelsAsAllowed() {
        node.limits = new TestLimits().subscriptions(2).build();
        Peer peer = node.connect("alice", "s");
        UserContext alice = TestNode.context("alice", "s");

        assertThat(peer.connection().attach(alice, NEWS)).isEmpty();
        assertThat(peer.connection().attach(alice, Channel.parse("more#alice"))).contains(ErrorCode.LIMIT_EXCEEDED);
        peer.connection().detach(NEWS);

        assertThat(peer.connection().attach(alice, Channel.parse("more#alice"))).isEmpty();
    }

    @Test
    void sendsAFrameThatIsNotLoggedToLiveSubscribersOnly() {
        Peer peer = node.connect("alice", "s");
        Peer opening = node.accept(new FakeTransport());
        opening.connection().attach(TestNode.context("alice", "s"), ALICE);

        for (Peer each : List.of(peer, opening)) {
            each.connection().tell(ALICE, REPLY);
            each.connection().tell(NEWS, Frame.of("{\"of\":\"news\"}"));
            each.connection().drain();
        }

        assertThat(peer.wire().messages()).containsExactly(TestNode.REPLY.text(), REPLY.text());
        assertThat(opening.wire().messages()).isEmpty();
    }

    @Test
    @DisplayName("F13 a frame of another user's channel is withheld, even if the connection is attached to it")
    void withholdsAFrameOfAnotherUsersChannel() {
        Peer peer = node.connect("alice", "s");
        Channel bobs = TestNode.personal("bob");
        peer.connection().attach(TestNode.context("bob", "s"), bobs);

        peer.connection().tell(bobs, REPLY);
        peer.connection().drain();

        assertThat(peer.wire().messages()).containsExactly(TestNode.REPLY.text());
        assertThat(node.counters.isolationViolations.sum()).isEqualTo(1);
    }

    @Test
    void writesMoreRepliesThanTheQueueHoldsToAQuickReader() {
        node.limits = new TestLimits().queue(2, 10_000).build();
        Peer peer = node.connect("alice", "s");

        for (int i = 0; i < 5; i++) {
            peer.connection().send(REPLY);
        }
        peer.connection().drain();

        assertThat(peer.connected()).isTrue();
        assertThat(peer.wire().messages()).hasSize(6);
    }

    @Test
    void endsAsSlowWhenRepliesFillTheQueue() {
        node.limits = new TestLimits().queue(2, 10_000).build();
        Peer peer = node.connect("alice", "s");
        peer.wire().mode(FakeTransport.Mode.HELD);

        for (int i = 0; i < 4; i++) {
            peer.connection().send(REPLY);
        }
        assertThat(peer.wire().closedWith()).isEmpty();
        peer.connection().send(REPLY);

        assertThat(peer.wire().closedWith()).contains(Disconnect.SLOW);
        assertThat(node.counters.dropped(Counters.Drop.SLOW)).isEqualTo(1);
    }

    @Test
    void endsAsSlowWhenThereIsNoRoomForTheConnectReply() {
        node.limits = new TestLimits().queue(1, 10_000).build();
        Peer peer = node.accept(new FakeTransport().mode(FakeTransport.Mode.HELD));
        node.factory.open(peer.connection(), TestNode.context("alice", "s"));
        peer.connection().attach(TestNode.context("alice", "s"), ALICE);
        peer.connection().send(REPLY);
        peer.connection().drain();
        peer.connection().send(REPLY);

        peer.connection().goLive(ALICE, node.log.top(ALICE), REPLY, node.log);

        assertThat(peer.wire().closedWith()).contains(Disconnect.SLOW);
        assertThat(peer.connection().pingable()).isFalse();
    }

    @Test
    void countsOnlyConnectionsThatWillWriteThePublication() {
        Peer peer = node.connect("alice", "s");
        assertThat(node.publish("alice").connections()).isEqualTo(1);

        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        peer.connection().drainAndClose(Disconnect.SHUTDOWN);

        assertThat(node.publish("alice").connections()).isZero();
        assertThat(node.counters.dropped(Counters.Drop.CLOSED)).isEqualTo(1);
        assertThat(node.publish(NEWS, "{}").connections()).isZero();
        assertThat(node.counters.dropped(Counters.Drop.CLOSED))
                .as("the connection is not subscribed to that channel")
                .isEqualTo(1);
    }

    @Test
    void countsAConnectionThatHasThePublicationAlready() {
        node.connect("alice", "s");
        Delivery first = node.appended(ALICE, "{}");
        try (WriteBatch writes = new WriteBatch()) {
            assertThat(node.factory.deliver(first, node.log, writes)).isEqualTo(1);
            assertThat(node.factory.deliver(first, node.log, writes)).isEqualTo(1);
        }
    }

    @Test
    void reportsItsQueueAndItsSentBytes() {
        Peer peer = node.connect("alice", "s");
        assertThat(peer.connection().sentBytes()).isEqualTo(TestNode.REPLY.size());
        peer.wire().mode(FakeTransport.Mode.HELD);
        peer.connection().send(REPLY);
        peer.connection().drain();
        peer.connection().send(REPLY);
        peer.connection().send(REPLY);

        assertThat(peer.connection().queuedMessages()).isEqualTo(2);
        assertThat(peer.connection().queuedBytes()).isEqualTo(2L * REPLY.size());
        assertThat(peer.connection().sentBytes()).isEqualTo((long) TestNode.REPLY.size() + REPLY.size());
        assertThat(peer.connection().waitedAtEnd()).isZero();
        peer.leave();

        assertThat(peer.connection().waitedAtEnd()).isEqualTo(2);
        assertThat(peer.connection().queuedMessages()).isZero();
        assertThat(peer.connection().subscribed(ALICE)).isFalse();
        assertThat(peer.connection().position(ALICE)).isEmpty();
    }

    @Test
    void endsAtItsConnectDeadlineAndNotBefore() {
        Peer peer = node.accept(new FakeTransport());
        node.time.advance(node.limits.connectDeadline());
        assertThat(tick(peer)).isFalse();

        node.time.advance(Duration.ofNanos(1));

        assertThat(tick(peer)).isTrue();
        assertThat(peer.wire().closedWith()).contains(Disconnect.STALE);
        assertThat(tick(peer)).isFalse();
    }

    @Test
    void hasNoConnectDeadlineWhileItWaitsForAPlace() {
        Peer peer = node.accept(new FakeTransport());
        peer.connection().waitForAdmission(true);
        node.time.advance(node.limits.connectDeadline().plusNanos(1));
        assertThat(tick(peer)).isFalse();

        peer.connection().waitForAdmission(false);

        assertThat(tick(peer)).isTrue();
    }

    @Test
    void endsWhenItsTokenAndTheGraceHaveExpired() {
        Peer peer = node.connect("alice", "s");
        java.time.Instant last =
                peer.connection().context().orElseThrow().expires().plus(UserContext.GRACE);
        peer.connection().heard();

        assertThat(peer.connection().tick(last)).isFalse();
        assertThat(peer.connection().tick(last.plusNanos(1))).isTrue();

        assertThat(peer.wire().closedWith()).contains(Disconnect.EXPIRED);
    }

    @Test
    void endsWhenItsPingIsNotAnswered() {
        Peer peer = node.connect("alice", "s");
        node.time.advance(node.limits.pingInterval());
        assertThat(tick(peer)).isFalse();
        assertThat(peer.wire().messages()).hasSize(2);
        node.time.advance(node.limits.pongTimeout());
        assertThat(tick(peer)).isFalse();
        assertThat(peer.connection().pingTimedOut()).isFalse();

        node.time.advance(Duration.ofNanos(1));

        assertThat(peer.connection().pingTimedOut()).isTrue();
        assertThat(tick(peer)).isTrue();
        assertThat(peer.wire().closedWith()).contains(Disconnect.NO_PONG);
    }

    @Test
    void staysOpenWhenAnythingIsHeardAfterItsPing() {
        Peer peer = node.connect("alice", "s");
        node.time.advance(node.limits.pingInterval());
        tick(peer);
        node.time.advance(Duration.ofSeconds(1));
        assertThat(peer.connection().heard()).isEqualTo(node.time.nanos());
        node.time.advance(node.limits.pongTimeout());

        assertThat(tick(peer)).isFalse();
        assertThat(peer.connected()).isTrue();
    }

    @Test
    void isPingedOnlyOnceItsConnectIsAnswered() {
        Peer peer = node.accept(new FakeTransport());
        node.factory.open(peer.connection(), TestNode.context("alice", "s"));
        peer.connection().ping();
        assertThat(peer.wire().messages()).isEmpty();
        assertThat(peer.connection().pingable()).isFalse();

        peer.connection().goLive(ALICE, node.log.top(ALICE), REPLY, node.log);
        peer.connection().ping();

        assertThat(peer.connection().pingable()).isTrue();
        assertThat(peer.wire().messages()).containsExactly(REPLY.text(), "{}");
    }

    @Test
    void aStalledWriteEndsItAfterTheWriteTimeoutOnly() {
        Peer peer = node.connect("alice", "s");
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        node.time.advance(node.limits.writeTimeout());
        assertThat(tick(peer)).isFalse();

        node.time.advance(Duration.ofNanos(1));

        assertThat(tick(peer)).isTrue();
        assertThat(peer.wire().closedWith()).contains(Disconnect.SLOW);
    }

    /** A connection whose drain may take one second more, though its writes go on. */
    private Peer drainingForAllButASecond() {
        Peer peer = node.connect("alice", "s");
        peer.wire().mode(FakeTransport.Mode.HELD);
        for (int i = 0; i < 4; i++) {
            node.publish(ALICE, "\"" + "x".repeat(40_000) + "\"");
        }
        peer.connection().drainAndClose(Disconnect.FORCE_RECONNECT);
        node.time.advance(node.limits.writeTimeout().minusSeconds(1));
        peer.wire().complete();
        return peer;
    }

    @Test
    void aDrainThatTakesTooLongEndsWithItsReasonThoughItsWritesGoOn() {
        Peer peer = drainingForAllButASecond();
        node.time.advance(Duration.ofSeconds(1));
        assertThat(tick(peer)).isFalse();

        node.time.advance(Duration.ofNanos(1));

        assertThat(tick(peer)).isTrue();
        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
    }

    @Test
    void reportsItsReasonOnceItBeginsToDrain() {
        Peer peer = node.connect("alice", "s");
        assertThat(peer.connection().ending()).isEmpty();
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");

        peer.connection().drainAndClose(Disconnect.FORCE_RECONNECT);

        assertThat(peer.state()).isEqualTo(State.DRAINING);
        assertThat(peer.connection().ending()).contains(Disconnect.FORCE_RECONNECT);
    }

    @Test
    void endsAtTheMomentToWhichABackEndHasMovedItsEnd() {
        UserContext before = new UserContext(
                TestNode.user("alice"),
                new dev.cordon.protocol.SessionId("s"),
                true,
                true,
                HandTime.START.plus(Duration.ofDays(1)));
        Peer peer = node.connect(before, new FakeTransport(), Optional.empty());
        java.time.Instant end = HandTime.START.plusSeconds(60);

        assertThat(peer.connection().expireAt(end)).isTrue();

        assertThat(peer.connection().context())
                .contains(new UserContext(before.user(), before.session(), true, true, end));
        assertThat(peer.connection().tick(end.plus(UserContext.GRACE))).isFalse();
        assertThat(peer.connection().tick(end.plus(UserContext.GRACE).plusNanos(1)))
                .isTrue();
        assertThat(peer.wire().closedWith()).contains(Disconnect.EXPIRED);
    }

    @Test
    void hasNoEndToMoveBeforeItsConnect() {
        Peer peer = node.accept(new FakeTransport());

        assertThat(peer.connection().expireAt(HandTime.START)).isFalse();

        assertThat(peer.connection().context()).isEmpty();
    }

    @Test
    void aTickReportsNoEndOfAConnectionWhoseStalledWriteOutlivedIt() {
        Peer peer = node.connect("alice", "s");
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        peer.leave();
        node.time.advance(node.limits.writeTimeout().plusNanos(1));

        assertThat(tick(peer)).isFalse();

        assertThat(peer.connection().ending()).contains(Disconnect.NORMAL);
    }

    @Test
    void aTickReportsNoEndThatCameWhileItLookedForAPong() {
        Peer peer = node.connect("alice", "s");
        node.time.advance(node.limits.pingInterval());
        tick(peer);
        node.time.advance(node.limits.pongTimeout().plusNanos(1));
        onSecondLook(peer::leave);

        assertThat(tick(peer)).isFalse();

        assertThat(peer.wire().closedWith()).contains(Disconnect.NORMAL);
    }

    @Test
    void aTickReportsTheEndOfAConnectionWhoseConnectIsNotAnswered() {
        Peer peer = node.accept(new FakeTransport());
        node.factory.open(peer.connection(), TestNode.context("alice", "s"));
        node.time.advance(node.limits.pingInterval());

        assertThat(tick(peer)).isTrue();

        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
    }

    @Test
    void aTickReportsNoEndThatCameWhenThePingOfAnUnansweredConnectWasDue() {
        Peer peer = node.accept(new FakeTransport());
        node.factory.open(peer.connection(), TestNode.context("alice", "s"));
        node.time.advance(node.limits.pingInterval());
        onSecondLook(peer::leave);

        assertThat(tick(peer)).isFalse();

        assertThat(peer.wire().closedWith()).contains(Disconnect.NORMAL);
    }

    @Test
    void aTickReportsNoEndThatCameWhileADrainWasOverdue() {
        Peer peer = drainingForAllButASecond();
        node.time.advance(Duration.ofSeconds(1).plusNanos(1));
        onSecondLook(peer::leave);

        assertThat(tick(peer)).isFalse();

        assertThat(peer.wire().closedWith()).contains(Disconnect.NORMAL);
    }

    @Test
    void logsThatItsTransportCouldNotBeClosed() {
        Peer peer = node.connect("alice", "s");
        peer.wire().whileClosing(() -> {
            throw new IllegalStateException("broken transport");
        });

        assertThat(LogLines.of(Connection.class, peer::leave))
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("broken transport"));

        assertThat(peer.state()).isEqualTo(State.CLOSED);
    }

    /** Runs during the second look at the ticker from now on: a tick takes the first to look for a stalled write. */
    private void onSecondLook(Runnable interruption) {
        node.time.onNextLook(() -> node.time.onNextLook(interruption));
    }

    private boolean tick(Peer peer) {
        return peer.connection().tick(node.time.instant());
    }

    private void deliver(Delivery delivery) {
        deliver(delivery, node.log);
    }

    private void deliver(Delivery delivery, UserLog log) {
        try (WriteBatch writes = new WriteBatch()) {
            node.factory.deliver(delivery, log, writes);
        }
    }
}
