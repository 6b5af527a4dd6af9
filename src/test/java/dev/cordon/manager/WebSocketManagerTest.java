package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WebSocketManagerTest {
    private final TestNode node = new TestNode();
    private final Peer first = node.connect("alice", "s");
    private final Peer second = node.connect("alice", "s");
    private final WebSocketManager manager =
            node.factory.find(TestNode.context("alice", "s").key()).orElseThrow();

    @Test
    void itsSilenceIsThatOfTheConnectionHeardLast() {
        node.time.advance(Duration.ofSeconds(3));
        first.connection().heard();
        node.time.advance(Duration.ofSeconds(4));

        assertThat(manager.silence()).isEqualTo(Duration.ofSeconds(4).toNanos());
    }

    @Test
    void itsSilenceIsZeroWithoutConnections() {
        node.time.advance(Duration.ofSeconds(3));
        first.leave();
        second.leave();

        assertThat(manager.silence()).isZero();
        assertThat(manager.oldest()).isEmpty();
    }

    @Test
    void returnsItsOldestConnection() {
        assertThat(manager.oldest()).containsSame(first.connection());
        assertThat(manager.connections()).containsExactly(first.connection(), second.connection());

        first.leave();

        assertThat(manager.oldest()).containsSame(second.connection());
    }
}
