package dev.cordon.jdbc;

import dev.cordon.log.UnknownPositionException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** The acknowledged positions of sessions. Changed under the lock of the channel's row. Confined to one transaction. */
final class Positions {
    private final Connection connection;
    private final ChannelRegistry registry;
    private final long now;
    private long dropped;

    Positions(Connection connection, Dialect dialect, long now) {
        this.connection = connection;
        this.registry = new ChannelRegistry(dialect);
        this.now = now;
    }

    /**
     * The position of a session after the call.
     *
     * @param dropped number of positions dropped for lack of room; the session's own counts if it was not kept
     */
    record SessionPosition(StreamPosition position, long dropped) {}

    SessionPosition follow(Channel channel, SessionId session) throws SQLException {
        Optional<ChannelRow> known = locked(channel);
        if (known.isEmpty()) {
            StreamPosition start = registry.registerForReader(connection, channel, now);
            known = locked(channel);
            if (known.isEmpty()) {
                dropped++;
                return new SessionPosition(start, dropped);
            }
        }
        ChannelRow row = known.get();
        OptionalLong at = signed(row, session);
        long seq = at.isPresent() ? at.getAsLong() : begin(channel, row, session, row.top());
        return new SessionPosition(new StreamPosition(row.epoch(), seq), dropped);
    }

    /** @throws UnknownPositionException if {@code upto} is beyond the top or of another epoch */
    SessionPosition acknowledge(Channel channel, SessionId session, StreamPosition upto) throws SQLException {
        Optional<ChannelRow> known = locked(channel);
        if (known.isEmpty()) {
            StreamPosition start = ChannelEpochs.read(connection).start(channel.name());
            check(upto, start);
            return new SessionPosition(start, dropped);
        }
        ChannelRow row = known.get();
        check(upto, new StreamPosition(row.epoch(), row.top()));
        OptionalLong at = signed(row, session);
        if (at.isEmpty() && row.unpublished()) {
            // There is nothing to acknowledge.
            return new SessionPosition(new StreamPosition(row.epoch(), row.top()), dropped);
        }
        count(row, upto.offset());
        long seq = at.isPresent()
                ? move(row.id(), session, Math.max(at.getAsLong(), upto.offset()))
                : begin(channel, row, session, upto.offset());
        return new SessionPosition(new StreamPosition(row.epoch(), seq), dropped);
    }

    private static void check(StreamPosition upto, StreamPosition top) {
        if (!upto.mayBeOf(top.epoch())) {
            throw UnknownPositionException.ofAnotherEpoch();
        }
        if (upto.offset() > top.offset()) {
            throw UnknownPositionException.beyondTheTop();
        }
    }

    private Optional<ChannelRow> locked(Channel channel) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE name = ? FOR UPDATE")) {
            lock.setString(1, channel.name());
            try (ResultSet row = lock.executeQuery()) {
                return row.next() ? Optional.of(ChannelRow.read(row)) : Optional.empty();
            }
        }
    }

    /** Counts acknowledged publications in the channel's ledger. Those that left before keep their reason. */
    private void count(ChannelRow row, long upto) throws SQLException {
        try (PreparedStatement count =
                connection.prepareStatement("UPDATE cordon_channel SET acknowledged = acknowledged"
                        + " + GREATEST(0, ? - GREATEST(acknowledged_seq, ?)), acknowledged_seq = GREATEST(acknowledged_seq, ?)"
                        + " WHERE id = ?")) {
            count.setLong(1, upto);
            count.setLong(2, row.first() - 1);
            count.setLong(3, upto);
            count.setLong(4, row.id());
            count.executeUpdate();
        }
    }

    /**
     * The session's offset; empty when its position is not kept. Counts as activity of the session. Deletes a position
     * whose epoch is not the channel's.
     */
    private OptionalLong signed(ChannelRow channel, SessionId session) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement(
                "SELECT seq, epoch FROM cordon_session WHERE channel_id = ? AND session_id = ?")) {
            read.setLong(1, channel.id());
            read.setString(2, session.value());
            try (ResultSet row = read.executeQuery()) {
                if (!row.next()) {
                    return OptionalLong.empty();
                }
                if (row.getString(2).equals(channel.epoch())) {
                    return OptionalLong.of(move(channel.id(), session, row.getLong(1)));
                }
            }
        }
        drop(channel.id(), session);
        return OptionalLong.empty();
    }

    private void drop(long channel, SessionId session) throws SQLException {
        try (PreparedStatement drop =
                connection.prepareStatement("DELETE FROM cordon_session WHERE channel_id = ? AND session_id = ?")) {
            drop.setLong(1, channel);
            drop.setString(2, session.value());
            drop.executeUpdate();
        }
    }

    private long move(long channel, SessionId session, long seq) throws SQLException {
        try (PreparedStatement move = connection.prepareStatement("UPDATE cordon_session SET seq = ?,"
                + " heard_at = GREATEST(heard_at, ?) WHERE channel_id = ? AND session_id = ?")) {
            move.setLong(1, seq);
            move.setLong(2, now);
            move.setLong(3, channel);
            move.setString(4, session.value());
            move.executeUpdate();
        }
        return seq;
    }

    /** Adds a position, if there is room. Two transactions in channels of one user may both take the last place. */
    private long begin(Channel channel, ChannelRow row, SessionId session, long seq) throws SQLException {
        if (inChannel(row.id()) >= UserLog.MAX_SESSIONS) {
            dropped += dropQuietest(row.id());
        }
        if (ofUser(channel) >= UserLog.MAX_POSITIONS_A_USER) {
            dropped++;
            return seq;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO cordon_session (channel_id, session_id, seq, heard_at, epoch) VALUES (?, ?, ?, ?, ?)")) {
            insert.setLong(1, row.id());
            insert.setString(2, session.value());
            insert.setLong(3, seq);
            insert.setLong(4, now);
            insert.setString(5, row.epoch());
            insert.executeUpdate();
        }
        return seq;
    }

    private long dropQuietest(long channel) throws SQLException {
        try (PreparedStatement drop = connection.prepareStatement("DELETE FROM cordon_session WHERE channel_id = ?"
                + " AND session_id = (SELECT session_id FROM cordon_session WHERE channel_id = ?"
                + " ORDER BY heard_at, session_id LIMIT 1)")) {
            drop.setLong(1, channel);
            drop.setLong(2, channel);
            return drop.executeUpdate();
        }
    }

    private long inChannel(long channel) throws SQLException {
        try (PreparedStatement count =
                connection.prepareStatement("SELECT COUNT(*) FROM cordon_session WHERE channel_id = ?")) {
            count.setLong(1, channel);
            return one(count);
        }
    }

    private long ofUser(Channel channel) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement("SELECT COUNT(*) FROM cordon_session s"
                + " JOIN cordon_channel c ON c.id = s.channel_id WHERE c.owner = ?")) {
            count.setString(1, channel.owner().value());
            return one(count);
        }
    }

    private static long one(PreparedStatement count) throws SQLException {
        try (ResultSet row = count.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
