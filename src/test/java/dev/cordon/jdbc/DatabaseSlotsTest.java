package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.TableSlots;
import dev.cordon.cluster.UserHash;
import dev.cordon.jdbc.TestCluster.Node;
import dev.cordon.manager.Connection.State;
import dev.cordon.manager.ManagerKey;
import dev.cordon.manager.Peer;
import dev.cordon.manager.Racing;
import dev.cordon.manager.SlotClaim;
import dev.cordon.manager.SlotsContract;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The slots of three nodes that share a log in PostgreSQL. */
class DatabaseSlotsTest extends SlotsContract {
    private static final ManagerKey EXTRA = key("extra");

    private final TestCluster cluster = new TestCluster();
    private final Node a = cluster.node("a");
    private final Node b = cluster.node("b");
    private final Node c = cluster.node("c");
    private final ConnectionId connection = ConnectionId.random();

    @Override
    protected List<TestNode> start() {
        return List.of(a.parts(), b.parts(), c.parts());
    }

    @Override
    protected void end() {
        cluster.close();
    }

    private static ManagerKey key(String session) {
        return TestNode.context("alice", session).key();
    }

    private SlotClaim claim(TableSlots slots, ManagerKey key) {
        CompletableFuture<SlotClaim> answer = new CompletableFuture<>();
        slots.claim(key, connection, answer::complete);
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private void fill(Node node) {
        for (int i = 0; i < 5; i++) {
            node.connect("alice", "s" + i);
        }
    }

    /** As another node that has not heard of this one for long. */
    private void remove(String node) {
        cluster.run("DELETE FROM cordon_node WHERE id = '" + node + "'");
    }

    private int stored() {
        return cluster.number("SELECT count(*) FROM cordon_slot");
    }

    @Test
    @DisplayName("the slots of a dead node are taken over as soon as it is out of the directory")
    void takesOverTheSlotsOfADeadNode() {
        fill(a);
        assertThat(claim(b.slots(), EXTRA)).isInstanceOf(SlotClaim.Denied.class);
        b.steady();
        cluster.silent("id = 'a'");

        b.turn();

        assertThat(claim(b.slots(), EXTRA)).isEqualTo(SlotClaim.GRANTED);
        assertThat(b.counters().slotTakeovers.sum()).isEqualTo(5);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    @DisplayName("a session of a dead node that comes back on another one has its slot at once")
    void aSessionComesBackOnAnotherNode() {
        fill(a);

        b.connect("alice", "s3");

        assertThat(cluster.number("SELECT count(DISTINCT session_id) FROM cordon_slot"))
                .isEqualTo(5);
    }

    @Test
    @DisplayName(
            "at the limit, a slot of a node without a heartbeat for three seconds leaves open whether there is room")
    void isUnsureWhileANodeMayBeDead() {
        fill(a);
        cluster.run("UPDATE cordon_node SET beat_at = clock_timestamp() - INTERVAL '2 seconds' WHERE id = 'a'");
        assertThat(claim(b.slots(), EXTRA))
                .isEqualTo(new SlotClaim.Denied(Optional.of(key("s0").session()), true, false));

        cluster.run("UPDATE cordon_node SET beat_at = clock_timestamp() - INTERVAL '4 seconds' WHERE id = 'a'");

        assertThat(claim(b.slots(), EXTRA))
                .isEqualTo(new SlotClaim.Denied(Optional.of(key("s0").session()), true, true));
    }

    @Test
    @DisplayName("a node that was taken for dead claims its slots again, and ends the sessions that have none any more")
    void endsTheSessionsThatHaveLostTheirSlot() {
        List<Peer> frozen = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            frozen.add(a.connect("alice", "s" + i));
        }
        remove("a");
        b.connect("alice", "new0");
        b.connect("alice", "new1");
        b.connect("alice", "s4");

        a.turn();

        Awaitility.await().until(() -> a.counters().slotsLost.sum() == 2);
        // The newest of the frozen lose, but for the one that has a connection elsewhere.
        assertThat(frozen).extracting(Peer::connected).containsExactly(true, true, false, false, true);
        assertThat(frozen.get(2).wire().closedWith()).contains(Disconnect.FORCE_RECONNECT);
        assertThat(claim(b.slots(), EXTRA)).isInstanceOf(SlotClaim.Denied.class);
    }

    @Test
    @DisplayName("a node that is out of the directory grants nothing until its next heartbeat")
    void grantsNothingWithoutMembership() {
        remove("a");
        assertThat(claim(a.slots(), EXTRA)).isEqualTo(SlotClaim.UNAVAILABLE);
        assertThat(stored()).isZero();

        a.turn();

        assertThat(claim(a.slots(), EXTRA)).isEqualTo(SlotClaim.GRANTED);
    }

    @Test
    @DisplayName("a node that is taken for dead again and again, while sessions come and go, leaves nothing behind")
    void leavesNothingBehindThoughNodesThaw() {
        Racing.run(() -> comeAndGo(a, "on a"), () -> comeAndGo(b, "on b"), () -> {
            for (int i = 0; i < 20; i++) {
                remove("a");
                a.turn();
            }
        });

        fillByRetrying();
        Awaitility.await().untilAsserted(() -> assertThat(stored()).isEqualTo(5));
        assertThat(a.slots().size()).isZero();
    }

    private static void comeAndGo(Node node, String name) {
        for (int i = 0; i < 60; i++) {
            Peer peer = node.parts().connect("alice", name + " " + i);
            if (i % 3 == 0) {
                Awaitility.await()
                        .until(() -> peer.state() != State.OPENING
                                || node.parts().admissions.waiting() > 0);
            }
            peer.leave();
        }
    }

    private void fillByRetrying() {
        for (int i = 0; i < 5; i++) {
            int number = i;
            Awaitility.await().until(() -> {
                Peer peer = b.parts().connect("alice", "s" + number);
                Awaitility.await()
                        .until(() -> peer.state() != State.OPENING
                                || b.parts().admissions.waiting() > 0);
                if (!peer.connected()) {
                    peer.leave();
                    b.parts().advance(Duration.ofSeconds(4));
                }
                return peer.connected();
            });
        }
    }

    @Test
    @DisplayName("a release that fails is made good at a heartbeat")
    void repeatsAFailedRelease() throws Exception {
        Peer peer = a.connect("alice", "s0");
        assertThat(stored()).isEqualTo(1);
        try (Connection other = TestDatabase.connect(cluster.url);
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            // Held for longer than lock_timeout.
            lock.execute("LOCK TABLE cordon_slot IN ACCESS EXCLUSIVE MODE");
            peer.leave();
            assertThat(claim(a.slots(), EXTRA)).isEqualTo(SlotClaim.UNAVAILABLE);
            other.rollback();
        }
        assertThat(stored()).isEqualTo(1);

        a.turn();

        Awaitility.await().untilAsserted(() -> assertThat(stored()).isZero());
        assertThat(a.slots().size()).isZero();
    }

    @Test
    @DisplayName("slots that nobody holds are removed within ten minutes")
    void removesSlotsThatNobodyHolds() {
        Peer peer = a.connect("alice", "s0");
        cluster.run(
                "INSERT INTO cordon_slot SELECT 'bob', 'forgotten', member, now() FROM cordon_node WHERE id = 'a'",
                "INSERT INTO cordon_slot VALUES ('bob', 'of a dead node', -1, now())");

        for (int i = 0; i < TableSlots.TURNS; i++) {
            a.slots().turn();
        }

        Awaitility.await().untilAsserted(() -> assertThat(stored()).isEqualTo(1));
        assertThat(peer.connected()).isTrue();
        assertThat(cluster.number("SELECT count(*) FROM cordon_slot WHERE session_id = 's0'"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("many slots of dead nodes are removed in parts, one a turn")
    void removesManySlotsOfDeadNodesInParts() throws SQLException {
        int most = TableSlots.MAX_REMOVED;
        cluster.run("INSERT INTO cordon_slot SELECT 'user' || i, 's', -1, now() FROM generate_series(1, "
                + (2 * most + 1) + ") AS i");
        try (Connection other = TestDatabase.connect(cluster.url);
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            // The first part begins at one of these turns, and must not end before the last of them.
            lock.execute("LOCK TABLE cordon_slot IN ACCESS EXCLUSIVE MODE");
            for (int i = 0; i < TableSlots.TURNS; i++) {
                a.slots().turn();
            }
            other.rollback();
        }
        Awaitility.await().untilAsserted(() -> assertThat(stored()).isEqualTo(most + 1));

        a.slots().turn();
        Awaitility.await().untilAsserted(() -> assertThat(stored()).isEqualTo(1));
        a.slots().turn();

        Awaitility.await().untilAsserted(() -> assertThat(stored()).isZero());
    }

    @Test
    @DisplayName("further connections of a session need no transaction")
    void grantsFurtherConnectionsWithoutTheDatabase() {
        a.connect("alice", "s0");
        ConcurrentLinkedQueue<SlotClaim> answers = new ConcurrentLinkedQueue<>();

        a.slots().claim(key("s0"), connection, answers::add);

        assertThat(answers).as("on the same thread").containsExactly(SlotClaim.GRANTED);
        assertThat(a.slots().holds(key("s0"), connection)).isTrue();
        a.slots().release(key("s0"), connection);
        assertThat(a.slots().holds(key("s0"), connection)).isFalse();
    }

    @Test
    @DisplayName("claims that come while a transaction is under way share the next one")
    void sharesTransactions() throws Exception {
        List<CompletableFuture<SlotClaim>> answers = new ArrayList<>();
        long before = transactions();
        try (Connection other = TestDatabase.connect(cluster.url);
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE cordon_slot IN ACCESS EXCLUSIVE MODE");
            for (int i = 0; i <= TableSlots.MAX_SESSIONS * 2; i++) {
                CompletableFuture<SlotClaim> answer = new CompletableFuture<>();
                a.slots().claim(TestNode.context("user" + i, "s").key(), connection, answer::complete);
                answers.add(answer);
            }
            other.rollback();
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();

        assertThat(answers).allMatch(answer -> answer.join().equals(SlotClaim.GRANTED));
        assertThat(transactions() - before).isLessThanOrEqualTo(4);
    }

    /** Transactions that have written slots: each has a number of its own. */
    private long transactions() {
        return cluster.number("SELECT count(DISTINCT xmin::text) FROM cordon_slot");
    }

    @Test
    @DisplayName("nodes that claim for the same users in different orders do not wait for each other for ever")
    void claimsForManyUsersInAnyOrder() {
        List<SlotClaim> answers = Racing.threads(3, i -> {
                    TableSlots slots = cluster.nodes.get(i).slots();
                    List<CompletableFuture<SlotClaim>> all = new ArrayList<>();
                    for (int n = 0; n < 300; n++) {
                        int user = i % 2 == 0 ? n : 299 - n;
                        CompletableFuture<SlotClaim> answer = new CompletableFuture<>();
                        slots.claim(TestNode.context("user" + user, "on " + i).key(), connection, answer::complete);
                        all.add(answer);
                    }
                    return all.stream().map(CompletableFuture::join).toList();
                })
                .stream()
                .flatMap(List::stream)
                .toList();

        assertThat(answers).hasSize(900).containsOnly(SlotClaim.GRANTED);
    }

    @Test
    @DisplayName("without the database nothing is granted, and nobody waits")
    void answersUnavailableWithoutTheDatabase() {
        a.log().close();

        assertThat(claim(a.slots(), EXTRA)).isEqualTo(SlotClaim.UNAVAILABLE);
    }

    @Test
    @DisplayName("a probe names no user, and a version that does not know its form reads what may be new")
    void aProbeNamesNoUser() {
        String probe = DatabaseWakeup.probe(
                "a",
                Stream.of("x", "y")
                        .map(user -> UserHash.of("secret", TestNode.user(user)))
                        .toList());

        assertThat(probe).matches("2:a@:\\?[A-Za-z0-9_-]{16}");
    }
}
