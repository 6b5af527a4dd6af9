package dev.cordon.jdbc;

import dev.cordon.cluster.Orders;
import dev.cordon.manager.DisconnectOrder;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Orders in a table of the log's database. A node remembers which it has read. Ids are given before they are committed,
 * so that it cannot go by the greatest.
 */
final class DatabaseOrders implements Orders {
    private static final double NANOS = 1e9;

    private final Database database;
    private final String node;
    /** When each order was read, in nanoseconds of {@link System#nanoTime}. Guarded by this object's lock. */
    private final Map<Long, Long> seen = new HashMap<>();

    /** @param node id of this node */
    DatabaseOrders(Database database, String node) {
        this.database = database;
        this.node = node;
    }

    @Override
    public void send(DisconnectOrder order) {
        long given = System.nanoTime();
        database.transact(connection -> store(connection, order, given));
    }

    /**
     * Stores an order and hints the other nodes to read it, in the transaction of the connection.
     *
     * @param given when the order was given, in nanoseconds of {@link System#nanoTime}
     */
    boolean store(Connection connection, DisconnectOrder order, long given) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO cordon_order (node, owner, session_id, client_id, code, reason, made_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, clock_timestamp() - make_interval(secs => ?))")) {
            insert.setString(1, node);
            insert.setString(2, order.user().value());
            insert.setString(3, order.session().map(SessionId::value).orElse(null));
            insert.setString(4, order.client().map(ConnectionId::value).orElse(null));
            insert.setInt(5, order.disconnect().code());
            insert.setString(6, order.disconnect().reason());
            // It was given before it got here: connections that were opened meanwhile are not meant.
            insert.setDouble(7, (System.nanoTime() - given) / NANOS);
            insert.executeUpdate();
        }
        return DatabaseWakeup.hint(connection, DatabaseWakeup.orderHint(node));
    }

    @Override
    public synchronized List<Received> fresh() {
        long now = System.nanoTime();
        seen.values().removeIf(readAt -> now - readAt > KEPT.multipliedBy(2).toNanos());
        Long[] known = seen.keySet().toArray(Long[]::new);
        List<Row> rows = database.read(connection -> read(connection, known));
        rows.forEach(row -> seen.put(row.id(), now));
        return rows.stream().map(Row::received).toList();
    }

    private record Row(long id, Received received) {}

    @Override
    public void sweep() {
        database.transact(connection -> {
            // Passes over rows that another node is removing, which may have frozen.
            try (PreparedStatement remove = connection.prepareStatement(
                    "DELETE FROM cordon_order WHERE id IN (SELECT id FROM cordon_order"
                            + " WHERE made_at < clock_timestamp() - make_interval(secs => ?) FOR UPDATE SKIP LOCKED)")) {
                remove.setLong(1, KEPT.toSeconds());
                return remove.executeUpdate();
            }
        });
    }

    private List<Row> read(Connection connection, Long[] known) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT id, owner, session_id, client_id, code, reason,"
                        + " EXTRACT(EPOCH FROM clock_timestamp() - made_at) FROM cordon_order WHERE node <> ? AND id <> ALL (?)"
                        + " AND made_at > clock_timestamp() - make_interval(secs => ?) ORDER BY id")) {
            read.setString(1, node);
            read.setArray(2, connection.createArrayOf("bigint", known));
            read.setLong(3, KEPT.toSeconds());
            try (ResultSet row = read.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong(1),
                            new Received(
                                    new DisconnectOrder(
                                            new UserId(row.getString(2)),
                                            Optional.ofNullable(row.getString(3))
                                                    .map(SessionId::new),
                                            Optional.ofNullable(row.getString(4))
                                                    .map(ConnectionId::new),
                                            new Disconnect(row.getInt(5), row.getString(6))),
                                    Duration.ofNanos((long) (row.getDouble(7) * NANOS)))));
                }
                return rows;
            }
        }
    }
}
