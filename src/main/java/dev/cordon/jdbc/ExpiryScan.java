package dev.cordon.jdbc;

import dev.cordon.log.UserLog.Readers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A scan of one page of channels for expired rows. It locks nothing.
 *
 * @param scanned number of channels in the page
 * @param due ids of channels in which something has expired
 * @param unused ids of expired channels without subscribers on this node
 * @param subscribed ids of channels without recent activity that have subscribers on this node
 * @param idle sessions without recent activity that are connected to this node, and those that have expired
 * @param last id of the last channel in the page
 * @param end whether the page is the last one
 */
record ExpiryScan(
        long scanned,
        List<Long> due,
        Set<Long> unused,
        List<Long> subscribed,
        List<IdleSession> idle,
        long last,
        boolean end) {
    /** Maximum of channels per page. */
    static final int MAX_CHANNELS = 500;

    /** Maximum of publications that the channels of one page may lose; the last channel may exceed it. */
    static final int MAX_PUBLICATIONS = 10_000;

    private static final String CHANNELS = "SELECT c.id, c.name, c.kept, p.published_at,"
            + " (SELECT MIN(k.made_at) FROM cordon_key k WHERE k.channel_id = c.id),"
            + " (SELECT MIN(s.heard_at) FROM cordon_session s WHERE s.channel_id = c.id), GREATEST(c.last_at, c.heard_at)"
            + " FROM cordon_channel c LEFT JOIN cordon_publication p"
            + " ON p.channel_id = c.id AND p.seq = c.top_seq - c.kept + 1"
            + " WHERE c.id > ? ORDER BY c.id LIMIT " + MAX_CHANNELS;

    /**
     * The times of expiry of publications, keys, sessions and readers, in milliseconds since 1970. A row of that time
     * or before has expired. For sessions and readers, the time of their last activity counts.
     */
    record Bounds(long publications, long keys, long sessions, long readers) {}

    static ExpiryScan page(Connection connection, long after, Bounds bounds, Readers readers) throws SQLException {
        List<Long> due = new ArrayList<>();
        Set<Long> unused = new HashSet<>();
        List<Long> subscribed = new ArrayList<>();
        List<Long> quiet = new ArrayList<>();
        long scanned = 0;
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
                    scanned++;
                    last = row.getLong(1);
                    boolean expires = row.getLong(3) > 0 && past(row, 4, bounds.publications());
                    boolean empty = row.getLong(3) == 0 && row.getObject(5) == null && row.getObject(6) == null;
                    boolean parts = expires || past(row, 5, bounds.keys()) || past(row, 6, bounds.sessions());
                    if (past(row, 6, bounds.readers())) {
                        quiet.add(last);
                    }
                    boolean old = row.getLong(7) <= bounds.sessions();
                    boolean ageing = row.getLong(7) <= bounds.readers();
                    if (parts || (empty && old) || ageing) {
                        if (!any(readers, row.getString(2))) {
                            unused.add(last);
                        } else if (ageing) {
                            subscribed.add(last);
                        }
                    }
                    if (parts || (empty && old && unused.contains(last))) {
                        due.add(last);
                        losing += expires ? row.getLong(3) : 0;
                    }
                }
            }
        }
        List<IdleSession> idle = quiet.isEmpty() ? List.of() : IdleSession.of(connection, quiet, bounds, readers);
        return new ExpiryScan(scanned, due, unused, subscribed, idle, last, end && scanned < MAX_CHANNELS);
    }

    /** Nobody reads a channel whose name is none: rows that another program has written must not end the scan. */
    private static boolean any(Readers readers, String name) {
        return StoredName.channel(name).filter(readers::any).isPresent();
    }

    private static boolean past(ResultSet row, int column, long bound) throws SQLException {
        return row.getObject(column) != null && row.getLong(column) <= bound;
    }
}
