package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Connection;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.HandTime;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.UserContext;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SweepsTest {
    private final TestNode node =
            new TestNode(Limits.DEFAULTS, new Retention(256, 100_000, Duration.ofMinutes(10), 1_000_000));

    @Nested
    class IdleManagers {
        private final IdleSweep sweep = new IdleSweep(node.factory, node::limits);

        @Test
        @DisplayName("F07 a session without a sign of life for more than thirty minutes is pinged before it is closed")
        void pingsASilentSessionBeforeItIsClosed() {
            Peer quiet = node.connect("alice", "s");
            node.time.advance(Duration.ofMinutes(30));
            assertThat(sweep.run()).isEqualTo(new Sweep.Found(0, 0));
            assertThat(quiet.wire().messages()).doesNotContain("{}");

            node.time.advance(Duration.ofMillis(1));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(0, 0));
            assertThat(quiet.connected()).isTrue();
            assertThat(quiet.wire().messages()).endsWith("{}");
        }

        @Test
        @DisplayName("F07 a silent session that answers the ping is kept")
        void keepsASessionThatAnswers() {
            Peer quiet = node.connect("alice", "s");
            node.time.advance(Duration.ofMinutes(31));
            sweep.run();
            node.time.advance(Duration.ofSeconds(1));
            quiet.connection().heard();
            node.time.advance(Duration.ofMinutes(5));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(0, 0));

            assertThat(quiet.connected()).isTrue();
        }

        @Test
        void closesASessionThatDoesNotAnswer() {
            Peer dead = node.connect("alice", "s");
            node.time.advance(Duration.ofMinutes(31));
            sweep.run();
            node.time.advance(Duration.ofMinutes(5));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(1, 1));

            assertThat(dead.wire().closedWith()).contains(Disconnect.NO_PONG);
            assertThat(node.factory.managers()).isEmpty();
        }

        @Test
        @DisplayName("F06 a dead tab counts as found and removed while another tab of its session is only pinged")
        void countsTheTabsOfASessionOneByOne() {
            Peer dead = node.connect("alice", "s");
            node.time.advance(Duration.ofSeconds(1));
            dead.connection().ping();
            Peer unasked = node.connect("alice", "s");
            node.time.advance(Duration.ofMinutes(31));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(1, 1));

            assertThat(unasked.connected()).isTrue();
        }

        @Test
        @DisplayName("F08 a session with one live tab is not idle")
        void isNotIdleWithOneLiveTab() {
            Peer quiet = node.connect("alice", "s");
            Peer live = node.connect("alice", "s");
            node.time.advance(Duration.ofMinutes(31));
            live.connection().heard();

            sweep.run();

            assertThat(quiet.wire().messages()).doesNotContain("{}");
        }
    }

    @Nested
    class OverdueConnections {
        private final StrayConnectionSweep sweep = new StrayConnectionSweep(node.factory, node.time);

        @Test
        void closesASocketThatNeverConnectedWith3502() {
            Peer stray = node.accept(new FakeTransport());
            node.connect("alice", "s");
            node.time.advance(Duration.ofSeconds(6));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(1, 1));

            assertThat(stray.wire().closedWith()).contains(Disconnect.STALE);
        }

        @Test
        void closesAConnectionWithAnExpiredTokenWith3005() {
            UserContext soon = new UserContext(
                    TestNode.user("alice"), new SessionId("s"), false, HandTime.START.plus(Duration.ofSeconds(10)));
            Peer peer = node.connect(soon, new FakeTransport(), Optional.empty());
            node.time.advance(Duration.ofSeconds(14));
            assertThat(sweep.run()).isEqualTo(new Sweep.Found(0, 0));

            node.time.advance(Duration.ofMillis(1));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(1, 1));
            assertThat(peer.wire().closedWith()).contains(Disconnect.EXPIRED);
        }

        @Test
        void closesAConnectionWithAStalledWriteWith3008() {
            Peer stalled = node.connect("alice", "s");
            stalled.wire().mode(FakeTransport.Mode.HELD);
            node.publish("alice");
            node.time.advance(Duration.ofSeconds(10));
            assertThat(sweep.run()).isEqualTo(new Sweep.Found(0, 0));

            node.time.advance(Duration.ofMillis(1));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(1, 1));
            assertThat(stalled.wire().closedWith()).contains(Disconnect.SLOW);
        }

        @Test
        void findsEachConnectionOnlyOnce() {
            node.accept(new FakeTransport());
            node.time.advance(Duration.ofSeconds(6));
            sweep.run();

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(0, 0));
        }
    }

    @Nested
    class StaleChannels {
        private final LogSweep sweep = new LogSweep(node.log, node.factory);

        @Test
        @DisplayName("F10 publications past their age are removed, and later the empty channel")
        void removesOldPublicationsAndEmptyChannels() {
            node.publish("alice");
            node.publish("alice");
            node.time.advance(Duration.ofMinutes(11));

            UserLog log = node.log;
            assertThat(sweep.run()).isEqualTo(new Sweep.Found(2, 2));
            assertThat(log.stats().publications()).isZero();

            node.time.advance(Retention.DEFAULT_POSITION_TIME_TO_LIVE);
            assertThat(sweep.run()).isEqualTo(new Sweep.Found(1, 1));
            assertThat(log.stats().channels()).isZero();
        }

        @Test
        @DisplayName("F20 a channel with a subscriber is kept, so that its next publication is no gap")
        void keepsAChannelWithASubscriber() {
            Peer peer = node.connect("alice", "s");
            node.publish("alice");
            node.time.advance(Duration.ofMinutes(11));

            assertThat(sweep.run()).isEqualTo(new Sweep.Found(1, 1));
            node.publish("alice");

            assertThat(peer.connection().state()).isEqualTo(Connection.State.CONNECTED);
            assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
        }
    }

    @Test
    void sweepsConnectionsThenManagersThenChannelsThenKeys() {
        assertThat(Sweeps.of(
                        node.factory,
                        node::limits,
                        node.log,
                        new Idempotency(new PublishCounters(), node.time),
                        node.time))
                .extracting(Sweep::name)
                .containsExactly("overdue-connections", "idle-managers", "stale-channels", "idempotency-keys");
    }
}
