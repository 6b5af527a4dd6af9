package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.Wakeup;
import dev.cordon.cluster.WakeupContract.Heard;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A grid of three real members that is split into two and one, and heals without a restart. */
class GridSplitTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Retention RETENTION = new Retention(100_000, 1 << 30, Duration.ofMinutes(10), 1L << 32);
    private static final DisconnectOrder OF_BOTH = order("of-both");

    private final TestGrid grid = TestGrid.splittable();
    private final List<GridUserLog> logs = new ArrayList<>();

    @BeforeEach
    void start() {
        List.of("a", "b", "c").forEach(grid::member);
    }

    @AfterEach
    void stop() {
        grid.heal();
        logs.forEach(GridUserLog::close);
        grid.close();
    }

    private GridUserLog log(String node) {
        GridUserLog log = new GridUserLog(
                grid.member(node),
                GridUserLog.PREFIX,
                TestGrid.KEYS,
                () -> RETENTION,
                Clock.systemUTC(),
                TestGridLog.KEY_WINDOW);
        logs.add(log);
        return log;
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(60, TimeUnit.SECONDS);
    }

    private void awaitSizes(int a, int b, int c) {
        Map<String, Integer> sizes = Map.of("a", a, "b", b, "c", c);
        await().until(() -> sizes.entrySet().stream()
                .allMatch(each ->
                        grid.member(each.getKey()).getCluster().getMembers().size() == each.getValue()));
    }

    @Test
    @DisplayName(
            "the smaller part neither stores nor reads, and says so; healed, it goes on and nothing stored is lost")
    void theSmallerPartRefuses() throws Exception {
        List<GridUserLog> nodes = List.of(log("a"), log("b"), log("c"));
        GridUserLog c = nodes.get(2);
        try (GridLoad load = new GridLoad(nodes)) {
            load.awaitMore(2, 50);
            grid.split();

            // Before, it may say that the grid does not answer.
            await().until(() -> c.unavailable()
                    .filter(why -> why.contains("too few members"))
                    .isPresent());
            assertThatThrownBy(() -> c.append(ALICE, Payload.json("1"))).isInstanceOf(LogUnavailableException.class);
            assertThatThrownBy(() -> c.history(ALICE, Optional.empty(), -1))
                    .isInstanceOf(LogUnavailableException.class);
            load.awaitMore(0, 50);
            load.awaitMore(1, 50);
            assertThat(nodes.get(0).unavailable()).isEmpty();

            grid.heal();
            await().until(() -> c.unavailable().isEmpty());
            load.awaitMore(2, 50);
            load.awaitMore(0, 50);

            load.assertThatNothingIsLost(c);
        }
    }

    @Test
    @DisplayName("a node that loses the others one after the other answers nothing that the healing drops")
    void whoLosesTheOthersOneByOneAnswersNothingThatIsDropped() throws Exception {
        List<GridUserLog> nodes = List.of(log("a"), log("b"), log("c"));
        GridUserLog a = nodes.get(0);
        try (GridLoad load = new GridLoad(nodes)) {
            load.awaitMore(0, 50);
            grid.split(0, 1);
            // So that a, the master, finds them silent at different heartbeats.
            Awaitility.await().pollDelay(1_500, TimeUnit.MILLISECONDS).until(() -> true);
            grid.split(0, 2);

            await().until(() -> a.unavailable()
                    .filter(why -> why.contains("too few members"))
                    .isPresent());
            load.awaitMore(1, 50);
            load.awaitMore(2, 50);
            grid.heal();
            await().until(() -> a.unavailable().isEmpty());
            load.awaitMore(0, 50);

            load.assertThatNothingIsLost(nodes.get(1));
        }
    }

    private static DisconnectOrder order(String user) {
        return DisconnectOrder.all(new UserId(user), Disconnect.FORCE_NO_RECONNECT);
    }

    private static List<DisconnectOrder> fresh(Orders orders) {
        return orders.fresh().stream().map(Orders.Received::order).toList();
    }

    @Test
    @DisplayName(
            "each part takes the other for lost, and carries its orders out; healed, all know and wake each other again,"
                    + " and carry out those of the other part once")
    void whatIsNotTheLogGoesOnInBothParts() {
        Orders a = new GridOrders(grid.member("a"), TestGrid.KEYS, "a", System::nanoTime);
        Orders b = new GridOrders(grid.member("b"), TestGrid.KEYS, "b", System::nanoTime);
        Orders c = new GridOrders(grid.member("c"), TestGrid.KEYS, "c", System::nanoTime);
        List<NodeDirectory> directories = Stream.of("a", "b", "c")
                .<NodeDirectory>map(node -> new GridNodes(
                        grid.member(node), new ThisNode(node, "1.0.0", "host:" + node, Instant.EPOCH), () -> true))
                .toList();
        Heard byA = listen("a");
        Heard byC = listen("c");
        a.send(OF_BOTH);
        assertThat(fresh(c)).containsExactly(OF_BOTH);
        assertThat(fresh(b)).containsExactly(OF_BOTH);
        awaitNodes(directories, 3, 3, 3);
        grid.split();
        awaitSizes(2, 2, 1);
        awaitNodes(directories, 2, 2, 1);

        a.send(order("of-the-larger"));
        c.send(order("of-the-smaller"));
        assertThat(fresh(b)).containsExactly(order("of-the-larger"));
        assertThat(fresh(c)).isEmpty();
        grid.heal();
        awaitSizes(3, 3, 3);
        awaitNodes(directories, 3, 3, 3);

        await().untilAsserted(() -> assertThat(fresh(c)).containsExactly(order("of-the-larger")));
        await().untilAsserted(() -> assertThat(fresh(b)).containsExactly(order("of-the-smaller")));
        assertThat(fresh(b)).isEmpty();
        assertThat(fresh(c)).isEmpty();
        UserId alice = new UserId("alice");
        byA.woken.clear();
        byC.woken.clear();
        wakeup("a").wake(List.of(alice));
        await().untilAsserted(() -> assertThat(byC.woken).containsExactly(byC.hash(alice)));
        wakeup("c").wake(List.of(alice));
        await().untilAsserted(() -> assertThat(byA.woken).containsExactly(byA.hash(alice)));
    }

    private Wakeup wakeup(String node) {
        return new GridWakeup(grid.member(node), TestGrid.KEYS, new ClusterCounters());
    }

    private Heard listen(String node) {
        Heard heard = new Heard();
        wakeup(node).listen(heard);
        await().until(() -> !heard.secrets.isEmpty());
        return heard;
    }

    /** Lets the nodes beat until they know so many each. */
    private static void awaitNodes(List<NodeDirectory> directories, Integer... known) {
        NodeDirectory.Load load = new NodeDirectory.Load(0, 0, 0, 0);
        await().ignoreExceptionsInstanceOf(LogUnavailableException.class)
                .until(() -> directories.stream()
                        .map(each -> each.beat(NodeDirectory.State.READY, load)
                                .nodes()
                                .size())
                        .toList()
                        .equals(List.of(known)));
    }
}
