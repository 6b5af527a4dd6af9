package dev.cordon.jdbc;

import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Locks channels' rows, and gives those that are new the place from which they start. */
final class Entering {
    private final Dialect dialect;

    Entering(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * For a reader: the channel is known from here on. Beyond what a user may have without publications it is not, and its position is good
     * for as long as no channel is forgotten.
     */
    StreamPosition reader(Connection connection, Channel channel, long now) throws SQLException {
        if (unpublished(connection, channel.owner()) >= UserLog.MAX_UNPUBLISHED_A_USER
                && Reading.top(connection, channel).isEmpty()) {
            return Lives.read(connection).start(channel.name());
        }
        ChannelRow row =
                enter(connection, List.of(Dialect.Entry.of(channel, 0, 0)), now).get(0);
        return new StreamPosition(row.epoch(), row.top());
    }

    private static long unpublished(Connection connection, UserId owner) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(
                "SELECT COUNT(*) FROM cordon_channel WHERE owner = ? AND top_seq = base_seq")) {
            count.setString(1, owner.value());
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** @param entries in order of name */
    List<ChannelRow> enter(Connection connection, List<Dialect.Entry> entries, long now) throws SQLException {
        List<ChannelRow> rows = dialect.enter(connection, entries, now);
        if (rows.stream().noneMatch(ChannelRow::fresh)) {
            return rows;
        }
        // Read only now: whoever forgot the channel before has raised the generation in the same transaction.
        Lives lives = Lives.read(connection);
        List<ChannelRow> started = new ArrayList<>(rows.size());
        try (PreparedStatement start = connection.prepareStatement(
                "UPDATE cordon_channel SET epoch = ?, base_seq = ?, top_seq = ? WHERE id = ?")) {
            for (ChannelRow row : rows) {
                if (!row.fresh()) {
                    started.add(row);
                    continue;
                }
                ChannelRow placed = row.startedAt(lives.epochOf(row.name()));
                start.setString(1, placed.epoch());
                start.setLong(2, placed.base());
                start.setLong(3, placed.top());
                start.setLong(4, placed.id());
                start.addBatch();
                started.add(placed);
            }
            start.executeBatch();
        }
        return started;
    }
}
