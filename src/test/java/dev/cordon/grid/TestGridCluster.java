package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import dev.cordon.cluster.Cluster;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Membership;
import dev.cordon.cluster.TableSlots;
import dev.cordon.cluster.ThisNode;
import dev.cordon.log.Append;
import dev.cordon.log.Retention;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Nodes without containers that have nothing in common but a data grid of real members, the log on it included. */
final class TestGridCluster implements AutoCloseable {
    private static final Retention RETENTION =
            new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024);

    final TestGrid grid;
    private final List<Node> nodes = new ArrayList<>();

    /** @param grid whose members it uses, and which it empties */
    TestGridCluster(TestGrid grid) {
        this.grid = grid;
        grid.clear();
    }

    /** A node with its part of the cluster. */
    record Node(
            TestNode parts,
            GridUserLog log,
            Cluster cluster,
            TableSlots slots,
            GridSlotTable table,
            ClusterCounters counters) {
        /** Connects, and waits until the client has its reply. */
        Peer connect(String user, String session) {
            return parts.connect(user, session).awaitConnected();
        }

        void publish(Channel channel, String json) {
            try (WriteBatch writes = new WriteBatch()) {
                parts.publisher.publishAll(List.of(new Append(channel, Payload.json(json), Optional.empty())), writes);
            }
        }

        void turn() {
            parts.time.advance(Membership.PERIOD);
            cluster.turn();
        }
    }

    Node node(String id) {
        return node(id, grid.member(id));
    }

    /** @param member may be another node's, as where an application is deployed twice */
    Node node(String id, HazelcastInstance member) {
        Grid on = new Grid(member, TestGrid.KEYS);
        GridUserLog[] log = new GridUserLog[1];
        TestNode parts =
                new TestNode(Limits.DEFAULTS, time -> log[0] = on.log(() -> RETENTION, time, TestGridLog.KEY_WINDOW));
        ClusterCounters counters = new ClusterCounters(parts.time);
        GridSlotTable table = on.slotTable(on.orders(id));
        TableSlots slots = new TableSlots(table, parts::limits, counters);
        Cluster cluster = new Cluster(
                id,
                on.allNodes(new ThisNode(id, "1.0.0", "host:" + id, parts.time.instant())),
                on.wakeup(counters),
                on.orders(id),
                on.inquiries(id),
                slots,
                parts.factory,
                parts.admissions,
                log[0],
                counters,
                parts.time);
        Node node = new Node(parts, log[0], cluster, slots, table, counters);
        nodes.add(node);
        return node;
    }

    /** Begins the nodes' part in the cluster. Call it when all members are there: fewer than the quorum do nothing. */
    void start() {
        nodes.forEach(node -> node.cluster().start());
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.cluster().close());
        nodes.forEach(node -> node.log().close());
    }
}
