package dev.cordon.jdbc;

import dev.cordon.log.UserLog.Readers;
import dev.cordon.protocol.SessionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A session that was inactive in a channel for a while. */
record IdleSession(long channel, SessionId session, boolean connected) {
    static List<IdleSession> of(Connection connection, List<Long> channels, ExpiryScan.Bounds bounds, Readers readers)
            throws SQLException {
        List<IdleSession> found = new ArrayList<>();
        try (PreparedStatement select = InClause.prepare(
                connection,
                "SELECT s.channel_id, c.name, s.session_id, s.heard_at FROM cordon_session s JOIN cordon_channel c"
                        + " ON c.id = s.channel_id WHERE s.channel_id IN (%s) AND s.heard_at <= ?",
                channels)) {
            select.setLong(InClause.next(channels), bounds.readers());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    SessionId session = new SessionId(row.getString(3));
                    boolean connected = StoredName.channel(row.getString(2))
                            .filter(channel -> readers.connected(channel.owner(), session))
                            .isPresent();
                    if (connected || row.getLong(4) <= bounds.sessions()) {
                        found.add(new IdleSession(row.getLong(1), session, connected));
                    }
                }
            }
        }
        return found;
    }

    /**
     * Deletes the sessions whose last activity was before {@code since}. A session that is connected to this node is
     * active, however quiet it is: that is noted long before, so that no other node deletes it.
     */
    static void expire(Connection connection, List<IdleSession> idle, long since, long now) throws SQLException {
        try (PreparedStatement stay = connection.prepareStatement(
                        "UPDATE cordon_session SET heard_at = ? WHERE channel_id = ? AND session_id = ?");
                PreparedStatement go = connection.prepareStatement(
                        "DELETE FROM cordon_session WHERE heard_at <= ? AND channel_id = ? AND session_id = ?")) {
            for (IdleSession each : idle) {
                PreparedStatement statement = each.connected() ? stay : go;
                statement.setLong(1, each.connected() ? now : since);
                statement.setLong(2, each.channel());
                statement.setString(3, each.session().value());
                statement.addBatch();
            }
            stay.executeBatch();
            go.executeBatch();
        }
    }
}
