package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Backlog;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.StreamPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a client gets of channels that the back end subscribes it to, tells it of, and unsubscribes it from. */
class SubscriberTest {
    private static final Channel ALICE = TestNode.personal("alice");
    private static final Channel NEWS = Channel.parse("news#alice");
    private static final UserContext CONTEXT = TestNode.context("alice", "s");
    private static final Frame PUSH = Frame.of("{\"push\":{}}");
    private static final Frame REPLY = Frame.of("{\"id\":2,\"subscribe\":{}}");
    private static final StreamPosition START = new StreamPosition("e1", 0);

    private final TestNode node = new TestNode();
    private final Peer peer = node.connect("alice", "s");
    private final Connection connection = peer.connection();

    @Test
    void isToldThatItHasLeftBehindTheMessagesOfTheChannel() {
        follow(NEWS);
        deliverUnwritten(NEWS);

        assertThat(connection.leave(NEWS, PUSH)).isTrue();
        connection.drain();

        assertThat(peer.wire().offsets()).containsExactly(1L);
        assertThat(peer.wire().messages()).endsWith(PUSH.text());
        assertThat(connection.subscribed(NEWS)).isFalse();
        assertThat(node.publish(NEWS, "{}").connections()).isZero();
    }

    @Test
    void isToldNothingWhenItLeavesAChannelThatItDoesNotFollow() {
        assertThat(connection.leave(NEWS, PUSH)).isFalse();
        connection.drain();

        assertThat(peer.wire().messages()).containsExactly(TestNode.REPLY.text());
        assertThat(peer.connected()).isTrue();
    }

    @Test
    void doesNotLeaveAChannelBeforeTheReplyToItsSubscribe() {
        connection.attach(CONTEXT, NEWS);

        assertThat(connection.leave(NEWS, PUSH)).isFalse();
        connection.drain();

        assertThat(connection.subscribed(NEWS)).isTrue();
        assertThat(peer.wire().messages()).doesNotContain(PUSH.text());
    }

    @Test
    void leavesThoughItsQueueIsFullWhenItsClientReads() {
        follow(NEWS);
        fillQueue();

        assertThat(connection.leave(NEWS, PUSH)).isTrue();
        connection.drain();

        assertThat(peer.wire().messages()).endsWith("waits", PUSH.text());
        assertThat(peer.connected()).isTrue();
    }

    @Test
    void endsAsSlowWhenThereIsNoRoomToTellItThatItHasLeft() {
        follow(NEWS);
        stallWithFullQueue();

        assertThat(connection.leave(NEWS, PUSH)).isFalse();

        assertThat(peer.wire().closedWith()).contains(Disconnect.SLOW);
    }

    @Test
    void getsAMessageThatNoLogKeepsOnlyOfAChannelThatItFollows() {
        follow(NEWS);
        connection.attach(CONTEXT, Channel.parse("soon#alice"));

        assertThat(connection.tellLive(NEWS, PUSH)).isTrue();
        assertThat(connection.tellLive(Channel.parse("soon#alice"), Frame.of("before the reply")))
                .isFalse();
        assertThat(connection.tellLive(Channel.parse("other#alice"), Frame.of("of another channel")))
                .isFalse();
        connection.drain();

        assertThat(peer.wire().messages()).containsExactly(TestNode.REPLY.text(), REPLY.text(), PUSH.text());
    }

    @Test
    void getsAMessageThatNoLogKeepsThoughItsQueueIsFullWhenItsClientReads() {
        follow(NEWS);
        fillQueue();

        assertThat(connection.tellLive(NEWS, PUSH)).isTrue();
        connection.drain();

        assertThat(peer.wire().messages()).endsWith("waits", PUSH.text());
    }

    @Test
    void endsAsSlowWhenThereIsNoRoomForAMessageThatNoLogKeeps() {
        follow(NEWS);
        stallWithFullQueue();

        assertThat(connection.tellLive(NEWS, PUSH)).isFalse();

        assertThat(peer.wire().closedWith()).contains(Disconnect.SLOW);
        assertThat(node.counters.dropped(Counters.Drop.SLOW)).isEqualTo(1);
    }

    @Test
    void getsNoMessageThatNoLogKeepsOnceItDrains() {
        follow(NEWS);
        peer.wire().mode(FakeTransport.Mode.HELD);
        connection.send(Frame.of("under way"));
        connection.drain();
        connection.drainAndClose(Disconnect.SHUTDOWN);

        assertThat(connection.tellLive(NEWS, PUSH)).isFalse();

        assertThat(connection.queuedMessages()).isZero();
    }

    @Test
    @DisplayName("F13 a message that no log keeps is withheld from a connection of another user")
    void getsNoMessageOfAnotherUser() {
        Channel bobs = TestNode.personal("bob");
        connection.attach(TestNode.context("bob", "s"), bobs);
        connection.goLive(bobs, START, REPLY, node.log);

        assertThat(connection.tellLive(bobs, PUSH)).isFalse();
        connection.drain();

        assertThat(peer.wire().messages()).doesNotContain(PUSH.text());
        assertThat(node.counters.isolationViolations.sum()).isEqualTo(1);
    }

    @Test
    void listsItsChannelsWhileItIsSubscribed() {
        connection.attach(CONTEXT, NEWS);
        assertThat(connection.channels()).containsExactlyInAnyOrder(ALICE, NEWS);

        connection.detach(NEWS);
        assertThat(connection.channels()).containsExactly(ALICE);

        peer.leave();
        assertThat(connection.channels()).isEmpty();
    }

    @Test
    void getsTheMessagesOfAFurtherChannelThatCameBeforeTheReplyOfItsConnect() {
        connection.attach(CONTEXT, NEWS);
        node.publish(NEWS, "{}");
        assertThat(peer.wire().offsets()).isEmpty();

        connection.goLiveToo(NEWS, START, node.log);
        connection.drain();
        node.publish(NEWS, "{}");

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
    }

    @Test
    void readsNothingForAFurtherChannelOfWhichNothingCameMeanwhile() {
        connection.attach(CONTEXT, NEWS);

        connection.goLiveToo(NEWS, START, node.log);
        node.publish(NEWS, "{}");

        assertThat(peer.wire().offsets()).containsExactly(1L);
        assertThat(node.counters.catchUps.sum()).isZero();
    }

    @Test
    void aFurtherChannelThatItHasLeftMeanwhileDoesNothing() {
        connection.attach(CONTEXT, NEWS);
        node.publish(NEWS, "{}");
        connection.detach(NEWS);

        connection.goLiveToo(NEWS, START, node.log);
        connection.drain();

        assertThat(connection.subscribed(NEWS)).isFalse();
        assertThat(peer.wire().offsets()).isEmpty();
        assertThat(node.counters.catchUps.sum()).isZero();
    }

    @Test
    void isToldOfASubscriptionThatItHasNotAskedForBeforeTheMessagesOfTheChannel() {
        connection.attach(CONTEXT, NEWS);

        assertThat(connection.goLiveUnasked(NEWS, START, false, PUSH, node.log)).isTrue();
        node.publish(NEWS, "{}");

        assertThat(peer.wire().messages()).hasSize(3).contains(PUSH.text());
        assertThat(peer.wire().messages().get(1)).isEqualTo(PUSH.text());
        assertThat(peer.wire().offsets()).containsExactly(1L);
        assertThat(node.counters.catchUps.sum()).isZero();
    }

    @Test
    void getsWhatItHasMissedBehindThePushOfASubscriptionThatItHasNotAskedFor() {
        node.publish(NEWS, "{}");
        node.publish(NEWS, "{}");
        connection.attach(CONTEXT, NEWS);

        assertThat(connection.goLiveUnasked(NEWS, START, true, PUSH, node.log)).isTrue();

        assertThat(peer.wire().messages().get(1)).isEqualTo(PUSH.text());
        assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
    }

    @Test
    void getsWhatCameDuringASubscriptionThatItHasNotAskedFor() {
        connection.attach(CONTEXT, NEWS);
        node.publish(NEWS, "{}");

        assertThat(connection.goLiveUnasked(NEWS, START, false, PUSH, node.log)).isTrue();
        connection.drain();

        assertThat(peer.wire().messages().get(1)).isEqualTo(PUSH.text());
        assertThat(peer.wire().offsets()).containsExactly(1L);
    }

    @Test
    void isToldNothingOfASubscriptionThatItHasLeftMeanwhile() {
        node.publish(NEWS, "{}");

        assertThat(connection.goLiveUnasked(NEWS, START, true, PUSH, node.log)).isFalse();
        connection.drain();

        assertThat(peer.wire().messages()).containsExactly(TestNode.REPLY.text());
        assertThat(node.counters.catchUps.sum()).isZero();
    }

    @Test
    void isToldNothingOfASubscriptionThatItHasMadeItselfMeanwhile() {
        follow(NEWS);
        node.publish(NEWS, "{}");

        assertThat(connection.goLiveUnasked(NEWS, START, false, PUSH, node.log)).isTrue();
        connection.drain();

        assertThat(peer.wire().messages()).doesNotContain(PUSH.text());
        assertThat(connection.position(NEWS)).contains(new StreamPosition("e1", 1));
    }

    @Test
    void isToldOfASubscriptionThoughItsQueueIsFullWhenItsClientReads() {
        connection.attach(CONTEXT, NEWS);
        fillQueue();

        assertThat(connection.goLiveUnasked(NEWS, START, false, PUSH, node.log)).isTrue();
        connection.drain();

        assertThat(peer.wire().messages()).endsWith("waits", PUSH.text());
    }

    @Test
    void endsAsSlowWhenThereIsNoRoomToTellItOfASubscription() {
        connection.attach(CONTEXT, NEWS);
        stallWithFullQueue();

        assertThat(connection.goLiveUnasked(NEWS, START, false, PUSH, node.log)).isFalse();

        assertThat(peer.wire().closedWith()).contains(Disconnect.SLOW);
    }

    @Test
    void getsTheReplyBeforeTheLogIsRead() {
        ReadLog log = new ReadLog(node.log, peer.wire());
        for (String topic : List.of("asked", "unasked", "further")) {
            Channel channel = Channel.parse(topic + "#alice");
            connection.attach(CONTEXT, channel);
            node.publish(channel, "{}");
        }

        connection.goLive(Channel.parse("asked#alice"), START, REPLY, log);
        connection.goLiveUnasked(Channel.parse("unasked#alice"), START, false, PUSH, log);
        connection.send(Frame.of("connected"));
        connection.goLiveToo(Channel.parse("further#alice"), START, log);

        assertThat(log.lastWritten).hasSize(3);
        assertThat(log.lastWritten.get(0)).endsWith(REPLY.text());
        assertThat(log.lastWritten.get(1)).endsWith(PUSH.text());
        assertThat(log.lastWritten.get(2)).endsWith("connected");
    }

    @Test
    void saysBehindWhichPositionsItMayLackMessages() {
        follow(NEWS);
        node.publish(NEWS, "{}");
        connection.attach(CONTEXT, Channel.parse("soon#alice"));
        Map<Channel, StreamPosition> positions = new HashMap<>();

        connection.mayLack(positions::put);

        assertThat(positions).containsOnly(Map.entry(ALICE, START), Map.entry(NEWS, new StreamPosition("e1", 1)));
    }

    @Test
    void readsWhatItMayHaveLackedOnceAChannelGoesLive() {
        connection.attach(CONTEXT, NEWS);
        connection.mayLack((channel, position) -> {});
        node.appended(NEWS, "{}");

        connection.goLive(NEWS, START, REPLY, node.log);
        connection.drain();

        assertThat(peer.wire().offsets()).containsExactly(1L);
    }

    @Test
    void countsAsOldOnlyWhatTheClientHasAlready() {
        node.publish("alice");
        node.publish("alice");

        assertThat(node.counters.dropped(Counters.Drop.OLD)).isZero();
    }

    @Test
    void countsTheLostMessagesBehindTheOnesThatItWasGiven() {
        TestNode small = new TestNode(Limits.DEFAULTS, new Retention(2, 1_000, Duration.ofMinutes(1), 10_000));
        Peer reader = small.connect("alice", "s");
        small.publish("alice");
        for (int i = 0; i < 5; i++) {
            small.appended(ALICE, "{}");
        }
        reader.connection().fallBehind(ALICE);

        reader.connection().catchUp(small.log);

        assertThat(reader.wire().closedWith()).contains(Disconnect.INSUFFICIENT_STATE);
        assertThat(small.counters.dropped(Counters.Drop.GONE)).isEqualTo(5);
    }

    private void follow(Channel channel) {
        connection.attach(CONTEXT, channel);
        connection.goLive(channel, node.log.top(channel), REPLY, node.log);
        connection.drain();
    }

    private void deliverUnwritten(Channel channel) {
        // Never closed, so that the message waits in the queue.
        WriteBatch writes = new WriteBatch();
        node.factory.deliver(node.appended(channel, "{}"), node.log, writes);
    }

    private void fillQueue() {
        node.limits = new TestLimits().queue(1, 10_000).build();
        connection.send(Frame.of("waits"));
    }

    private void stallWithFullQueue() {
        peer.wire().mode(FakeTransport.Mode.HELD);
        connection.send(Frame.of("under way"));
        connection.drain();
        fillQueue();
    }

    /** Notes at each read which message was written last. */
    private static final class ReadLog implements ForwardingUserLog {
        private final UserLog real;
        private final FakeTransport wire;
        private final List<String> lastWritten = new ArrayList<>();

        ReadLog(UserLog real, FakeTransport wire) {
            this.real = real;
            this.wire = wire;
        }

        @Override
        public UserLog log() {
            return real;
        }

        @Override
        public Backlog readAfter(Channel channel, StreamPosition since) {
            List<String> messages = wire.messages();
            lastWritten.add(messages.get(messages.size() - 1));
            return real.readAfter(channel, since);
        }
    }
}
