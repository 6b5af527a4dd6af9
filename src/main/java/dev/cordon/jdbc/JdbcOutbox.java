package dev.cordon.jdbc;

import dev.cordon.outbox.OutboxException;
import dev.cordon.outbox.OutboxTable;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The table {@code cordon_outbox} of an application's database: PostgreSQL, H2, or what a data source of the server's
 * leads to. Confined to its caller's thread.
 */
public final class JdbcOutbox implements OutboxTable {
    /** Locks the rows, so that of several nodes one at a time publishes them. The database writes the time as text, always alike. */
    private static final String READ = "SELECT id, CAST(created AS VARCHAR(64)), channel,"
            + " CASE WHEN CHAR_LENGTH(data) > ? THEN NULL ELSE data END, idempotency_key FROM cordon_outbox"
            + " WHERE rejected IS NULL AND id > ? ORDER BY id FETCH FIRST %d ROWS ONLY FOR UPDATE";

    private static final int MAX_REASON = 200;
    /** Longest wait for an answer of the database. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Set<SqlFailure> HELD = Set.of(SqlFailure.HELD, SqlFailure.COLLISION);

    private static final System.Logger LOG = System.getLogger(JdbcOutbox.class.getName());

    private final Connections connections;

    private JdbcOutbox(Connections connections) {
        this.connections = connections;
    }

    /** @throws JdbcSettingException if there is no such data source or driver; names the settings of the outbox */
    public static JdbcOutbox at(JdbcSettings settings) {
        try {
            return new JdbcOutbox(settings.connections());
        } catch (JdbcSettingException e) {
            throw new JdbcSettingException(String.valueOf(e.getMessage()).replace("cordon.jdbc.", "cordon.outbox."));
        }
    }

    @Override
    public int take(long after, int most, int mostCharacters, Function<List<Row>, Outcome> publish) {
        try {
            Connection connection = connections.take();
            boolean sound = false;
            try {
                bound(connection);
                connection.setAutoCommit(false);
                int taken = takeOn(connection, READ.formatted(most), mostCharacters, after, publish);
                connection.commit();
                connection.setAutoCommit(true);
                sound = true;
                return taken;
            } catch (SQLException e) {
                if (!HELD.contains(SqlFailure.of(e))) {
                    throw e;
                }
                LOG.log(Level.DEBUG, "Another transaction holds rows of the outbox", e);
                return BUSY;
            } finally {
                // Also when the publishing has thrown: the rows stay.
                connections.giveBack(connection, !sound && !rolledBack(connection));
            }
        } catch (SQLException e) {
            connections.forget();
            throw new OutboxException(SqlFailure.logMessage(e), e);
        }
    }

    private static void bound(Connection connection) {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "This driver does not support network timeouts", e);
        }
    }

    private static boolean rolledBack(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
            return true;
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "The transaction ended with its connection", e);
            return false;
        }
    }

    private static int takeOn(
            Connection connection, String sql, int mostCharacters, long after, Function<List<Row>, Outcome> publish)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement read = connection.prepareStatement(sql)) {
            read.setInt(1, mostCharacters);
            read.setLong(2, after);
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            Optional.ofNullable(row.getString(4)),
                            Optional.ofNullable(row.getString(5))));
                }
            }
        }
        if (!rows.isEmpty()) {
            Outcome outcome = publish.apply(rows);
            remove(connection, outcome.published());
            setAside(connection, outcome.rejected());
        }
        return rows.size();
    }

    private static void remove(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM cordon_outbox WHERE id = ?")) {
            for (long id : ids) {
                delete.setLong(1, id);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static void setAside(Connection connection, Map<Long, String> reasons) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE cordon_outbox SET rejected = ? WHERE id = ?")) {
            for (Map.Entry<Long, String> each : reasons.entrySet()) {
                String reason = each.getValue();
                update.setString(1, reason.substring(0, Math.min(reason.length(), MAX_REASON)));
                update.setLong(2, each.getKey());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
