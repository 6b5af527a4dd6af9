package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.map.IMap;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.OrdersContract;
import dev.cordon.cluster.Wakeup;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The carrier of orders with real members. */
class GridOrdersTest extends OrdersContract {
    private static final DisconnectOrder ORDER =
            DisconnectOrder.all(new UserId("alice"), Disconnect.FORCE_NO_RECONNECT);
    private static final TestGrid GRID = new TestGrid(3);

    private final AtomicLong time = new AtomicLong();

    @BeforeEach
    void start() {
        List.of("a", "b", "c").forEach(GRID::member);
        GRID.clear();
    }

    @AfterAll
    static void stop() {
        GRID.close();
    }

    /** The fourth node of a test shares a member. */
    private static String memberOf(String node) {
        return node.equals("d") ? "a" : node;
    }

    @Override
    protected Orders orders(String node) {
        return new GridOrders(GRID.member(memberOf(node)), TestGrid.KEYS, node, time::get);
    }

    @Override
    protected Wakeup wakeup(String node) {
        return new GridWakeup(GRID.member(node), TestGrid.KEYS, new ClusterCounters());
    }

    @Override
    protected void pass(Duration by) {
        time.addAndGet(by.toNanos());
    }

    private static IMap<String, byte[]> records() {
        return GRID.member("a").getMap(GridOrders.MAP);
    }

    @Test
    @DisplayName("neither the name nor the bytes of an order on the grid show whom it concerns")
    void showsNothing() {
        orders("a").send(ORDER);

        Map.Entry<String, byte[]> record =
                Map.copyOf(records()).entrySet().iterator().next();
        assertThat(record.getKey()).doesNotContain("alice").matches("[0-9a-f-]{36}@[A-Za-z0-9_-]{8}");
        assertThat(new String(record.getValue(), StandardCharsets.ISO_8859_1))
                .doesNotContain("alice", "force", "disconnect");
    }

    @Test
    @DisplayName("an order that is moved to another name, and so to another user, is not carried out")
    void isNotMoved() {
        orders("a").send(ORDER);
        orders("a").send(DisconnectOrder.all(new UserId("bob"), Disconnect.FORCE_NO_RECONNECT));
        List<Map.Entry<String, byte[]>> both = List.copyOf(Map.copyOf(records()).entrySet());
        records().set(both.get(0).getKey(), both.get(1).getValue());
        records().set(both.get(1).getKey(), both.get(0).getValue());

        assertThat(orders("b").fresh()).isEmpty();
    }

    @Test
    @DisplayName("an order that was answered survives the loss of any one node, also of the one that holds it")
    void survivesTheLossOfANode() {
        for (String lost : List.of("a", "b")) {
            try (TestGrid grid = new TestGrid(3)) {
                List.of("a", "b", "c").forEach(grid::member);
                GridOrders a = new GridOrders(grid.member("a"), TestGrid.KEYS, "a", time::get);
                Orders c = new GridOrders(grid.member("c"), TestGrid.KEYS, "c", time::get);
                for (int i = 0; i < 100; i++) {
                    DisconnectOrder order = DisconnectOrder.all(new UserId("user" + i), Disconnect.FORCE_NO_RECONNECT);
                    answered(() -> a.send(order));
                }

                grid.kill(lost);

                Set<UserId> found = new HashSet<>();
                answered(() ->
                        c.fresh().forEach(received -> found.add(received.order().user())));
                assertThat(found).hasSize(100);
            }
        }
    }

    /** Repeats a call, as its caller does, while the grid says that it does not know whether it was carried out. */
    private static void answered(Runnable call) {
        Awaitility.await()
                .ignoreExceptionsInstanceOf(LogUnavailableException.class)
                .until(() -> {
                    call.run();
                    return true;
                });
    }

    @Test
    @DisplayName("an order that cannot be stored is not answered as given")
    void saysWhatIsNotStored() {
        try (TestGrid grid = new TestGrid(1)) {
            Orders a = new GridOrders(grid.member("a"), TestGrid.KEYS, "a", time::get);
            grid.kill("a");

            assertThatThrownBy(() -> a.send(ORDER)).isInstanceOf(LogUnavailableException.class);
            assertThatThrownBy(a::fresh).isInstanceOf(LogUnavailableException.class);
        }
    }
}
