package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cluster.Cluster;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Membership;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.TableSlots;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.Wakeup;
import dev.cordon.log.Append;
import dev.cordon.log.Retention;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.manager.HandTime;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WriteBatch;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.UserId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** Nodes without containers that share a log in PostgreSQL. */
final class TestCluster implements AutoCloseable {
    static final Retention RETENTION = new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024);

    final TestDatabase database = TestDatabase.postgres();
    final String url = database.fresh();
    final List<Node> nodes = new ArrayList<>();
    /** The clock of each node's log, by the node's time. */
    Function<HandTime, Clock> clock = time -> time;

    /** A node with its part of the cluster. */
    record Node(
            TestNode parts,
            JdbcUserLog log,
            Cluster cluster,
            TableSlots slots,
            ClusterCounters counters,
            LossyWakeup wakeup) {
        /** Connects, and waits until the client has its reply. */
        Peer connect(String user, String session) {
            return parts.connect(user, session).awaitConnected();
        }

        void publish(Channel channel, String json) {
            try (WriteBatch writes = new WriteBatch()) {
                parts.publisher.publishAll(List.of(new Append(channel, Payload.json(json), Optional.empty())), writes);
            }
        }

        int disconnect(DisconnectOrder order) {
            int ended = parts.factory.disconnectHere(order, Duration.ZERO);
            parts.factory.passOn(order);
            return ended;
        }

        void turn() {
            parts.time.advance(Membership.PERIOD);
            cluster.turn();
        }

        /** Beats so long that it judges whether other nodes are lost. */
        void steady() {
            for (Duration beaten = Duration.ZERO;
                    beaten.compareTo(NodeDirectory.LOST_AFTER) <= 0;
                    beaten = beaten.plus(Membership.PERIOD)) {
                turn();
            }
        }

        double metric(String name) {
            return counters.metrics().all().stream()
                    .filter(metric -> metric.name().equals(name))
                    .mapToDouble(metric -> metric.value().getAsDouble())
                    .sum();
        }
    }

    /** Loses wakeups while it is told to. */
    static final class LossyWakeup implements Wakeup {
        final AtomicBoolean loses = new AtomicBoolean();
        private final Wakeup inner;

        LossyWakeup(Wakeup inner) {
            this.inner = inner;
        }

        @Override
        public void listen(Hearer hearer) {
            inner.listen(hearer);
        }

        @Override
        public void wake(Collection<UserId> users) {
            if (!loses.get()) {
                inner.wake(users);
            }
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    /** Starts a node, which is in the directory and hears the others when this returns. */
    Node node(String id) {
        return node(id, url);
    }

    Node node(String id, String at) {
        JdbcUserLog[] log = new JdbcUserLog[1];
        TestNode parts =
                new TestNode(Limits.DEFAULTS, time -> log[0] = database.open(at, () -> RETENTION, clock.apply(time)));
        ClusterCounters counters = new ClusterCounters(parts.time);
        LossyWakeup wakeup = new LossyWakeup(log[0].wakeup(id, counters));
        TableSlots slots = (TableSlots) log[0].slots(id, parts::limits, counters);
        Cluster cluster = new Cluster(
                id,
                log[0].nodes(new ThisNode(id, "1.0.0", "host:" + id, parts.time.instant())),
                wakeup,
                log[0].orders(id),
                log[0].inquiries(id),
                slots,
                parts.factory,
                parts.admissions,
                log[0],
                counters,
                parts.time);
        cluster.start();
        Node node = new Node(parts, log[0], cluster, slots, counters, wakeup);
        nodes.add(node);
        Awaitility.await().until(() -> node.metric("cordon_cluster_listening") == 1);
        return node;
    }

    /** Makes these nodes' last heartbeats a minute old. */
    void silent(String which) {
        run("UPDATE cordon_node SET beat_at = beat_at - INTERVAL '1 minute' WHERE " + which);
    }

    /** The first number that a statement returns. */
    int number(String sql) {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void run(String... statements) {
        TestDatabase.run(url, statements);
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.cluster().close());
        database.close();
    }
}
