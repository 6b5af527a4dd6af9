package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The removal of empty channels. Adds their counts to the one row of the log. If any of them had publications, the next
 * generation begins, so that a later channel of the same name has another epoch.
 */
final class ChannelRemoval {
    private static final String SUMS =
            "SELECT CASE WHEN MAX(top_seq - base_seq) > 0 THEN 1 ELSE 0 END, SUM(top_seq - base_seq), SUM(acknowledged), SUM(expired),"
                    + " SUM(evicted), SUM(removed) FROM cordon_channel WHERE id IN (%s)";
    private static final String KEEP = "UPDATE cordon_log SET generation = generation + ?, accepted = accepted + ?,"
            + " acknowledged = acknowledged + ?, expired = expired + ?, evicted = evicted + ?, removed = removed + ?";

    private ChannelRemoval() {}

    /** @param ids ids of locked, empty channels */
    static long forget(Connection connection, List<Long> ids) throws SQLException {
        try (PreparedStatement sum = InClause.prepare(connection, SUMS, ids);
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
        try (PreparedStatement delete = InClause.prepare(connection, sql, ids)) {
            return delete.executeUpdate();
        }
    }
}
