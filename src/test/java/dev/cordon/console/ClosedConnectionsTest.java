package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClosedConnectionsTest {
    private final TestNode node = new TestNode();
    private final ClosedConnections closes = new ClosedConnections(node.time);

    ClosedConnectionsTest() {
        node.factory.whenEnded(closes::ended);
    }

    @Test
    void remembersTimeReasonQueueLengthAndLifetimeOfAConnection() {
        Peer alice = node.connect("alice", "laptop");
        alice.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        node.publish("alice");
        node.publish("alice");
        node.time.advance(Duration.ofSeconds(7));

        alice.connection().close(Disconnect.SLOW);

        assertThat(closes.of(TestNode.user("alice"))).singleElement().satisfies(close -> {
            assertThat(close.at()).isEqualTo(node.time.instant());
            assertThat(close.disconnect()).isEqualTo(Disconnect.SLOW);
            assertThat(close.waiting()).as("one of three is being written").isEqualTo(2);
            assertThat(close.lived()).isEqualTo(Duration.ofSeconds(7));
            assertThat(close.connection()).isEqualTo(alice.connection().id());
        });
    }

    @Test
    void keepsTheClosesOfUsersApart() {
        node.connect("alice", "a").leave();
        node.connect("bob", "a").connection().close(Disconnect.NO_PONG);

        assertThat(closes.of(TestNode.user("alice")))
                .extracting(close -> close.disconnect().code())
                .containsExactly(3000);
        assertThat(closes.of(TestNode.user("carol"))).isEmpty();
        assertThat(closes.latest(10)).extracting(close -> close.user().value()).containsExactly("bob", "alice");
    }

    @Test
    void forgetsTheOldestFirst() {
        node.connect("first", "a").leave();
        for (int i = 1; i < ClosedConnections.REMEMBERED; i++) {
            node.connect("others", "a").leave();
        }
        assertThat(closes.of(TestNode.user("first"))).hasSize(1);

        node.connect("last", "a").leave();

        assertThat(closes.of(TestNode.user("first"))).isEmpty();
        assertThat(closes.latest(Integer.MAX_VALUE)).hasSize(ClosedConnections.REMEMBERED);
    }

    @Test
    void doesNotRememberConnectionsWithoutAUser() {
        node.accept(new FakeTransport()).leave();

        assertThat(closes.latest(10)).isEmpty();
    }
}
