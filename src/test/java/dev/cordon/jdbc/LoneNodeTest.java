package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.LoneNode;
import dev.cordon.cluster.Membership;
import dev.cordon.jdbc.TestCluster.Node;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Channel;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What applications publish by SQL reaches the connections: of a node without others, and of each node of a cluster. */
class LoneNodeTest {
    private final TestCluster cluster = new TestCluster();
    private final String url = cluster.url;
    private final AtomicReference<JdbcUserLog> log = new AtomicReference<>();
    private final TestNode parts = new TestNode(Limits.DEFAULTS, time -> {
        // Not by the test's time: what is published by SQL has the database's.
        log.set(cluster.database.open(url, () -> TestCluster.RETENTION, Clock.systemUTC()));
        return log();
    });
    private final ClusterCounters counters = new ClusterCounters(parts.time);
    private final LoneNode node = new LoneNode(
            () -> log().publishedBySql(),
            () -> log().wakeup("lone", counters),
            parts.factory,
            log(),
            counters,
            parts.time);

    @AfterEach
    void stop() {
        node.close();
        cluster.close();
    }

    private JdbcUserLog log() {
        return Objects.requireNonNull(log.get());
    }

    private void look() {
        log().keepRules(() -> 65_536);
        turn();
    }

    private void turn() {
        parts.time.advance(Membership.PERIOD);
        node.turn();
    }

    private boolean listens() {
        return metric("cordon_cluster_listening") == 1;
    }

    private double metric(String name) {
        return counters.metrics().all().stream()
                .filter(metric -> metric.name().equals(name))
                .mapToDouble(metric -> metric.value().getAsDouble())
                .sum();
    }

    private long listeners() throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN cordon_wakeup'")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    @DisplayName("until an application publishes by SQL, a node without others does not listen")
    void doesNotListenWithoutNeed() throws Exception {
        parts.connect("alice", "s");
        for (int i = 0; i < 20; i++) {
            look();
        }

        assertThat(listeners()).isZero();
        assertThat(metric("cordon_cluster_not_listening_seconds")).isZero();
    }

    @Test
    @DisplayName("the first message comes with the first look behind it, later ones with their transactions")
    void deliversFromTheFirstOn() throws Exception {
        Peer before = parts.connect("alice", "before").awaitConnected();
        Transactions.commit(url, "#alice", "1");
        assertThat(before.wire().offsets()).isEmpty();

        look();
        await().until(this::listens);
        before.awaitOffsets(1);
        Peer after = parts.connect("bob", "after").awaitConnected();
        Transactions.commit(url, "#bob", "1");
        Transactions.commit(url, "#alice", "2");
        parts.publish(Channel.parse("#alice"), "3");
        Transactions.commit(url, "#alice", "4");

        after.awaitOffsets(1);
        before.awaitOffsets(4);
        assertThat(counters.transactions.sum()).isEqualTo(3);
        assertThat(counters.remote.sum()).isPositive();
        assertThat(counters.repaired.sum()).isZero();
        assertThat(metric("cordon_cluster_heartbeat_age_seconds")).isZero();
    }

    @Test
    @DisplayName("a message whose notification was lost comes within 30 seconds")
    void repairsALostNotification() throws Exception {
        Transactions.commit(url, "#other", "1");
        look();
        await().until(this::listens);
        Peer peer = parts.connect("alice", "s").awaitConnected();
        // Whatever the beginning of listening has read is over when a message came by its notification.
        Transactions.commit(url, "#alice", "1");
        peer.awaitOffsets(1);
        TestDatabase.run(
                url,
                "BEGIN",
                // As a transaction whose notification nobody hears.
                "CREATE FUNCTION pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT'",
                "ALTER FUNCTION cordon_commit() SET search_path = " + url.replaceAll(".*currentSchema=", "")
                        + ", pg_catalog",
                "SELECT cordon_publish('#alice', '2')",
                "SET CONSTRAINTS ALL IMMEDIATE",
                "COMMIT");
        assertThat(peer.wire().offsets()).hasSize(1);

        for (int seconds = 0; seconds < 28; seconds += 2) {
            turn();
        }

        peer.awaitOffsets(2);
        // Counted behind the delivery.
        await().untilAsserted(() -> assertThat(counters.repaired.sum()).isEqualTo(1));
    }

    @Test
    @DisplayName(
            "each node of a cluster delivers what an application publishes by SQL, in order with the nodes' own, once")
    void reachesEachNodeOfACluster() throws Exception {
        cluster.clock = time -> Clock.systemUTC();
        Node a = cluster.node("a");
        Node b = cluster.node("b");
        Peer one = a.connect("alice", "one");
        Peer other = b.connect("alice", "other");
        Peer bob = b.connect("bob", "s");

        for (int i = 0; i < 20; i++) {
            Transactions.commit(url, "#alice", "" + i);
            a.publish(Channel.parse("#alice"), "\"a\"");
            b.publish(Channel.parse("#alice"), "\"b\"");
        }

        one.awaitOffsets(60);
        other.awaitOffsets(60);
        assertThat(bob.wire().offsets()).isEmpty();
        assertThat(a.counters().transactions.sum()).isEqualTo(20);
        assertThat(b.counters().transactions.sum()).isEqualTo(20);
    }
}
