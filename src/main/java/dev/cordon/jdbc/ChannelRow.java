package dev.cordon.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/** A locked row of {@code cordon_channel}, with the transaction's appends already counted in. */
record ChannelRow(long id, String name, String epoch, long base, long top, long kept, long bytes, long lastAt) {
    static final String COLUMNS = "id, name, epoch, base_seq, top_seq, kept, bytes, last_at";

    /** The {@code base_seq} of a row that this transaction has inserted without its start position. */
    static final long FRESH = -1;

    static ChannelRow read(ResultSet row) throws SQLException {
        return new ChannelRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8));
    }

    /** The oldest retained offset. It is above the top when nothing is retained. */
    long first() {
        return top - kept + 1;
    }

    boolean fresh() {
        return base == FRESH;
    }

    /** Whether nothing was ever published to the channel. */
    boolean unpublished() {
        return top == base;
    }

    ChannelRow startedAt(String ofEpoch) {
        return new ChannelRow(id, name, ofEpoch, 0, top, kept, bytes, lastAt);
    }
}
