package dev.cordon.jdbc;

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

    /** @param entries in order of name */
    List<ChannelRow> enter(Connection connection, List<Dialect.Entry> entries, long now) throws SQLException {
        List<ChannelRow> rows = dialect.enter(connection, entries, now);
        if (rows.stream().noneMatch(ChannelRow::fresh)) {
            return rows;
        }
        // Read only now: whoever forgot the channel before has raised the floor in the same transaction.
        Floor floor = Floor.read(connection);
        List<ChannelRow> started = new ArrayList<>(rows.size());
        try (PreparedStatement start = connection.prepareStatement(
                "UPDATE cordon_channel SET epoch = ?, base_seq = ?, top_seq = ? WHERE id = ?")) {
            for (ChannelRow row : rows) {
                if (!row.fresh()) {
                    started.add(row);
                    continue;
                }
                ChannelRow placed = row.startedAt(floor.epoch(), floor.seq());
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

    /** Where a channel starts that the log does not know. */
    record Floor(String epoch, long seq) {
        static Floor read(Connection connection) throws SQLException {
            try (PreparedStatement read = connection.prepareStatement("SELECT epoch, floor_seq FROM cordon_log");
                    ResultSet row = read.executeQuery()) {
                row.next();
                return new Floor(row.getString(1), row.getLong(2));
            }
        }
    }
}
