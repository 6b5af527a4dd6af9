package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The end of channels that have nothing left. Their counts live on in the one row of the log, and the next generation begins: a successor
 * of one of them has another epoch.
 */
final class Forgetting {
    private static final String SUMS =
            "SELECT CASE WHEN MAX(top_seq - base_seq) > 0 THEN 1 ELSE 0 END, SUM(top_seq - base_seq), SUM(acknowledged), SUM(expired),"
                    + " SUM(evicted), SUM(removed) FROM cordon_channel WHERE id IN (%s)";
    private static final String KEEP = "UPDATE cordon_log SET generation = generation + ?, accepted = accepted + ?,"
            + " acknowledged = acknowledged + ?, expired = expired + ?, evicted = evicted + ?, removed = removed + ?";

    private Forgetting() {}

    /** @param ids of locked, empty channels */
    static long forget(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement sum = Ids.prepare(connection, SUMS, ids);
                ResultSet row = sum.executeQuery();
                PreparedStatement keep = connection.prepareStatement(KEEP)) {
            row.next();
            for (int column = 1; column <= 6; column++) {
                keep.setLong(column, row.getLong(column));
            }
            keep.executeUpdate();
        }
        delete(connection, "DELETE FROM cordon_session WHERE channel_id IN (%s)", ids);
        return delete(connection, "DELETE FROM cordon_channel WHERE id IN (%s)", ids);
    }

    private static long delete(Connection connection, String sql, List<Long> ids) throws SQLException {
        try (PreparedStatement delete = Ids.prepare(connection, sql, ids)) {
            return delete.executeUpdate();
        }
    }
}
