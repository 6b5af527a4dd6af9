package dev.cordon.jdbc;

import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.ThisNode;
import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The node directory in the log's database: a row for each node, which it renews. A lost node's row goes. */
final class DatabaseNodes implements NodeDirectory {
    private static final System.Logger LOG = System.getLogger(DatabaseNodes.class.getName());

    private static final String COLUMNS =
            "id, version, address, state, started_at, users, connections, heap_used, heap_max";
    private static final String BEAT =
            "INSERT INTO cordon_node AS n (id, version, address, state, users, connections, heap_used, heap_max, started_at, beat_at)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp(), clock_timestamp())"
                    + " ON CONFLICT (id) DO UPDATE SET state = excluded.state, users = excluded.users,"
                    + " connections = excluded.connections, heap_used = excluded.heap_used, heap_max = excluded.heap_max,"
                    + " beat_at = excluded.beat_at";
    /**
     * Passes over a row that its node holds: a node that has frozen within its heartbeat must not stop those of others.
     * Removes nobody if the heartbeat of this node before the present one is too old by then: the database, or the way to
     * it, has stalled, and the others could not write theirs either.
     */
    private static final String REMOVE_LOST = "DELETE FROM cordon_node WHERE id IN (SELECT id FROM cordon_node"
            + " WHERE beat_at < clock_timestamp() - make_interval(secs => ?)"
            + " AND clock_timestamp() < ?::timestamptz + make_interval(secs => ?) FOR UPDATE SKIP LOCKED)"
            + " RETURNING " + COLUMNS;

    private final Database database;
    private final ThisNode node;
    private final SteadyHeartbeat steady;

    DatabaseNodes(Database database, ThisNode node, Clock clock) {
        this.steady = new SteadyHeartbeat(clock);
        this.database = database;
        this.node = node;
    }

    @Override
    public Beat beat(State state, Load load) {
        Beat beat = database.transact(connection -> {
            Optional<Timestamp> before = lastBeat(connection);
            renew(connection, state, load);
            List<Node> lost =
                    before.isPresent() && steady.longEnough() ? removeLost(connection, before.get()) : List.of();
            return new Beat(nodes(connection), lost);
        });
        steady.beaten();
        return beat;
    }

    private void renew(Connection connection, State state, Load load) throws SQLException {
        try (PreparedStatement beat = connection.prepareStatement(BEAT)) {
            beat.setString(1, node.id());
            beat.setString(2, node.version());
            beat.setString(3, node.address());
            beat.setString(4, state.name().toLowerCase(Locale.ROOT));
            beat.setLong(5, load.users());
            beat.setLong(6, load.connections());
            beat.setLong(7, load.heapUsed());
            beat.setLong(8, load.heapMax());
            beat.executeUpdate();
        }
    }

    /** The time of this node's last heartbeat, by the database's clock. Empty when it is not in the directory. */
    private Optional<Timestamp> lastBeat(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT beat_at FROM cordon_node WHERE id = ?")) {
            read.setString(1, node.id());
            try (ResultSet row = read.executeQuery()) {
                return row.next() ? Optional.of(row.getTimestamp(1)) : Optional.empty();
            }
        }
    }

    /** @param before time of this node's heartbeat before the present one */
    private static List<Node> removeLost(Connection connection, Timestamp before) throws SQLException {
        try (PreparedStatement remove = connection.prepareStatement(REMOVE_LOST)) {
            remove.setLong(1, LOST_AFTER.toSeconds());
            remove.setTimestamp(2, before);
            remove.setLong(3, SteadyHeartbeat.PAUSE.toSeconds());
            try (ResultSet row = remove.executeQuery()) {
                return nodes(row);
            }
        }
    }

    private static List<Node> nodes(Connection connection) throws SQLException {
        try (PreparedStatement read =
                        connection.prepareStatement("SELECT " + COLUMNS + " FROM cordon_node ORDER BY started_at, id");
                ResultSet row = read.executeQuery()) {
            return nodes(row);
        }
    }

    private static List<Node> nodes(ResultSet row) throws SQLException {
        List<Node> nodes = new ArrayList<>();
        while (row.next()) {
            nodes.add(new Node(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    // A later version may say more than this one knows: such a node takes no new connections.
                    row.getString(4).equals("ready") ? State.READY : State.DRAINING,
                    row.getTimestamp(5).toInstant(),
                    new Load(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9))));
        }
        return nodes;
    }

    @Override
    public List<Node> nodes() {
        return database.read(DatabaseNodes::nodes);
    }

    @Override
    public void leave() {
        try {
            database.transact(connection -> {
                try (PreparedStatement remove = connection.prepareStatement("DELETE FROM cordon_node WHERE id = ?")) {
                    remove.setString(1, node.id());
                    return remove.executeUpdate();
                }
            });
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "The node could not leave the directory: {0}", e.getMessage());
        }
    }
}
