package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.UserHash;
import dev.cordon.cluster.Wakeup;
import dev.cordon.jdbc.TestCluster.Node;
import dev.cordon.log.Append;
import dev.cordon.log.HandClock;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.Peer;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Nodes that share a log in PostgreSQL: what is published on one reaches the connections of all. */
class DatabaseClusterTest {
    private static final Channel ALICE = Channel.parse("#alice");

    private final TestCluster cluster = new TestCluster();
    private final TestDatabase database = cluster.database;
    private final String url = cluster.url;

    private Node node(String id) {
        return cluster.node(id);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    @DisplayName("a publication on one node reaches the user's connections on every node, in order and once")
    void reachesTheConnectionsOfAllNodes() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Node c = node("c");
        List<Peer> peers = List.of(a.connect("alice", "s1"), b.connect("alice", "s2"), b.connect("alice", "s3"));
        Peer bob = b.connect("bob", "s");
        Node[] publishers = {a, b, c};

        for (int i = 0; i < 60; i++) {
            publishers[i % 3].publish(ALICE, "{\"n\":" + i + "}");
        }

        peers.forEach(peer -> peer.awaitOffsets(60));
        assertThat(bob.wire().offsets()).isEmpty();
        assertThat(b.counters().remote.sum()).isPositive();
        assertThat(b.counters().repaired.sum()).isZero();
    }

    @Test
    @DisplayName("many publications of a group share one wakeup")
    void aGroupSharesAWakeup() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Peer peer = b.connect("alice", "s");
        List<Append> group = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            group.add(new Append(ALICE, Payload.json("{}"), Optional.empty()));
        }

        a.log().appendAll(group);

        peer.awaitOffsets(100);
        assertThat(a.counters().wakeupsSent.sum()).isEqualTo(1);
    }

    @Test
    @DisplayName("a notification has neither a payload nor a user's id")
    void tellsNothing() throws Exception {
        Node a = node("a");
        try (Connection connection = TestDatabase.connect(Postgres.shared().url());
                Statement listen = connection.createStatement()) {
            listen.execute("LISTEN cordon_wakeup");

            a.publish(ALICE, "{\"secret\":42}");

            List<String> heard = new ArrayList<>();
            Awaitility.await().until(() -> {
                for (PGNotification one : connection.unwrap(PGConnection.class).getNotifications(100)) {
                    heard.add(one.getParameter());
                }
                return heard.stream().anyMatch(text -> text.startsWith("1:a@"));
            });
            assertThat(heard)
                    .allSatisfy(text -> assertThat(text)
                            .doesNotContain("alice")
                            .doesNotContain("42")
                            .matches("1:[a-z]+@[0-9]+:[A-Za-z0-9_*-]+"));
        }
    }

    @Test
    @DisplayName("what a lost wakeup would have told is found within 30 seconds by reading the log")
    void aLostWakeupIsMadeGood() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Peer peer = b.connect("alice", "s");
        a.wakeup().loses.set(true);
        a.publish(ALICE, "{}");
        a.publish(ALICE, "{}");

        for (int seconds = 0; seconds < 28; seconds += 2) {
            b.turn();
        }

        assertThat(peer.wire().offsets()).containsExactly(1L, 2L);
        assertThat(b.counters().repaired.sum()).isEqualTo(2);
        assertThat(a.counters().wakeupsSent.sum()).isZero();
    }

    @Test
    @DisplayName("a publication that comes by its wakeup does not count as repaired")
    void doesNotCountWhatWakeupsBring() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Peer peer = b.connect("alice", "s");

        for (int n = 1; n <= 30; n++) {
            a.publish(ALICE, "{}");
            // May look into the log before the wakeup has come.
            b.turn();
            peer.awaitOffsets(n);
        }

        assertThat(b.counters().repaired.sum()).isZero();
    }

    @Test
    @DisplayName("lost wakeups of many users are made good in parts")
    void manyLostWakeupsAreMadeGood() throws Exception {
        Node a = node("a");
        Node b = node("b");
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            peers.add(b.connect("user" + i, "s"));
        }
        a.wakeup().loses.set(true);
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            appends.add(new Append(Channel.parse("#user" + i), Payload.json("{}"), Optional.empty()));
        }
        a.log().appendAll(appends);

        for (int seconds = 0; seconds < 28; seconds += 2) {
            b.turn();
        }

        assertThat(peers).allSatisfy(peer -> assertThat(peer.wire().offsets()).containsExactly(1L));
        assertThat(b.counters().repaired.sum()).isEqualTo(600);
    }

    @Test
    @DisplayName("a node whose listening connection is lost reads what it may have missed")
    void listensAgain() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Peer peer = b.connect("alice", "s");
        a.publish(ALICE, "{}");
        peer.awaitOffsets(1);
        a.wakeup().loses.set(true);
        a.publish(ALICE, "{}");

        cluster.number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE pid <> pg_backend_pid() AND query LIKE '%secret%cordon_log%'");

        peer.awaitOffsets(2);
    }

    @Test
    @DisplayName("when a node goes, the others read what it may not have told any more")
    void readsWhenANodeIsGone() throws Exception {
        Node a = node("a");
        Node b = node("b");
        b.turn();
        Peer peer = b.connect("alice", "s");
        b.steady();
        a.wakeup().loses.set(true);
        a.publish(ALICE, "{}");
        cluster.silent("id = 'a'");

        b.turn();

        peer.awaitOffsets(1);
        assertThat(b.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("b");
    }

    @Test
    @DisplayName("a lost node is counted by one of the others, whoever finds it first")
    void countsALostNodeOnce() throws Exception {
        node("a");
        Node b = node("b");
        Node c = node("c");
        b.steady();
        c.steady();
        cluster.silent("id = 'a'");

        b.turn();
        c.turn();
        b.turn();

        assertThat(c.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("b", "c");
        assertThat(b.metric("cordon_cluster_nodes_lost_total") + c.metric("cordon_cluster_nodes_lost_total"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("a node that leaves is not lost, nor one whose process ends while it drains")
    void countsNoNodeThatLeaves() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Node c = node("c");
        c.steady();

        a.cluster().close();
        b.parts().factory.stopAccepting();
        b.turn();
        cluster.silent("id = 'b'");
        c.turn();

        assertThat(c.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("c");
        assertThat(c.metric("cordon_cluster_nodes_lost_total")).isZero();
    }

    @Test
    @DisplayName("after a failure of the database nobody is taken for lost who beats again")
    void takesNobodyForLostAfterAPause() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Node c = node("c");
        a.steady();
        b.steady();
        cluster.silent("TRUE");
        a.parts().time.advance(Duration.ofMinutes(1));
        b.parts().time.advance(Duration.ofMinutes(1));

        b.turn();
        a.turn();
        b.steady();

        assertThat(b.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("a", "b");
        assertThat(b.metric("cordon_cluster_nodes_lost_total"))
                .as("c, which is silent for longer than the failure")
                .isEqualTo(1);
        assertThat(c.cluster().nodes()).hasSize(3);
    }

    @Test
    @DisplayName("a node that does not reach the database says since when it hears nothing and has no quorum")
    void measuresWhatANodeLacks() throws Exception {
        int port = cluster.number("SELECT inet_server_port()");
        DatabaseProxy proxy = new DatabaseProxy(port);
        Node a = cluster.node("a", url.replace(":" + port, ":" + proxy.port()));
        Awaitility.await().until(() -> a.metric("cordon_cluster_listening") == 1);
        assertThat(a.metric("cordon_cluster_quorum")).isEqualTo(1);
        assertThat(a.metric("cordon_cluster_not_listening_seconds")).isZero();

        proxy.close();
        Awaitility.await().until(() -> a.metric("cordon_cluster_listening") == 0);
        a.steady();

        assertThat(a.metric("cordon_cluster_not_listening_seconds")).isEqualTo(12);
        assertThat(a.metric("cordon_cluster_heartbeat_age_seconds")).isEqualTo(12);
        assertThat(a.metric("cordon_cluster_quorum")).isZero();
    }

    @Test
    @DisplayName("N2: a node that freezes within its heartbeat, or while it removes orders, does not stop the others")
    void aFrozenNodeDoesNotStopTheOthers() throws Exception {
        node("a");
        Node b = node("b");
        Peer peer = b.connect("alice", "s");
        TestDatabase.run(url, "UPDATE cordon_node SET beat_at = beat_at - INTERVAL '1 minute' WHERE id = 'a'");
        TestDatabase.run(
                url,
                "INSERT INTO cordon_order (node, owner, code, reason, made_at)"
                        + " VALUES ('a', 'bob', 3503, 'x', clock_timestamp() - INTERVAL '1 hour')");
        cluster.nodes.get(0).wakeup().loses.set(true);
        try (Connection frozen = TestDatabase.connect(url);
                Statement statement = frozen.createStatement()) {
            statement.execute("SET idle_in_transaction_session_timeout = 0");
            frozen.setAutoCommit(false);
            statement.execute("SELECT 1 FROM cordon_node WHERE id = 'a' FOR UPDATE");
            statement.execute("SELECT 1 FROM cordon_order FOR UPDATE");

            cluster.nodes.get(0).publish(ALICE, "{}");
            for (int seconds = 0; seconds < 28; seconds += 2) {
                b.turn();
            }
            peer.awaitOffsets(1);
            frozen.rollback();
        }
        b.turn();
        assertThat(b.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("b");
    }

    @Test
    void knowsTheNodesInTheOrderOfTheirStart() throws Exception {
        Node a = node("a");
        Node b = node("b");
        a.turn();

        assertThat(a.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("a", "b");
        assertThat(a.cluster().nodes())
                .allSatisfy(node -> assertThat(node.version()).isEqualTo("1.0.0"))
                .allSatisfy(node -> assertThat(node.address()).isEqualTo("host:" + node.id()))
                .allSatisfy(node -> assertThat(node.load().heapUsed())
                        .isBetween(1L, node.load().heapMax()))
                .allSatisfy(node -> assertThat(node.state()).isEqualTo(NodeDirectory.State.READY));
        b.connect("alice", "s1");
        b.connect("alice", "s2");
        b.turn();
        a.turn();
        assertThat(a.cluster().nodes()).extracting(node -> node.load().users()).containsExactly(0L, 1L);
        assertThat(a.cluster().nodes())
                .extracting(node -> node.load().connections())
                .containsExactly(0L, 2L);

        b.parts().factory.stopAccepting();
        b.turn();
        a.turn();
        assertThat(a.cluster().nodes())
                .extracting(NodeDirectory.Node::state)
                .containsExactly(NodeDirectory.State.READY, NodeDirectory.State.DRAINING);

        b.cluster().close();
        a.turn();
        assertThat(a.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("a");
    }

    @Test
    @DisplayName("more users than notifications can name are woken all")
    void manyUsersAreWokenAll() throws Exception {
        Node a = node("a");
        Queue heard = new Queue();
        Wakeup other = a.log().wakeup("z", new ClusterCounters());
        other.listen(heard);
        Awaitility.await().until(() -> heard.listens.get());

        a.wakeup().wake(users(DatabaseWakeup.MAX_USERS + 1));
        Awaitility.await().until(() -> heard.woken.size() == DatabaseWakeup.MAX_USERS + 1);
        assertThat(heard.unsure.get()).isFalse();

        a.wakeup().wake(users(DatabaseWakeup.MAX_USERS * 4 + 1));
        Awaitility.await().until(() -> heard.unsure.get());
        other.close();
    }

    private static List<UserId> users(int count) {
        List<UserId> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add(new UserId("user" + i));
        }
        return users;
    }

    private static final class Queue implements Wakeup.Hearer {
        private final AtomicBoolean listens = new AtomicBoolean();
        private final AtomicBoolean unsure = new AtomicBoolean();
        private final ConcurrentLinkedQueue<UserHash> woken = new ConcurrentLinkedQueue<>();

        @Override
        public void listening(String secret) {
            listens.set(true);
        }

        @Override
        public void woken(Collection<UserHash> users) {
            woken.addAll(users);
        }

        @Override
        public void unsure() {
            unsure.set(true);
        }

        @Override
        public void ordered() {}

        @Override
        public void asked() {}

        @Override
        public void answered(String question) {}

        @Override
        public void probed(Collection<UserHash> users) {}
    }

    @Test
    @DisplayName("a channel with a subscriber on another node stays, though its last message expires")
    void keepsAChannelWhoseLastMessageExpires() {
        Duration kept = Duration.ofHours(1);
        Retention retention = new Retention(256, 1024 * 1024, kept, 64L * 1024 * 1024, kept);
        HandClock clock = new HandClock();
        JdbcUserLog one = database.open(url, () -> retention, clock);
        JdbcUserLog other = database.open(url, () -> retention, clock);
        StreamPosition top = other.top(ALICE);
        other.append(ALICE, Payload.json("{}"));

        for (int minutes = 0; minutes < 180; minutes += 5) {
            clock.advance(Duration.ofMinutes(5));
            one.sweep(channel -> false);
            other.sweep(ALICE::equals);
        }

        assertThat(one.stats().publications()).isZero();
        assertThat(one.top(ALICE)).isEqualTo(new StreamPosition(top.epoch(), 1));
    }

    @Test
    @DisplayName("a burst of orders is carried out, each once")
    void carriesOutABurstOfOrders() throws Exception {
        Node a = node("a");
        Node b = node("b");
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            peers.add(b.connect("user" + i, "s"));
        }
        b.parts().time.advance(Duration.ofHours(1));

        for (int i = 0; i < 50; i++) {
            a.disconnect(DisconnectOrder.all(new UserId("user" + i), Disconnect.FORCE_NO_RECONNECT));
        }

        Awaitility.await().until(() -> peers.stream().noneMatch(Peer::connected));
        assertThat(peers).allSatisfy(peer -> assertThat(peer.wire().closes()).isEqualTo(1));
    }

    @Test
    @DisplayName("a cluster that has ended writes itself into the directory no more")
    void staysAwayAfterItsEnd() throws Exception {
        Node a = node("a");
        Node b = node("b");

        b.cluster().close();
        b.turn();
        a.turn();

        assertThat(a.cluster().nodes()).extracting(NodeDirectory.Node::id).containsExactly("a");
    }

    private static DisconnectOrder order(Optional<String> session) {
        return new DisconnectOrder(
                new UserId("alice"), session.map(SessionId::new), Optional.empty(), Disconnect.FORCE_NO_RECONNECT);
    }

    @Test
    @DisplayName("a disconnect on one node ends the user's connections on every node")
    void disconnectsOnAllNodes() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Peer here = a.connect("alice", "s1");
        Peer there = b.connect("alice", "s2");
        Peer bob = b.connect("bob", "s2");
        b.parts().time.advance(Duration.ofHours(1));

        assertThat(a.disconnect(order(Optional.empty()))).isEqualTo(1);

        assertThat(here.wire().closedWith()).contains(Disconnect.FORCE_NO_RECONNECT);
        Awaitility.await()
                .untilAsserted(() -> assertThat(there.wire().closedWith()).contains(Disconnect.FORCE_NO_RECONNECT));
        assertThat(bob.connected()).isTrue();
    }

    @Test
    @DisplayName("a disconnect of one session leaves the user's other sessions on every node")
    void disconnectsOneSessionOnAllNodes() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Peer meant = b.connect("alice", "s1");
        Peer other = b.connect("alice", "s2");
        b.parts().time.advance(Duration.ofHours(1));

        a.disconnect(order(Optional.of("s1")));

        Awaitility.await().until(() -> !meant.connected());
        assertThat(other.connected()).isTrue();
    }

    @Test
    @DisplayName("an order whose hint is lost is carried out at the next heartbeat, and once")
    void carriesOutAnOrderWithoutItsHint() throws Exception {
        node("a");
        Node b = node("b");
        Peer peer = b.connect("alice", "s");
        b.parts().time.advance(Duration.ofHours(1));
        TestDatabase.run(
                url,
                "INSERT INTO cordon_order (node, owner, code, reason, made_at)"
                        + " VALUES ('a', 'alice', 3503, 'force disconnect', clock_timestamp())");

        b.turn();
        assertThat(peer.wire().closedWith()).contains(Disconnect.FORCE_NO_RECONNECT);

        Peer again = b.connect("alice", "s");
        b.parts().time.advance(Duration.ofHours(1));
        b.turn();
        assertThat(again.connected()).isTrue();
    }

    @Test
    @DisplayName("an order does not end a connection that is younger, nor one of a node that started later")
    void sparesWhoCameLater() throws Exception {
        Node a = node("a");
        Node b = node("b");
        Peer late = b.connect("alice", "s");

        // By b's clock, which stands still, the connection is younger than any order.
        a.disconnect(order(Optional.empty()));
        b.cluster().turn();
        assertThat(late.connected()).isTrue();

        Node c = node("c");
        Peer onNew = c.connect("alice", "s");
        c.cluster().turn();
        assertThat(onNew.connected()).isTrue();
    }

    @Test
    @DisplayName("orders are kept for ten minutes")
    void forgetsOldOrders() throws Exception {
        Node a = node("a");
        a.disconnect(order(Optional.empty()));
        TestDatabase.run(url, "UPDATE cordon_order SET made_at = made_at - INTERVAL '11 minutes'");

        a.turn();

        assertThat(orders()).isZero();
        a.disconnect(order(Optional.empty()));
        a.turn();
        assertThat(orders()).isEqualTo(1);
    }

    private int orders() {
        return cluster.number("SELECT count(*) FROM cordon_order");
    }

    @Test
    @DisplayName("what a connection on one node uses, no other node forgets")
    void forgetsNothingThatAnotherNodeUses() {
        Duration kept = Duration.ofHours(1);
        Retention retention = new Retention(256, 1024 * 1024, Duration.ofMinutes(1), 64L * 1024 * 1024, kept);
        HandClock clock = new HandClock();
        JdbcUserLog one = database.open(url, () -> retention, clock);
        JdbcUserLog other = database.open(url, () -> retention, clock);
        SessionId session = new SessionId("s");
        UserLog.Readers alice = new UserLog.Readers() {
            @Override
            public boolean any(Channel channel) {
                return channel.equals(ALICE);
            }

            @Override
            public boolean connected(UserId user, SessionId of) {
                return of.equals(session);
            }
        };
        Channel bob = Channel.parse("#bob");
        StreamPosition position = other.top(ALICE);
        one.top(bob);
        other.append(ALICE, Payload.json("{}"));
        StreamPosition acknowledged = other.acknowledge(ALICE, session, new StreamPosition(position.epoch(), 1));

        for (int minutes = 0; minutes < 180; minutes += 5) {
            clock.advance(Duration.ofMinutes(5));
            one.sweep(channel -> false);
            other.sweep(alice);
            one.sweep(channel -> false);
        }

        assertThat(one.acknowledged(ALICE, session)).contains(acknowledged);
        assertThat(one.top(ALICE)).isEqualTo(acknowledged);
        assertThat(one.stats().channels()).as("bob's is forgotten").isEqualTo(1);

        clock.advance(kept.plusMinutes(5));
        one.sweep(channel -> false);
        assertThat(one.acknowledged(ALICE, session)).as("once nobody uses it").isEmpty();
    }

    @Test
    void h2CannotServeSeveralNodes() {
        try (TestDatabase h2 = TestDatabase.h2()) {
            JdbcUserLog log = h2.open(() -> TestCluster.RETENTION, java.time.Clock.systemUTC());

            assertThatThrownBy(() -> log.requirePostgres("cordon.cluster=grid"))
                    .isInstanceOf(JdbcSettingException.class)
                    .hasMessageStartingWith("cordon.cluster=grid needs a log in PostgreSQL");
        }
    }
}
