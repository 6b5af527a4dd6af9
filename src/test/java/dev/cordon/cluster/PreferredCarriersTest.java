package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two carriers beside each other, of which one is preferred and may fail. */
class PreferredCarriersTest {
    private static final DisconnectOrder ALICE = order("alice");
    private static final DisconnectOrder BOB = order("bob");

    private static final NodeDirectory.Load LOAD = new NodeDirectory.Load(1, 2, 3, 4);

    private static DisconnectOrder order(String user) {
        return DisconnectOrder.all(new UserId(user), Disconnect.FORCE_NO_RECONNECT);
    }

    /** Notes what it is asked, and fails while it is told to. */
    private static class Fake implements NodeDirectory, Orders, Wakeup {
        private final String name;
        private final List<String> asked = new ArrayList<>();
        private List<Received> orders = List.of();
        private boolean fails;

        Fake(String name) {
            this.name = name;
        }

        private void note(String what) {
            asked.add(what);
            if (fails) {
                throw new LogUnavailableException("no");
            }
        }

        @Override
        public Beat beat(State state, Load load) {
            note("beat");
            return new Beat(List.of(new Node(name, "1.0.0", "host", state, Instant.EPOCH, load)), List.of());
        }

        @Override
        public List<Node> nodes() {
            note("nodes");
            return List.of(new Node(name, "1.0.0", "host", State.READY, Instant.EPOCH, LOAD));
        }

        @Override
        public void leave() {
            asked.add("leave");
        }

        @Override
        public void send(DisconnectOrder order) {
            note("send");
        }

        @Override
        public List<Received> fresh() {
            note("fresh");
            return orders;
        }

        @Override
        public void sweep() {
            note("sweep");
        }

        @Override
        public void listen(Hearer hearer) {
            asked.add("listen");
        }

        @Override
        public void wake(Collection<UserId> users) {
            asked.add("wake");
        }

        @Override
        public void close() {
            asked.add("close");
        }
    }

    private final Fake preferred = new Fake("preferred");
    private final Fake other = new Fake("other");

    @Test
    @DisplayName("a node beats in both directories, is there while it is in either, and counts once")
    void beatsInBoth() {
        NodeDirectory both = new PreferredDirectory(preferred, other);

        assertThat(both.beat(NodeDirectory.State.READY, LOAD).nodes())
                .extracting(NodeDirectory.Node::id)
                .containsExactly("other", "preferred");
        assertThat(both.nodes()).extracting(NodeDirectory.Node::id).containsExactly("other", "preferred");
        assertThat(new PreferredDirectory(other, other).nodes()).hasSize(1);
        preferred.fails = true;
        assertThat(both.beat(NodeDirectory.State.READY, LOAD).nodes())
                .extracting(NodeDirectory.Node::id)
                .containsExactly("other");
        assertThat(both.nodes()).extracting(NodeDirectory.Node::id).containsExactly("other");
        both.leave();

        assertThat(other.asked).containsExactly("beat", "nodes", "nodes", "nodes", "beat", "nodes", "leave");
        assertThat(preferred.asked).containsExactly("beat", "nodes", "beat", "nodes", "leave");
        other.fails = true;
        assertThatThrownBy(() -> both.beat(NodeDirectory.State.READY, LOAD))
                .isInstanceOf(LogUnavailableException.class);
    }

    @Test
    @DisplayName("an order goes by both carriers, and is not answered unless the other one has it")
    void sendsByBoth() {
        Orders both = new PreferredOrders(preferred, other);

        both.send(ALICE);
        assertThat(preferred.asked).containsExactly("send");
        assertThat(other.asked).containsExactly("send");
        preferred.fails = true;
        both.send(ALICE);
        assertThat(other.asked).containsExactly("send", "send");
        preferred.fails = false;
        other.fails = true;

        assertThatThrownBy(() -> both.send(ALICE)).isInstanceOf(LogUnavailableException.class);
        assertThat(preferred.asked).hasSize(3);
    }

    @Test
    @DisplayName(
            "orders of both carriers are read and swept, those of the other one also while the preferred one fails")
    void readsBoth() {
        Orders both = new PreferredOrders(preferred, other);
        preferred.orders = List.of(new Orders.Received(ALICE, Duration.ZERO));
        other.orders = List.of(new Orders.Received(BOB, Duration.ZERO));

        assertThat(both.fresh()).extracting(Orders.Received::order).containsExactlyInAnyOrder(ALICE, BOB);
        preferred.fails = true;
        assertThat(both.fresh()).extracting(Orders.Received::order).containsExactly(BOB);
        both.sweep();

        assertThat(other.asked).containsExactly("fresh", "fresh", "sweep");
        assertThat(preferred.asked).containsExactly("fresh", "fresh", "sweep");
        other.fails = true;
        assertThatThrownBy(both::fresh).isInstanceOf(LogUnavailableException.class);
        preferred.fails = false;
        assertThat(both.fresh()).extracting(Orders.Received::order).containsExactly(ALICE);
    }

    @Test
    @DisplayName(
            "a preferred carrier that does not answer is waited for at most a second, and what it tells late is told")
    void waitsForNobody() throws Exception {
        CountDownLatch silence = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        NodeDirectory.Node gone =
                new NodeDirectory.Node("gone", "1.0.0", "host", NodeDirectory.State.READY, Instant.EPOCH, LOAD);
        Fake silent = new Fake("preferred") {
            @Override
            public Beat beat(State state, Load load) {
                asked.incrementAndGet();
                Awaitility.await().until(() -> silence.getCount() == 0);
                return new Beat(super.beat(state, load).nodes(), asked.get() == 1 ? List.of(gone) : List.of());
            }
        };
        NodeDirectory both = new PreferredDirectory(silent, other);
        long from = System.nanoTime();

        for (int i = 0; i < 3; i++) {
            assertThat(both.beat(NodeDirectory.State.READY, LOAD).lost()).isEmpty();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(BoundedCalls.PATIENCE.multipliedBy(2));
        assertThat(asked).hasValue(1);
        silence.countDown();
        List<NodeDirectory.Node> lost = new ArrayList<>();
        Awaitility.await().until(() -> {
            lost.addAll(both.beat(NodeDirectory.State.READY, LOAD).lost());
            return asked.get() > 1;
        });
        assertThat(lost).containsExactly(gone);
        silent.fails = true;
        assertThat(both.beat(NodeDirectory.State.READY, LOAD).nodes()).hasSize(1);
    }

    @Test
    @DisplayName("both carriers of wakeups are heard, and the other one wakes while the preferred one does not run")
    void wakesByOne() {
        boolean[] running = {true};
        Wakeup both = new PreferredWakeup(preferred, () -> running[0], other);
        both.listen(new WakeupContract.Heard());

        both.wake(List.of(new UserId("alice")));
        running[0] = false;
        both.wake(List.of(new UserId("bob")));
        both.close();

        assertThat(preferred.asked).containsExactly("listen", "wake", "close");
        assertThat(other.asked).containsExactly("listen", "wake", "close");
    }
}
