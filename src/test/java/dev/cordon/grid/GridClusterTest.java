package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.Cluster;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.PreferredDirectory;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.Wakeup;
import dev.cordon.jdbc.JdbcUserLog;
import dev.cordon.jdbc.SharedDatabase;
import dev.cordon.log.Append;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nodes with one log in PostgreSQL that tell each other on a grid of real members. */
class GridClusterTest {
    private static final Channel ALICE = Channel.parse("#alice");

    private final SharedDatabase database = new SharedDatabase();
    private final TestGrid members = new TestGrid(3);
    private final List<Node> nodes = new ArrayList<>();

    private record Node(TestNode parts, JdbcUserLog log, Cluster cluster, ClusterCounters counters) {
        Peer connect(String user, String session) {
            return parts.connect(user, session).awaitConnected();
        }

        void publish(Channel channel) {
            try (WriteBatch writes = new WriteBatch()) {
                parts.publisher.publishAll(List.of(new Append(channel, Payload.json("{}"), Optional.empty())), writes);
            }
        }
    }

    private Node node(String id) {
        Grid grid = new Grid(members.member(id), TestGrid.KEYS);
        ClusterCounters counters = new ClusterCounters();
        return node(id, grid, counters, grid.wakeup(counters));
    }

    private Node node(String id, Grid grid, ClusterCounters counters, Wakeup wakeup) {
        JdbcUserLog[] log = new JdbcUserLog[1];
        TestNode parts = new TestNode(Limits.DEFAULTS, time -> log[0] = database.log(time));
        ThisNode self = new ThisNode(id, "1.0.0", "host:" + id, parts.time.instant());
        Cluster cluster = new Cluster(
                id,
                new PreferredDirectory(grid.nodes(self), log[0].nodes(self)),
                wakeup,
                grid.orders(id),
                log[0].inquiries(id),
                log[0].slots(id, parts::limits, counters),
                parts.factory,
                parts.admissions,
                log[0],
                counters,
                parts.time);
        cluster.start();
        cluster.turn();
        Node node = new Node(parts, log[0], cluster, counters);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.cluster().close());
        members.close();
        database.close();
    }

    @Test
    @DisplayName("a publication on one node reaches the user's connections on every node, in order and once")
    void reachesTheConnectionsOfAllNodes() {
        List<Node> all = List.of(node("a"), node("b"), node("c"));
        List<Peer> peers = List.of(
                all.get(0).connect("alice", "s1"),
                all.get(1).connect("alice", "s2"),
                all.get(1).connect("alice", "s3"));
        Peer bob = all.get(1).connect("bob", "s");

        for (int i = 0; i < 60; i++) {
            all.get(i % 3).publish(ALICE);
        }

        peers.forEach(peer -> peer.awaitOffsets(60));
        assertThat(bob.wire().offsets()).isEmpty();
        assertThat(all.get(1).counters().remote.sum()).isPositive();
        assertThat(all.get(1).counters().repaired.sum()).isZero();
        all.forEach(node -> node.cluster().turn());
        assertThat(all.get(0).cluster().nodes())
                .extracting(NodeDirectory.Node::id)
                .containsExactly("a", "b", "c");
    }

    @Test
    @DisplayName("when a member of the grid dies, the others read at once what it may not have told any more")
    void readsWhenAMemberDies() {
        Node a = node("a");
        Grid silent = new Grid(members.member("b"), TestGrid.KEYS);
        ClusterCounters counters = new ClusterCounters();
        Node b = node("b", silent, counters, new Wakeup() {
            @Override
            public void listen(Hearer hearer) {}

            @Override
            public void wake(Collection<UserId> users) {}

            @Override
            public void close() {}
        });
        Peer peer = a.connect("alice", "s");
        b.publish(ALICE);

        members.kill("b");

        peer.awaitOffsets(1);
    }

    @Test
    @DisplayName("a disconnect on one node ends the user's connections on every node, and no younger ones")
    void disconnectsOnAllNodes() {
        Node a = node("a");
        Node b = node("b");
        Node c = node("c");
        Peer there = b.connect("alice", "s");
        Peer bob = b.connect("bob", "s");
        // By c's clock, which stands still, the connection is younger than any order.
        Peer younger = c.connect("alice", "s");
        b.parts().time.advance(Duration.ofHours(1));

        a.parts().factory.passOn(DisconnectOrder.all(new UserId("alice"), Disconnect.FORCE_NO_RECONNECT));

        Awaitility.await()
                .untilAsserted(() -> assertThat(there.wire().closedWith()).contains(Disconnect.FORCE_NO_RECONNECT));
        c.cluster().turn();
        assertThat(bob.connected()).isTrue();
        assertThat(younger.connected()).isTrue();
    }
}
