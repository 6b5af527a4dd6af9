package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Connection;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TickTest {
    private final TestNode node = new TestNode();
    private final AtomicInteger others = new AtomicInteger();
    private final Tick tick = new Tick(
            node.factory,
            List.of(
                    () -> {
                        throw new IllegalStateException("one of the others fails");
                    },
                    others::incrementAndGet,
                    node.admissions::tick),
            node.time,
            node.time);

    @Test
    void endsASocketThatDoesNotConnect() {
        Peer stray = node.accept(new FakeTransport());
        node.time.advance(Duration.ofSeconds(5));
        tick.run();
        assertThat(stray.state()).isEqualTo(Connection.State.OPENING);

        node.time.advance(Duration.ofMillis(1));
        tick.run();

        assertThat(stray.wire().closedWith()).contains(Disconnect.STALE);
    }

    @Test
    @DisplayName("F39 pings, and ends who does not answer")
    void pingsAndEndsTheSilent() {
        Peer peer = node.connect("alice", "s");
        node.time.advance(Duration.ofSeconds(25));
        tick.run();
        assertThat(peer.wire().messages()).endsWith("{}");

        node.time.advance(Duration.ofSeconds(9));
        tick.run();

        assertThat(peer.wire().closedWith()).contains(Disconnect.NO_PONG);
    }

    @Test
    void goesOnAfterOneThatFails() {
        node.whenAsked = () -> {
            throw new IllegalStateException("no settings");
        };
        node.time.advance(Duration.ofSeconds(1));

        tick.run();
        tick.run();

        assertThat(others).hasValue(2);
        assertThat(tick.sinceLastRun()).isZero();
    }

    @Test
    void oneConnectionThatFailsKeepsNoOtherFromBeingLookedAt() {
        Peer broken = node.connect("alice", "broken");
        Peer fine = node.connect("alice", "fine");
        broken.wire().whileWriting(() -> {
            throw new IllegalStateException("broken wire");
        });
        node.time.advance(Duration.ofSeconds(25));

        tick.run();

        assertThat(fine.wire().messages()).endsWith("{}");
        assertThat(broken.connected()).isFalse();
    }

    @Test
    void tellsForHowLongItHasNotRun() {
        tick.run();

        node.time.advance(Duration.ofSeconds(3));

        assertThat(tick.sinceLastRun()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void answersThoseWhoWaitForAProbe() {
        for (int i = 0; i < 5; i++) {
            node.connect("alice", "s" + i);
        }
        node.time.advance(Duration.ofMillis(1));
        Peer extra = node.connect("alice", "extra");
        node.time.advance(Duration.ofSeconds(2).plusMillis(1));

        tick.run();

        assertThat(extra.connected()).isTrue();
    }
}
