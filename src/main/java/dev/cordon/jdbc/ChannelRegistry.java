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

/** The registry of channel rows: locks them, and inserts the rows of new channels with their start position. */
final class ChannelRegistry {
    private final Dialect dialect;

    ChannelRegistry(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * Registers a channel for a reader. A user has at most {@link UserLog#MAX_UNPUBLISHED_A_USER} channels that were
     * never published to. One more is not registered: its position is valid only until any published channel is
     * forgotten.
     */
    StreamPosition registerForReader(Connection connection, Channel channel, long now) throws SQLException {
        if (unpublished(connection, channel.owner()) >= UserLog.MAX_UNPUBLISHED_A_USER
                && ChannelReader.top(connection, channel).isEmpty()) {
            return ChannelEpochs.read(connection).start(channel.name());
        }
        ChannelRow row = register(connection, List.of(Dialect.Entry.of(channel, 0, 0)), now)
                .get(0);
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

    /** @param entries sorted by name */
    List<ChannelRow> register(Connection connection, List<Dialect.Entry> entries, long now) throws SQLException {
        List<ChannelRow> rows = dialect.enter(connection, entries, now);
        if (rows.stream().noneMatch(ChannelRow::fresh)) {
            return rows;
        }
        // Read only now: a transaction that removed the channel before has raised the generation too.
        ChannelEpochs lives = ChannelEpochs.read(connection);
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
