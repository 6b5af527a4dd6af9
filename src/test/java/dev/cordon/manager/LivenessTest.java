package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LivenessTest {
    private final TestNode node = new TestNode();

    @Test
    void pingsAtTheInterval() {
        Peer peer = node.connect("alice", "s");
        node.advance(Duration.ofSeconds(24));
        assertThat(peer.wire().messages()).doesNotContain("{}");

        node.advance(Duration.ofSeconds(1));

        assertThat(peer.wire().messages()).containsOnlyOnce("{}");
    }

    @Test
    @DisplayName("F39 a missed pong ends the connection with 3012 and releases it")
    void endsWithoutAPong() {
        Peer peer = node.connect("alice", "s");
        node.advance(Duration.ofSeconds(25));
        node.advance(Duration.ofSeconds(8));
        assertThat(peer.connected()).isTrue();

        node.advance(Duration.ofMillis(1));

        assertThat(peer.wire().closedWith()).contains(Disconnect.NO_PONG);
        assertThat(node.factory.stats().users()).isZero();
        assertThat(node.counters.closes()).containsEntry(3012, 1L);
    }

    @Test
    @DisplayName("F39 a dead peer is found although the ping interval is shorter than the pong timeout")
    void findsADeadPeerWhenPingsAreMoreFrequentThanThePongTimeout() {
        node.limits = new TestLimits()
                .ping(Duration.ofSeconds(2), Duration.ofSeconds(8))
                .build();
        Peer peer = node.connect("alice", "s");

        for (int i = 0; i < 22; i++) {
            node.advance(Duration.ofMillis(500));
        }

        assertThat(peer.wire().closedWith()).contains(Disconnect.NO_PONG);
    }

    @Test
    @DisplayName("F08 a connection that only receives lives past thirty minutes: its pongs show that it is there")
    void staysAliveByItsPongs() {
        Peer peer = node.connect("alice", "s");
        for (int second = 0; second < 40 * 60; second++) {
            node.advance(Duration.ofSeconds(1));
            node.publish("alice");
            if (peer.wire().messages().get(peer.wire().messages().size() - 2).equals("{}")) {
                peer.connection().heard();
            }
        }

        assertThat(peer.connected()).isTrue();
        assertThat(peer.connection().liveness().silence())
                .isLessThan(Duration.ofSeconds(30).toNanos());
    }

    @Test
    @DisplayName("F08 a connection that only sends lives past thirty minutes")
    void staysAliveByWhatItSends() {
        Peer peer = node.connect("alice", "s");
        for (int second = 0; second < 40 * 60; second += 5) {
            node.advance(Duration.ofSeconds(5));
            peer.connection().heard();
        }

        assertThat(peer.connected()).isTrue();
    }

    @Test
    @DisplayName("F08 publications sent to a dead peer do not keep its connection alive")
    void isNotKeptAliveByPublicationsSentToIt() {
        Peer peer = node.connect("alice", "s");
        for (int second = 0; second < 40; second++) {
            node.advance(Duration.ofSeconds(1));
            node.publish("alice");
        }

        assertThat(peer.wire().closedWith()).contains(Disconnect.NO_PONG);
    }

    @Test
    void reportsItsAgeAndItsSilence() {
        HandTime time = new HandTime();
        Liveness liveness = new Liveness(time);
        time.advance(Duration.ofSeconds(3));
        liveness.heard();
        time.advance(Duration.ofSeconds(4));

        assertThat(liveness.age()).isEqualTo(Duration.ofSeconds(7).toNanos());
        assertThat(liveness.silence()).isEqualTo(Duration.ofSeconds(4).toNanos());
        assertThat(liveness.silentSincePing()).isFalse();
    }
}
