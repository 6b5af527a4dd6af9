package dev.cordon.jdbc;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The query for a session's position, which counts as activity of the session. Activity is written at most once a
 * second. The position has the epoch in which it was acknowledged, whatever the channel's present epoch.
 */
final class SessionActivity {
    private static final long PRECISION_MILLIS = 1_000;

    private SessionActivity() {}

    static Optional<StreamPosition> position(Connection connection, Channel channel, SessionId session, long now)
            throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT s.epoch, s.seq, s.heard_at, c.id"
                + " FROM cordon_channel c JOIN cordon_session s ON s.channel_id = c.id"
                + " WHERE c.name = ? AND s.session_id = ?")) {
            read.setString(1, channel.name());
            read.setString(2, session.value());
            try (ResultSet row = read.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                if (now - row.getLong(3) >= PRECISION_MILLIS) {
                    touch(connection, row.getLong(4), session, now);
                }
                return Optional.of(new StreamPosition(row.getString(1), row.getLong(2)));
            }
        }
    }

    private static void touch(Connection connection, long channel, SessionId session, long now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE cordon_session SET heard_at = ?"
                + " WHERE channel_id = ? AND session_id = ? AND heard_at < ?")) {
            update.setLong(1, now);
            update.setLong(2, channel);
            update.setString(3, session.value());
            update.setLong(4, now);
            update.executeUpdate();
        }
    }
}
