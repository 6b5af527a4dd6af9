package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Disconnect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final TestNode node = new TestNode();
    private final List<Long> openAtPauses = new ArrayList<>();
    private Runnable duringPause = () -> {};

    private Drain drain(Duration period) {
        return new Drain(node.factory, () -> period, step -> {
            openAtPauses.add(node.factory.stats().connections());
            duringPause.run();
        });
    }

    private List<Peer> connect(int count) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(node.connect("user" + i, "s"));
        }
        return peers;
    }

    @Test
    @DisplayName("F09 a drain stops accepting, closes all connections with 3001 and releases them")
    void stopsAcceptingThenClosesAndReleasesAllConnections() {
        List<Peer> peers = connect(20);
        Peer stray = node.accept(new FakeTransport());
        duringPause = () -> assertThat(node.factory.accept(new FakeTransport())).isEmpty();

        drain(Duration.ofSeconds(5)).run();

        assertThat(peers)
                .allSatisfy(peer -> assertThat(peer.wire().closedWith()).contains(Disconnect.SHUTDOWN));
        assertThat(stray.wire().closedWith()).contains(Disconnect.SHUTDOWN);
        assertThat(node.tables().values()).containsOnly(0);
    }

    @Test
    void closesConnectionsInSteps() {
        connect(10);

        drain(Duration.ofMillis(250)).run();

        assertThat(openAtPauses).containsExactly(8L, 6L, 4L, 2L);
    }

    @Test
    void closesAllAtOnceWithoutAPeriod() {
        connect(10);

        drain(Duration.ZERO).run();

        assertThat(openAtPauses).isEmpty();
        assertThat(node.factory.stats().connections()).isZero();
    }

    @Test
    void stopsWithNobodyConnected() {
        drain(Duration.ofSeconds(5)).run();

        assertThat(openAtPauses).isEmpty();
        assertThat(node.factory.accepting()).isFalse();
    }

    @Test
    @DisplayName("F09 waiting messages are written before the close")
    void writesWaitingMessagesBeforeTheClose() {
        Peer busy = node.connect("alice", "s");
        busy.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");
        node.publish("alice");
        duringPause = busy.wire()::complete;

        drain(Duration.ZERO).run();

        assertThat(busy.wire().offsets()).containsExactly(1L, 2L);
        assertThat(busy.wire().closedWith()).contains(Disconnect.SHUTDOWN);
        assertThat(openAtPauses).hasSize(2);
    }

    @Test
    void waitsForAStalledPeerNoLongerThanTwoSeconds() {
        Peer stalled = node.connect("alice", "s");
        stalled.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");

        drain(Duration.ZERO).run();

        assertThat(openAtPauses).hasSize(40);
        assertThat(stalled.wire().closedWith()).contains(Disconnect.SHUTDOWN);
    }

    @Test
    void closesTheOtherConnectionsWhenOneThrows() {
        List<Peer> peers = connect(3);
        peers.get(0).wire().whileClosing(() -> {
            throw new IllegalStateException("socket is gone");
        });

        drain(Duration.ZERO).run();

        assertThat(peers).allMatch(peer -> peer.wire().closes() == 1);
    }

    @Test
    void closesAllAtOnceWhenInterrupted() {
        List<Peer> peers = connect(10);
        AtomicInteger pauses = new AtomicInteger();
        Drain drain = new Drain(node.factory, () -> Duration.ofSeconds(5), step -> {
            pauses.incrementAndGet();
            throw new InterruptedException();
        });

        drain.run();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(pauses)
                .as("once between steps, once for what is still written")
                .hasValue(2);
        assertThat(peers)
                .allSatisfy(peer -> assertThat(peer.wire().closedWith()).contains(Disconnect.SHUTDOWN));
    }

    @Test
    @DisplayName("S3: a connection whose close hangs does not keep the other connections from being closed")
    void s3_closesTheOtherConnectionsWhenOneHangs() {
        CountDownLatch never = new CountDownLatch(1);
        Peer stuck = node.connect("alice", "stuck");
        Peer fine = node.connect("bob", "fine");
        stuck.wire().whileClosing(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        new Drain(node.factory, () -> Duration.ZERO, step -> {}, Duration.ofMillis(300)).run();

        assertThat(fine.wire().closedWith()).contains(Disconnect.SHUTDOWN);
        never.countDown();
    }

    @Test
    @DisplayName("F09 it takes its period and two seconds at most")
    void saysHowLongItMayTake() {
        assertThat(drain(Duration.ofSeconds(5)).longest()).isEqualTo(Duration.ofSeconds(7));
    }
}
