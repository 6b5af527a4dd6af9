package dev.cordon.jdbc;

import dev.cordon.log.Backlog;
import dev.cordon.log.UserLog.Since;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Queries for a channel's top position and its publications, each in one statement, which sees one moment. */
final class ChannelReader {
    private ChannelReader() {}

    /** Empty when the log does not know the channel. */
    static Optional<StreamPosition> top(Connection connection, Channel channel) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT epoch, top_seq FROM cordon_channel WHERE name = ?")) {
            read.setString(1, channel.name());
            try (ResultSet row = read.executeQuery()) {
                return row.next()
                        ? Optional.of(new StreamPosition(row.getString(1), row.getLong(2)))
                        : Optional.empty();
            }
        }
    }

    /**
     * The publications after a position, without expired ones. Empty when the log does not know the channel.
     *
     * @param limit maximum of publications; negative for all
     */
    static Optional<Backlog> after(
            Connection connection, Channel channel, Optional<StreamPosition> since, long olderThan, int limit)
            throws SQLException {
        // Limit 0 reads one publication too: whether it follows the position tells whether publications are gone.
        String most = limit < 0 ? "" : " LIMIT " + Math.max(1, limit);
        try (PreparedStatement read = connection.prepareStatement(
                "SELECT c.epoch, c.top_seq, p.seq, p.payload FROM cordon_channel c LEFT JOIN cordon_publication p"
                        + " ON p.channel_id = c.id AND p.seq > ? AND p.published_at > ?"
                        + " WHERE c.name = ? ORDER BY p.seq" + most)) {
            read.setLong(1, since.map(StreamPosition::offset).orElse(0L));
            read.setLong(2, olderThan);
            read.setString(3, channel.name());
            try (ResultSet row = read.executeQuery()) {
                return row.next() ? Optional.of(backlog(row, channel, since, limit)) : Optional.empty();
            }
        }
    }

    private static Backlog backlog(ResultSet row, Channel channel, Optional<StreamPosition> since, int limit)
            throws SQLException {
        StreamPosition top = new StreamPosition(row.getString(1), row.getLong(2));
        List<Publication> found = new ArrayList<>();
        long first = 0;
        do {
            byte[] payload = row.getBytes(4);
            if (payload == null) {
                continue;
            }
            first = first == 0 ? row.getLong(3) : first;
            if (limit < 0 || found.size() < limit) {
                found.add(new Publication(channel, row.getLong(3), Payload.copyOf(payload, 0, payload.length)));
            }
        } while (row.next());
        boolean complete = since.isEmpty() || follows(since.get(), top, first);
        return new Backlog(top, complete, complete ? found : List.of());
    }

    /** The backlogs in rows of place, epoch, top, offset and payload, in order of place and offset. */
    static Map<Integer, Backlog> backlogs(ResultSet rows, List<Since> channels) throws SQLException {
        Map<Integer, Backlog> backlogs = new HashMap<>();
        boolean more = rows.next();
        while (more) {
            int place = rows.getInt(1) - 1;
            Since since = channels.get(place);
            StreamPosition top = new StreamPosition(rows.getString(2), rows.getLong(3));
            List<Publication> found = new ArrayList<>();
            do {
                byte[] payload = rows.getBytes(5);
                if (payload != null) {
                    found.add(new Publication(
                            since.channel(), rows.getLong(4), Payload.copyOf(payload, 0, payload.length)));
                }
                more = rows.next();
            } while (more && rows.getInt(1) - 1 == place);
            long first = found.isEmpty() ? 0 : found.get(0).offset();
            boolean complete = follows(since.position(), top, first);
            backlogs.put(place, new Backlog(top, complete, complete ? found : List.of()));
        }
        return backlogs;
    }

    /** @param first first retained offset after the position; 0 for none */
    static boolean follows(StreamPosition since, StreamPosition top, long first) {
        return since.mayBeOf(top.epoch())
                && (first == 0 ? since.offset() == top.offset() : first == since.offset() + 1);
    }
}
