package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The removal of the oldest publications from locked channels. Updates the channels' counts. */
final class PublicationRemoval {
    private final Dialect dialect;

    PublicationRemoval(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The reasons for a removal. Each has a column that counts the unacknowledged publications removed for it. */
    enum Reason {
        EXPIRED("expired"),
        EVICTED("evicted"),
        REMOVED("removed");

        private final String column;

        Reason(String column) {
            this.column = column;
        }
    }

    /** A locked channel, and the last offset to remove from it. */
    record Drop(ChannelRow channel, long upTo) {
        static Drop all(ChannelRow channel) {
            return new Drop(channel, channel.top());
        }

        long count() {
            return Math.max(0, upTo - channel.first() + 1);
        }
    }

    /** The size of a removal, in publications and payload bytes. */
    record Removed(long publications, long bytes) {
        static final Removed NOTHING = new Removed(0, 0);

        Removed plus(Removed other) {
            return new Removed(publications + other.publications, bytes + other.bytes);
        }
    }

    Removed drop(Connection connection, List<Drop> drops, Reason reason) throws SQLException {
        List<Drop> real = drops.stream().filter(drop -> drop.count() > 0).toList();
        if (real.isEmpty()) {
            return Removed.NOTHING;
        }
        Map<Long, Long> bytes = dialect.delete(connection, real);
        count(connection, real, bytes, reason);
        return new Removed(
                real.stream().mapToLong(Drop::count).sum(),
                bytes.values().stream().mapToLong(Long::longValue).sum());
    }

    private static void count(Connection connection, List<Drop> drops, Map<Long, Long> bytes, Reason reason)
            throws SQLException {
        String column = reason.column;
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE cordon_channel SET kept = kept - ?, bytes = bytes - ?, " + column
                        + " = " + column + " + GREATEST(0, ? - GREATEST(acknowledged_seq, ?)) WHERE id = ?")) {
            for (Drop drop : drops) {
                update.setLong(1, drop.count());
                update.setLong(2, bytes.getOrDefault(drop.channel().id(), 0L));
                update.setLong(3, drop.upTo());
                update.setLong(4, drop.channel().first() - 1);
                update.setLong(5, drop.channel().id());
                update.addBatch();
            }
            update.executeBatch();
        }
    }
}
