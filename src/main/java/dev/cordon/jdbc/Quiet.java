package dev.cordon.jdbc;

import dev.cordon.log.UserLog.Readers;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A session that gave no sign in a channel for longer than its position is kept. */
record Quiet(long channel, SessionId session, boolean connected) {
    static List<Quiet> of(Connection connection, List<Long> channels, long since, Readers readers) throws SQLException {
        List<Quiet> found = new ArrayList<>();
        try (PreparedStatement look = Ids.prepare(
                connection,
                "SELECT s.channel_id, c.name, s.session_id FROM cordon_session s JOIN cordon_channel c"
                        + " ON c.id = s.channel_id WHERE s.channel_id IN (%s) AND s.heard_at <= ?",
                channels)) {
            look.setLong(Ids.next(channels), since);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    UserId owner = Channel.parse(row.getString(2)).owner();
                    SessionId session = new SessionId(row.getString(3));
                    found.add(new Quiet(row.getLong(1), session, readers.connected(owner, session)));
                }
            }
        }
        return found;
    }

    /** To be connected is a sign of the session, however quiet it is. The others go, unless they gave one meanwhile. */
    static void retire(Connection connection, List<Quiet> quiet, long since, long now) throws SQLException {
        try (PreparedStatement stay = connection.prepareStatement(
                        "UPDATE cordon_session SET heard_at = ? WHERE channel_id = ? AND session_id = ?");
                PreparedStatement go = connection.prepareStatement(
                        "DELETE FROM cordon_session WHERE heard_at <= ? AND channel_id = ? AND session_id = ?")) {
            for (Quiet each : quiet) {
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
