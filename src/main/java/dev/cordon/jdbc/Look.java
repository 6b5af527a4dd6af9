package dev.cordon.jdbc;

import dev.cordon.log.UserLog.Readers;
import dev.cordon.protocol.Channel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A page of channels looked at before anything is locked: which of them something is due for.
 *
 * @param due ids of those
 * @param unused of them, those that nobody on this node is subscribed to
 * @param read of them, those with nothing left that somebody on this node is subscribed to, of which there was no sign for long
 * @param quiet sessions of them that gave no sign for long
 * @param last id of the last channel looked at
 * @param end whether there was none behind it
 */
record Look(long seen, List<Long> due, Set<Long> unused, List<Long> read, List<Quiet> quiet, long last, boolean end) {
    /** Channels of one page. */
    static final int MAX_CHANNELS = 500;

    /** Publications that the channels of one page may lose, beyond a single channel's. */
    static final int MAX_PUBLICATIONS = 10_000;

    private static final String CHANNELS = "SELECT c.id, c.name, c.kept, p.published_at,"
            + " (SELECT MIN(k.made_at) FROM cordon_key k WHERE k.channel_id = c.id),"
            + " (SELECT MIN(s.heard_at) FROM cordon_session s WHERE s.channel_id = c.id), GREATEST(c.last_at, c.heard_at)"
            + " FROM cordon_channel c LEFT JOIN cordon_publication p"
            + " ON p.channel_id = c.id AND p.seq = c.top_seq - c.kept + 1"
            + " WHERE c.id > ? ORDER BY c.id LIMIT " + MAX_CHANNELS;

    /** What is at most so young is due: publications, keys, signs of sessions and of readers. Milliseconds since 1970. */
    record Bounds(long publications, long keys, long signs, long readers) {}

    static Look at(Connection connection, long after, Bounds bounds, Readers readers) throws SQLException {
        List<Long> due = new ArrayList<>();
        Set<Long> unused = new HashSet<>();
        List<Long> read = new ArrayList<>();
        long seen = 0;
        long last = after;
        long losing = 0;
        boolean end = true;
        try (PreparedStatement channels = connection.prepareStatement(CHANNELS)) {
            channels.setLong(1, after);
            try (ResultSet row = channels.executeQuery()) {
                while (row.next()) {
                    if (losing >= MAX_PUBLICATIONS) {
                        end = false;
                        break;
                    }
                    seen++;
                    last = row.getLong(1);
                    boolean expires = row.getLong(3) > 0 && past(row, 4, bounds.publications());
                    boolean empty = row.getLong(3) == 0 && row.getObject(5) == null && row.getObject(6) == null;
                    boolean parts = expires || past(row, 5, bounds.keys()) || past(row, 6, bounds.signs());
                    boolean old = row.getLong(7) <= bounds.signs();
                    boolean ageing = row.getLong(3) == 0 && row.getLong(7) <= bounds.readers();
                    if (parts || (empty && old) || ageing) {
                        if (!readers.any(Channel.parse(row.getString(2)))) {
                            unused.add(last);
                        } else if (ageing) {
                            read.add(last);
                        }
                    }
                    if (parts || (empty && old && unused.contains(last))) {
                        due.add(last);
                        losing += expires ? row.getLong(3) : 0;
                    }
                }
            }
        }
        List<Quiet> quiet = due.isEmpty() ? List.of() : Quiet.of(connection, due, bounds.signs(), readers);
        return new Look(seen, due, unused, read, quiet, last, end && seen < MAX_CHANNELS);
    }

    private static boolean past(ResultSet row, int column, long bound) throws SQLException {
        return row.getObject(column) != null && row.getLong(column) <= bound;
    }
}
