package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** No I/O and no foreign callback under a lock: whatever runs the wire, the settings or the log must hold no monitor. */
class NoLockTest {
    private final TestNode node = new TestNode();
    private final List<String> held = new CopyOnWriteArrayList<>();

    /** Monitors of the current thread taken in Cordon's code or in the maps it uses. */
    private void check() {
        var info = ManagementFactory.getThreadMXBean()
                .getThreadInfo(new long[] {Thread.currentThread().getId()}, true, false)[0];
        for (MonitorInfo monitor : info.getLockedMonitors()) {
            String frame = monitor.getLockedStackFrame().getClassName();
            if (frame.startsWith("dev.cordon.") || frame.startsWith("java.util.concurrent.")) {
                held.add(monitor + " in " + monitor.getLockedStackFrame());
            }
        }
    }

    private Peer connect(String session) {
        return node.connect("alice", session, watched());
    }

    private FakeTransport watched() {
        return new FakeTransport().whileWriting(this::check).whileClosing(this::check);
    }

    private UserLog watchedLog() {
        return (UserLog) Proxy.newProxyInstance(
                UserLog.class.getClassLoader(), new Class<?>[] {UserLog.class}, (proxy, method, args) -> {
                    check();
                    try {
                        return method.invoke(node.log, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void theCheckSeesALock() {
        synchronized (this) {
            check();
        }

        assertThat(held).isNotEmpty();
    }

    @Test
    @DisplayName("F14 no lock is held while the wire, the log or the settings are called")
    void noLockIsHeldWhileTheWireTheLogOrTheSettingsAreCalled() {
        node.whenAsked = this::check;
        node.limits = new TestLimits()
                .policy(LimitPolicy.EVICT_OLDEST)
                .queue(3, 100_000)
                .build();
        Channel personal = TestNode.personal("alice");

        Peer first = connect("s0");
        node.publish("alice");
        node.appended(personal, "{}");
        Delivery gap = node.appended(personal, "{}");
        try (WriteBatch writes = new WriteBatch()) {
            node.factory.deliver(new Delivery(gap.appended(), 1), watchedLog(), writes);
        }
        Channel news = Channel.parse("news#alice");
        first.connection().attach(TestNode.context("alice", "s0"), news);
        node.publish(news, "{}");
        first.connection().goLive(news, new dev.cordon.protocol.StreamPosition("e1", 0), TestNode.REPLY, watchedLog());
        node.advance(Duration.ofSeconds(25));
        for (int i = 1; i < 7; i++) {
            connect("s" + i);
        }
        node.advance(Duration.ofSeconds(3));
        Peer slow = connect("s7");
        node.advance(Duration.ofSeconds(3));
        slow.wire().mode(FakeTransport.Mode.HELD);
        for (int i = 0; i < 6; i++) {
            node.publish("alice");
        }
        connect("s8").connection().drainAndClose(Disconnect.SHUTDOWN);
        node.factory.disconnectHere(
                DisconnectOrder.all(TestNode.user("alice"), Disconnect.FORCE_NO_RECONNECT), Duration.ZERO);

        assertThat(held).isEmpty();
        assertThat(node.counters.closes()).containsKeys(3008);
        assertThat(node.counters.catchUps.sum()).isEqualTo(2);
    }

    @Test
    @DisplayName("F14 a write that re-enters everything does not hang and does not nest")
    void aWriteThatReentersNeitherHangsNorNests() {
        int[] depth = {0};
        FakeTransport wire = new FakeTransport();
        wire.whileWriting(() -> {
            if (depth[0]++ < 3) {
                node.publish("alice");
                node.connect("alice", "s").leave();
                node.tick();
            }
        });

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Peer peer = node.connect("alice", "s", wire);
            node.publish("alice");
            peer.leave();
        });

        assertThat(wire.overlaps()).isZero();
        assertThat(wire.offsets()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    @DisplayName("F14 a wire that closes its connection from within a write does not hang")
    void aWriteThatClosesItsConnectionDoesNotHang() {
        Peer[] self = new Peer[1];
        FakeTransport wire = new FakeTransport();
        self[0] = node.connect("alice", "s", wire);
        wire.whileWriting(() -> self[0].leave());

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> node.publish("alice"));

        assertThat(node.factory.stats().connections()).isZero();
    }

    @Test
    @DisplayName("F14 a write that never ends delays no other connection, and ends with 3008 at its deadline")
    void aWriteThatNeverEndsDelaysNoOtherConnection() {
        Peer dead = node.connect("alice", "dead");
        Peer live = node.connect("alice", "live");
        Peer bob = node.connect("bob", "s");
        dead.wire().mode(FakeTransport.Mode.HELD);

        for (int i = 0; i < 10; i++) {
            node.publish("alice");
            node.publish("bob");
        }
        assertThat(live.wire().offsets()).hasSize(10);
        assertThat(bob.wire().offsets()).hasSize(10);
        node.advance(Duration.ofSeconds(10).plusNanos(1));

        assertThat(dead.wire().closedWith()).contains(Disconnect.SLOW);
        assertThat(node.counters.dropped(Counters.Drop.CLOSED)).isEqualTo(9);
        assertThat(live.connected()).isTrue();
    }

    @Test
    @DisplayName("F14 a wire that throws does not stop the writes to other users of the same batch")
    void aWireThatThrowsDoesNotStopTheOtherWritesOfABatch() {
        Peer broken = node.connect("alice", "s", new FakeTransport());
        Peer bob = node.connect("bob", "s");
        broken.wire().mode(FakeTransport.Mode.THROWING);

        try (WriteBatch writes = new WriteBatch()) {
            node.factory.deliver(node.appended(TestNode.personal("alice"), "{}"), node.log, writes);
            node.factory.deliver(node.appended(TestNode.personal("bob"), "{}"), node.log, writes);
        }

        assertThat(bob.wire().offsets()).containsExactly(1L);
        assertThat(broken.connected()).isFalse();
    }

    @Test
    @DisplayName(
            "F16 no lock is held while a write is under way: another thread delivers, attaches and closes meanwhile")
    void noLockIsHeldWhileAWriteIsUnderWay() {
        Peer slow = node.connect("alice", "slow");
        slow.wire().mode(FakeTransport.Mode.HELD);
        node.publish("alice");

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            node.publish("alice");
            slow.connection().attach(TestNode.context("alice", "slow"), Channel.parse("orders#alice"));
            slow.connection().drain();
            slow.connection().close(Disconnect.NORMAL);
        });

        assertThat(slow.wire().closedWith()).contains(Disconnect.NORMAL);
        assertThat(node.factory.stats().connections()).isZero();
    }

    @Test
    @DisplayName(
            "F16 no lock is held while a write blocks its thread: another thread delivers, attaches and closes meanwhile")
    void noLockIsHeldWhileAWriteBlocks() throws InterruptedException {
        Peer stuck = node.connect("alice", "stuck");
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        stuck.wire().whileWriting(() -> {
            writing.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Thread writer = new Thread(() -> node.publish("alice"));
        writer.start();
        writing.await();

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            node.publish("alice");
            stuck.connection().attach(TestNode.context("alice", "stuck"), Channel.parse("orders#alice"));
            stuck.connection().close(Disconnect.NORMAL);
        });

        assertThat(stuck.wire().closedWith()).contains(Disconnect.NORMAL);
        go.countDown();
        writer.join();
    }

    @Test
    @DisplayName("F19 a delivery beside a stalled reader neither waits nor blocks, by the counts of the Java runtime")
    void aDeliveryNeitherWaitsNorBlocks() {
        node.connect("alice", "stalls").wire().mode(FakeTransport.Mode.HELD);
        node.connect("alice", "reads");
        node.publish("alice");
        long before = pauses();

        for (int i = 0; i < 500; i++) {
            node.publish("alice");
        }

        assertThat(pauses()).isEqualTo(before);
    }

    /** How often this thread has waited, slept, parked or been kept out of a monitor. */
    private static long pauses() {
        ThreadInfo info = ManagementFactory.getThreadMXBean()
                .getThreadInfo(Thread.currentThread().getId());
        return info.getWaitedCount() + info.getBlockedCount();
    }

    @Test
    @DisplayName("F19 a pause of the thread is counted")
    void theCountsSeeAPause() {
        long before = pauses();

        LockSupport.parkNanos(1);

        assertThat(pauses()).isGreaterThan(before);
    }
}
