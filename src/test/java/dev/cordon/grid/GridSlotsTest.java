package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.map.IMap;
import dev.cordon.grid.TestGridCluster.Node;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.SlotClaim;
import dev.cordon.manager.SlotsContract;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.ConnectionId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The slots of three nodes that share a data grid. */
class GridSlotsTest extends SlotsContract {
    private static final ManagerKey EXTRA = key("extra");

    /** Shared, because members take long to find each other. Some are killed, and others take their place. */
    private static final TestGrid GRID = new TestGrid(8, 2);

    private final TestGridCluster cluster = new TestGridCluster(GRID);
    private final Node a = cluster.node("a");
    private final Node b = cluster.node("b");
    private final Node c = cluster.node("c");
    private final ConnectionId connection = ConnectionId.random();

    @Override
    protected List<TestNode> start() {
        cluster.start();
        return List.of(a.parts(), b.parts(), c.parts());
    }

    @Override
    protected void end() {
        cluster.close();
    }

    @AfterAll
    static void stop() {
        GRID.close();
    }

    private static ManagerKey key(String session) {
        return TestNode.context("alice", session).key();
    }

    private SlotClaim claim(Node node, ManagerKey key) {
        CompletableFuture<SlotClaim> answer = new CompletableFuture<>();
        node.slots().claim(key, connection, answer::complete);
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void fill(Node node) {
        for (int i = 0; i < 5; i++) {
            node.connect("alice", "s" + i);
        }
    }

    @Test
    @DisplayName("the slots of a member that is killed are free at once")
    void takesOverTheSlotsOfADeadMember() {
        fill(a);
        assertThat(claim(b, EXTRA)).isInstanceOf(SlotClaim.Denied.class);

        cluster.grid.kill("a");

        Awaitility.await().until(() -> claim(b, EXTRA).equals(SlotClaim.GRANTED));
        assertThat(b.counters().slotTakeovers.sum()).isPositive();
    }

    @Test
    @DisplayName(
            "at the limit, a slot of a node that was not heard for three seconds leaves open whether there is room")
    void isUnsureWhileANodeMayBeDead() {
        fill(a);
        assertThat(claim(b, EXTRA))
                .isEqualTo(new SlotClaim.Denied(Optional.of(key("s0").session()), true, false));
        IMap<String, Long> beats = cluster.grid.member("b").getMap(GridUserLog.PREFIX + "beats");
        beats.set(
                cluster.grid.member("a").getCluster().getLocalMember().getUuid().toString(), 1L);

        assertThat(claim(b, EXTRA))
                .isEqualTo(new SlotClaim.Denied(Optional.of(key("s0").session()), true, true));
    }

    @Test
    @DisplayName("the slots of a member that has joined just now, and that another one does not know yet, count")
    void keepsTheSlotsOfAMemberThatItDoesNotKnowYet() {
        AtomicBoolean unaware = new AtomicBoolean(true);
        Node late = cluster.node(
                "d", ObservedMember.unaware(cluster.grid.member("b"), cluster.grid.member("a"), unaware::get));
        late.cluster().start();
        late.turn();
        a.turn();
        fill(a);

        assertThat(claim(late, EXTRA)).isInstanceOf(SlotClaim.Denied.class);
        assertThat(late.table().removeLeft(100)).isZero();
        unaware.set(false);
        assertThat(claim(late, EXTRA)).isInstanceOf(SlotClaim.Denied.class);
        unaware.set(true);

        // Known once, and gone now: it has left.
        assertThat(claim(late, EXTRA)).isEqualTo(SlotClaim.GRANTED);
    }

    @Test
    @DisplayName("a member that this one has never seen, and that does not beat, has left")
    void freesTheSlotsOfAMemberThatIsSilent() {
        Node late = cluster.node(
                "d", ObservedMember.unaware(cluster.grid.member("b"), cluster.grid.member("a"), () -> true));
        IMap<String, Long> beats = cluster.grid.member("b").getMap(GridUserLog.PREFIX + "beats");
        late.cluster().start();
        late.turn();
        fill(a);
        beats.set(
                cluster.grid.member("a").getCluster().getLocalMember().getUuid().toString(), 1L);

        assertThat(claim(late, EXTRA)).isEqualTo(SlotClaim.GRANTED);
    }

    @Test
    @DisplayName("a node that comes back from a split, and does not know the others yet, frees none of their slots")
    void freesNothingWhileItComesBack() {
        AtomicBoolean returning = new AtomicBoolean();
        Node back = cluster.node("d", ObservedMember.returning(cluster.grid.member("b"), returning::get));
        back.cluster().start();
        back.turn();
        long member = back.table().member();
        fill(a);
        int five = length(cluster.grid.member("b").getMap(GridUserLog.PREFIX + "slots"));
        returning.set(true);

        assertThatThrownBy(() -> back.table().change(member, 5, List.of(key("s9")), List.of()))
                .isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> back.table().removeLeft(100)).isInstanceOf(LogUnavailableException.class);
        assertThat(length(cluster.grid.member("b").getMap(GridUserLog.PREFIX + "slots")))
                .isEqualTo(five);
    }

    @Test
    @DisplayName("slots that the grid has lost are claimed again by the nodes that hold them")
    void claimsAgainWhatIsLost() {
        IMap<String, byte[]> stored = cluster.grid.member("b").getMap(GridUserLog.PREFIX + "slots");
        fill(a);
        assertThat(claim(b, EXTRA)).isInstanceOf(SlotClaim.Denied.class);
        int five = length(stored);
        stored.clear();

        a.table().partitionLost();
        a.turn();

        // Not by a claim, which would take a slot that is not claimed again yet.
        Awaitility.await().until(() -> length(stored) == five);
        assertThat(claim(b, EXTRA)).isInstanceOf(SlotClaim.Denied.class);
    }

    private static int length(IMap<String, byte[]> stored) {
        return stored.values().stream().mapToInt(record -> record.length).sum();
    }

    @Test
    @DisplayName("a node that has ended has left no listener at its member of the grid, which lives on")
    void leavesNoListenerBehind() {
        Set<UUID> listeners = ConcurrentHashMap.newKeySet();
        Node redeployed = cluster.node("d", ObservedMember.listeners(cluster.grid.member("a"), listeners));
        redeployed.cluster().start();
        redeployed.connect("bob", "s");
        // Two of the log, two of the slots, and three of the wakeups.
        Awaitility.await().until(() -> listeners.size() == 7);

        redeployed.cluster().close();
        redeployed.log().close();

        assertThat(listeners).isEmpty();
    }

    @Test
    @DisplayName("what is released just before a node ends is released, and later claims are unavailable")
    void releasesToTheEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        a.table().execute(() -> {
            begun.countDown();
            try {
                released.complete(ended.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                released.complete(false);
            }
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        a.cluster().close();
        ended.countDown();

        assertThat(released.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(claim(a, EXTRA)).isEqualTo(SlotClaim.UNAVAILABLE);
    }

    @Test
    @DisplayName("a record of slots tells neither the user nor the session")
    void encryptsSlots() {
        fill(a);
        IMap<String, byte[]> records = cluster.grid.member("b").getMap(GridUserLog.PREFIX + "slots");

        assertThat(records.entrySet())
                .isNotEmpty()
                .noneMatch(each ->
                        (each.getKey() + new String(each.getValue(), StandardCharsets.ISO_8859_1)).contains("alice"));
    }
}
