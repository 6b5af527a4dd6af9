package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.Frame;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Limits at N and N+1, by one thread and by fifty at the same moment. */
class LimitRaceTest {
    private static final int RACERS = 50;

    private final TestNode node = new TestNode();

    private OpenResult open(String user, String session) {
        return node.factory.open(node.accept(new FakeTransport()).connection(), TestNode.context(user, session));
    }

    private static long opened(List<OpenResult> results) {
        return results.stream().filter(OpenResult.Opened.class::isInstance).count();
    }

    @RepeatedTest(5)
    @DisplayName("F48 fifty racing sessions of one user get exactly five managers")
    void givesExactlyFiveManagers() {
        List<OpenResult> results = Racing.threads(RACERS, i -> open("alice", "s" + i));

        assertThat(opened(results)).isEqualTo(5);
        assertThat(results)
                .filteredOn(r -> !(r instanceof OpenResult.Opened))
                .containsOnly(new OpenResult.LimitReached(OpenResult.Limit.MANAGERS_PER_USER));
        assertThat(node.factory.stats().managers()).isEqualTo(5);
        assertThat(node.counters.managersCreated.sum()).isEqualTo(5);
    }

    @RepeatedTest(5)
    @DisplayName("F48 fifty racing tabs of one session get exactly eight places")
    void givesExactlyEightConnections() {
        List<OpenResult> results = Racing.threads(RACERS, i -> open("alice", "s"));

        assertThat(opened(results)).isEqualTo(8);
        assertThat(results)
                .filteredOn(r -> !(r instanceof OpenResult.Opened))
                .containsOnly(new OpenResult.LimitReached(OpenResult.Limit.CONNECTIONS_PER_MANAGER));
        assertThat(node.counters.managersCreated.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("F48 users do not count against each other")
    void countsEachUserSeparately() {
        List<OpenResult> results = Racing.threads(RACERS, i -> open("user" + i % 10, "s" + i / 10));

        assertThat(opened(results)).isEqualTo(RACERS);
    }

    @RepeatedTest(5)
    @DisplayName("F48 fifty racing sockets get exactly the node's twenty places")
    void acceptsExactlyMaxConnections() {
        node.limits = new TestLimits().sockets(20).build();

        List<Optional<Connection>> accepted = Racing.threads(RACERS, i -> node.factory.accept(new FakeTransport()));

        assertThat(accepted).filteredOn(Optional::isPresent).hasSize(20);
        assertThat(node.counters.connectionsAccepted.sum()).isEqualTo(20);
        assertThat(node.counters.connectionsRejected.sum()).isEqualTo(30);
        assertThat(node.factory.stats().connections()).isEqualTo(20);
    }

    @Test
    @DisplayName("F48 the place of a connection that left is given again")
    void givesThePlaceOfALeftConnectionAgain() {
        node.limits = new TestLimits().sockets(1).build();
        Peer first = node.connect("alice", "s");
        assertThat(node.factory.accept(new FakeTransport())).isEmpty();

        first.leave();

        assertThat(node.factory.accept(new FakeTransport())).isPresent();
    }

    @RepeatedTest(5)
    @DisplayName("F48 fifty racing subscriptions get exactly thirty-two, the personal channel included")
    void attachesExactlyMaxSubscriptions() {
        Peer peer = node.connect("alice", "s");

        List<Optional<ErrorCode>> rejections = Racing.threads(
                RACERS,
                i -> peer.connection().attach(TestNode.context("alice", "s"), Channel.parse("topic" + i + "#alice")));

        assertThat(rejections).filteredOn(Optional::isEmpty).hasSize(31);
        assertThat(rejections).filteredOn(Optional::isPresent).containsOnly(Optional.of(ErrorCode.LIMIT_EXCEEDED));
    }

    @RepeatedTest(5)
    @DisplayName("F48 fifty racing offers fill the queue with exactly its messages")
    void queuesExactlyMaxMessages() {
        Limits limits = new TestLimits().queue(20, 1_000_000).build();
        OutboundQueue queue = queue();

        List<Boolean> taken = Racing.threads(RACERS, i -> queue.offer(Frame.of("message"), 0, limits));

        assertThat(taken).filteredOn(t -> t).hasSize(20);
        assertThat(queue.messages()).isEqualTo(20);
    }

    @RepeatedTest(5)
    @DisplayName("F48 fifty racing offers fill the queue with exactly its bytes")
    void queuesExactlyMaxBytes() {
        Limits limits = new TestLimits().queue(1_000, 100).build();
        OutboundQueue queue = queue();

        List<Boolean> taken = Racing.threads(RACERS, i -> queue.offer(Frame.of("x".repeat(10)), 0, limits));

        assertThat(taken).filteredOn(t -> t).hasSize(10);
        assertThat(queue.bytes()).isEqualTo(100);
    }

    private static OutboundQueue queue() {
        return new OutboundQueue(
                new FakeTransport(), new Counters(), new StalledQueues(), () -> 1, new RecordingListener());
    }

    @Test
    @DisplayName("F48 a raised limit applies at once")
    void aRaisedLimitAppliesAtOnce() {
        for (int i = 0; i < 5; i++) {
            open("alice", "s" + i);
        }
        assertThat(open("alice", "s5")).isInstanceOf(OpenResult.LimitReached.class);

        node.limits = new TestLimits().managers(6).build();

        assertThat(open("alice", "s5")).isInstanceOf(OpenResult.Opened.class);
        assertThat(open("alice", "s6")).isInstanceOf(OpenResult.LimitReached.class);
    }
}
