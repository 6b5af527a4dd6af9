package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.manager.Connection;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TickTest {
    private final TestNode node = new TestNode();
    private final Tick tick = new Tick(node.factory, node.time, node.time, Duration.ofMillis(300));

    @Test
    void closesASocketThatDoesNotConnect() {
        Peer stray = node.accept(new FakeTransport());
        node.time.advance(Duration.ofSeconds(5));
        tick.run();
        assertThat(stray.state()).isEqualTo(Connection.State.OPENING);

        node.time.advance(Duration.ofMillis(1));
        tick.run();

        assertThat(stray.wire().closedWith()).contains(Disconnect.STALE);
    }

    @Test
    @DisplayName("F39 the tick pings connections and closes those that do not answer")
    void pingsAndClosesSilentConnections() {
        Peer peer = node.connect("alice", "s");
        node.time.advance(Duration.ofSeconds(25));
        tick.run();
        assertThat(peer.wire().messages()).endsWith("{}");

        node.time.advance(Duration.ofSeconds(9));
        tick.run();

        assertThat(peer.wire().closedWith()).contains(Disconnect.NO_PONG);
    }

    @Test
    void closesOverdueSocketsAfterAFailedTick() {
        Peer stray = node.accept(new FakeTransport());
        node.whenAsked = () -> {
            throw new IllegalStateException("no settings");
        };
        node.time.advance(Duration.ofSeconds(6));

        tick.run();
        assertThat(tick.sinceLastRun()).isZero();
        node.whenAsked = () -> {};
        tick.run();

        assertThat(stray.wire().closedWith()).contains(Disconnect.STALE);
    }

    @Test
    void pingsTheOtherConnectionsWhenOneFails() {
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
    void reportsTheTimeSinceItsLastRun() {
        tick.run();

        node.time.advance(Duration.ofSeconds(3));

        assertThat(tick.sinceLastRun()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void admitsASessionThatWaitsForAProbe() {
        for (int i = 0; i < 5; i++) {
            node.connect("alice", "s" + i);
        }
        node.time.advance(Duration.ofMillis(1));
        Peer extra = node.connect("alice", "extra");
        node.time.advance(Duration.ofSeconds(2).plusMillis(1));

        tick.run();
        node.admissions.tick();

        assertThat(extra.connected()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, NoClassDefFoundError.class, AssertionError.class})
    @DisplayName("S3: a connection that fails with an Error does not keep the others from being pinged")
    void s3_pingsTheOtherConnectionsAfterAnError(Class<? extends Error> kind) {
        Peer broken = node.connect("alice", "broken");
        Peer fine = node.connect("alice", "fine");
        broken.wire().whileWriting(() -> {
            throw made(kind);
        });
        node.time.advance(Duration.ofSeconds(25));

        tick.run();

        assertThat(fine.wire().messages()).endsWith("{}");
        assertThat(tick.sinceLastRun()).isZero();
    }

    private static Error made(Class<? extends Error> kind) {
        try {
            return kind.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("S3: a connection that hangs is skipped and logged, and the others are pinged at each tick")
    void s3_skipsAConnectionThatHangs() {
        CountDownLatch never = new CountDownLatch(1);
        Peer stuck = node.connect("alice", "stuck");
        Peer fine = node.connect("alice", "fine");
        stuck.wire().whileWriting(() -> await(never));
        node.time.advance(Duration.ofSeconds(25));

        List<LogRecord> told = LogLines.of(GuardedLoop.class, tick);

        assertThat(fine.wire().messages()).endsWith("{}");
        assertThat(told).singleElement().satisfies(line -> {
            assertThat(line.getMessage())
                    .contains("the tick of connection " + stuck.connection().id());
            assertThat(line.getThrown().getStackTrace()).isNotEmpty();
        });
        assertThat(tick.hanging()).isEqualTo(1);
        assertThat(tick.sinceLastRun()).isZero();
        fine.connection().heard();
        node.time.advance(Duration.ofSeconds(25));
        tick.run();
        assertThat(fine.wire().messages().stream().filter("{}"::equals)).hasSize(2);
        never.countDown();
        Awaitility.await().until(() -> tick.hanging() == 0);
    }

    @Test
    @DisplayName("S3: when more connections hang than the tick can skip, it fails, so that liveness asks for a restart")
    void s3_failsWhenTooManyConnectionsHang() {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < GuardedLoop.MOST_HANGING; i++) {
            node.connect("user" + i, "stuck").wire().whileWriting(() -> await(never));
        }
        node.time.advance(Duration.ofSeconds(25));

        assertThatThrownBy(tick::run).hasMessageStartingWith("4 hang");
        assertThatThrownBy(tick::run).hasMessageStartingWith("4 hang");

        assertThat(tick.sinceLastRun()).isEqualTo(Duration.ofSeconds(25));
        never.countDown();
        Awaitility.await().until(() -> tick.hanging() == 0);
        tick.run();
        assertThat(tick.sinceLastRun()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
