package dev.cordon.jdbc;

import dev.cordon.cluster.NodeDirectory;
import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The node directory in the log's database: a row for each node, which it renews. A lost node's row goes. */
final class DatabaseNodes implements NodeDirectory {
    private static final System.Logger LOG = System.getLogger(DatabaseNodes.class.getName());

    private static final String BEAT = "INSERT INTO cordon_node AS n (id, version, state, started_at, beat_at)"
            + " VALUES (?, ?, ?, clock_timestamp(), clock_timestamp())"
            + " ON CONFLICT (id) DO UPDATE SET state = excluded.state, beat_at = excluded.beat_at";
    private static final String REMOVE_LOST =
            "DELETE FROM cordon_node WHERE beat_at < clock_timestamp() - make_interval(secs => ?)"
                    + " RETURNING id, version, state, started_at";

    private final Database database;
    private final String id;
    private final String version;
    private final SteadyHeartbeat steady;

    /** @param id id of this node */
    DatabaseNodes(Database database, String id, String version, Clock clock) {
        this.steady = new SteadyHeartbeat(clock);
        this.database = database;
        this.id = id;
        this.version = version;
    }

    @Override
    public Beat beat(State state) {
        boolean judges = steady.longEnough();
        Beat beat = database.transact(connection -> {
            renew(connection, state);
            List<Node> lost = judges ? removeLost(connection) : List.of();
            return new Beat(nodes(connection), lost);
        });
        steady.beaten();
        return beat;
    }

    private void renew(Connection connection, State state) throws SQLException {
        try (PreparedStatement beat = connection.prepareStatement(BEAT)) {
            beat.setString(1, id);
            beat.setString(2, version);
            beat.setString(3, state.name().toLowerCase(Locale.ROOT));
            beat.executeUpdate();
        }
    }

    private static List<Node> removeLost(Connection connection) throws SQLException {
        try (PreparedStatement remove = connection.prepareStatement(REMOVE_LOST)) {
            remove.setLong(1, LOST_AFTER.toSeconds());
            try (ResultSet row = remove.executeQuery()) {
                return nodes(row);
            }
        }
    }

    private static List<Node> nodes(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement(
                        "SELECT id, version, state, started_at FROM cordon_node ORDER BY started_at, id");
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
                    // A later version may say more than this one knows: such a node takes no new connections.
                    row.getString(3).equals("ready") ? State.READY : State.DRAINING,
                    row.getTimestamp(4).toInstant()));
        }
        return nodes;
    }

    @Override
    public void leave() {
        try {
            database.transact(connection -> {
                try (PreparedStatement remove = connection.prepareStatement("DELETE FROM cordon_node WHERE id = ?")) {
                    remove.setString(1, id);
                    return remove.executeUpdate();
                }
            });
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "The node could not leave the directory: {0}", e.getMessage());
        }
    }
}
