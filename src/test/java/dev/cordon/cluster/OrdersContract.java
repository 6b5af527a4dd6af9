package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.DisconnectOrder;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What each carrier of orders does, whatever it is made of. */
public abstract class OrdersContract {
    private static final DisconnectOrder ORDER =
            DisconnectOrder.all(new UserId("alice"), Disconnect.FORCE_NO_RECONNECT);

    /** What the carriers' clock may be wrong by: it counts milliseconds. */
    private static final Duration EXACT = Duration.ofMillis(2);

    private final List<Wakeup> hearing = new ArrayList<>();

    /** The carrier of one node. All of one test belong to one cluster. */
    protected abstract Orders orders(String node);

    /** The carrier of hints of the same node. */
    protected abstract Wakeup wakeup(String node);

    /** Lets time pass, as the carriers measure it. */
    protected abstract void pass(Duration time);

    @AfterEach
    void closeAll() {
        hearing.forEach(Wakeup::close);
    }

    private static List<DisconnectOrder> read(Orders orders) {
        return orders.fresh().stream().map(Orders.Received::order).toList();
    }

    @Test
    @DisplayName("an order is read once by each other node, and not by the one that gave it")
    void reachesEachOtherNodeOnce() {
        Orders a = orders("a");
        Orders b = orders("b");
        Orders c = orders("c");

        a.send(ORDER);
        assertThat(read(b)).containsExactly(ORDER);
        assertThat(read(b)).isEmpty();
        b.send(DisconnectOrder.all(new UserId("bob"), Disconnect.FORCE_RECONNECT));

        assertThat(read(c))
                .containsExactlyInAnyOrder(ORDER, DisconnectOrder.all(new UserId("bob"), Disconnect.FORCE_RECONNECT));
        assertThat(read(a)).containsExactly(DisconnectOrder.all(new UserId("bob"), Disconnect.FORCE_RECONNECT));
        assertThat(read(b)).isEmpty();
        assertThat(read(c)).isEmpty();
    }

    @Test
    void keepsAllThatAnOrderSays() {
        DisconnectOrder order = new DisconnectOrder(
                new UserId("Zoë:o'Neil@example 🦊"),
                Optional.of(new SessionId("s 1")),
                Optional.of(ConnectionId.random()),
                new Disconnect(4321, "grüße"));
        Orders a = orders("a");
        Orders b = orders("b");

        a.send(order);

        assertThat(read(b)).containsExactly(order);
    }

    @Test
    @DisplayName("the age of an order is the time since it was given, on no node's clock alone")
    void tellsTheAge() {
        Orders a = orders("a");
        Orders b = orders("b");
        long before = System.nanoTime();

        a.send(ORDER);
        Duration age = b.fresh().get(0).age();

        assertThat(age)
                .isBetween(
                        Duration.ZERO,
                        Duration.ofNanos(System.nanoTime() - before).plus(EXACT));
    }

    @Test
    @DisplayName("an order is read by a node that starts later, while it is kept")
    void reachesANodeThatStartsLater() {
        orders("a").send(ORDER);

        assertThat(read(orders("b"))).containsExactly(ORDER);
    }

    @Test
    @DisplayName("the other nodes are hinted that there is an order")
    void hintsTheOtherNodes() {
        Orders a = orders("a");
        WakeupContract.Heard heard = new WakeupContract.Heard();
        Wakeup b = wakeup("b");
        hearing.add(b);
        b.listen(heard);
        Awaitility.await().until(() -> !heard.secrets.isEmpty());

        a.send(ORDER);

        Awaitility.await().until(() -> heard.orders.get() == 1);
        assertThat(heard.woken).isEmpty();
    }

    @Test
    @DisplayName("orders are kept for ten minutes")
    void forgetsOldOrders() {
        Orders a = orders("a");
        Orders b = orders("b");
        a.send(ORDER);
        read(a);
        read(b);

        pass(Orders.KEPT.minusMinutes(1));
        b.sweep();
        assertThat(read(orders("c"))).containsExactly(ORDER);

        pass(Duration.ofMinutes(2));
        b.sweep();
        assertThat(read(orders("d"))).isEmpty();
    }
}
