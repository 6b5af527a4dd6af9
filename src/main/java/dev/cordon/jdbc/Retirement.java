package dev.cordon.jdbc;

import dev.cordon.jdbc.Drops.Drop;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog.Readers;
import dev.cordon.protocol.Channel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What leaves the log with time, in pages of a bounded size, each a transaction. Rows that an append holds are passed over: it waits for
 * no append and no append waits long for it; the next sweep finds them.
 */
final class Retirement {
    private static final String LOCK =
            "SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE id IN (%s) ORDER BY id FOR UPDATE SKIP LOCKED";

    private final Drops drops;
    private final Readers readers;
    private final long olderThan;
    private final long keysOlderThan;
    private final long quietSince;
    private final long heardSince;
    private final long now;

    /** @param now milliseconds since 1970 */
    Retirement(Dialect dialect, Readers readers, Retention retention, Duration keyWindow, long now) {
        this.drops = new Drops(dialect);
        this.readers = readers;
        this.now = now;
        this.olderThan = now - retention.timeToLive().toMillis();
        this.keysOlderThan = now - keyWindow.toMillis();
        this.quietSince = now - retention.positionTimeToLive().toMillis();
        this.heardSince = now - retention.positionTimeToLive().toMillis() / 4;
    }

    /**
     * What one transaction did.
     *
     * @param last id of the last channel looked at; the next page begins behind it
     * @param end whether there was none behind it
     */
    record Page(long seen, Drops.Gone expired, long forgotten, long last, boolean end) {}

    Page page(Connection connection, long after) throws SQLException {
        Look look =
                Look.at(connection, after, new Look.Bounds(olderThan, keysOlderThan, quietSince, heardSince), readers);
        sign(connection, look.read());
        if (look.due().isEmpty()) {
            return new Page(look.seen(), Drops.Gone.NOTHING, 0, look.last(), look.end());
        }
        List<ChannelRow> locked = lock(connection, look.due());
        Drops.Gone expired = expire(connection, locked);
        Quiet.retire(connection, look.quiet(), quietSince, now);
        return new Page(look.seen(), expired, forget(connection, locked, look.unused()), look.last(), look.end());
    }

    /** To be subscribed to is a sign of a channel, written down long before it would be forgotten. Rows that others hold are passed over. */
    private void sign(Connection connection, List<Long> read) throws SQLException {
        List<Long> ids = read.isEmpty()
                ? read
                : lock(connection, read).stream().map(ChannelRow::id).toList();
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement sign =
                Ids.prepare(connection, "UPDATE cordon_channel SET heard_at = " + now + " WHERE id IN (%s)", ids)) {
            sign.executeUpdate();
        }
    }

    private static List<ChannelRow> lock(Connection connection, List<Long> ids) throws SQLException {
        List<ChannelRow> locked = new ArrayList<>();
        try (PreparedStatement lock = Ids.prepare(connection, LOCK, ids);
                ResultSet row = lock.executeQuery()) {
            while (row.next()) {
                locked.add(ChannelRow.read(row));
            }
        }
        return locked;
    }

    private Drops.Gone expire(Connection connection, List<ChannelRow> locked) throws SQLException {
        List<Long> ids = locked.stream()
                .filter(row -> row.kept() > 0)
                .map(ChannelRow::id)
                .toList();
        if (ids.isEmpty()) {
            return Drops.Gone.NOTHING;
        }
        Map<Long, Long> upTo = new HashMap<>();
        try (PreparedStatement oldest = Ids.prepare(
                connection,
                "SELECT channel_id, MAX(seq) FROM cordon_publication WHERE channel_id IN (%s) AND published_at <= ?"
                        + " GROUP BY channel_id",
                ids)) {
            oldest.setLong(Ids.next(ids), olderThan);
            try (ResultSet row = oldest.executeQuery()) {
                while (row.next()) {
                    upTo.put(row.getLong(1), row.getLong(2));
                }
            }
        }
        List<Drop> due = locked.stream()
                .filter(row -> upTo.containsKey(row.id()))
                .map(row -> new Drop(row, upTo.getOrDefault(row.id(), 0L)))
                .toList();
        return drops.drop(connection, due, Drops.Reason.EXPIRED);
    }

    private long forget(Connection connection, List<ChannelRow> locked, Set<Long> unused) throws SQLException {
        List<Long> ids = locked.stream().map(ChannelRow::id).toList();
        if (ids.isEmpty()) {
            return 0;
        }
        try (PreparedStatement keys =
                Ids.prepare(connection, "DELETE FROM cordon_key WHERE channel_id IN (%s) AND made_at <= ?", ids)) {
            keys.setLong(Ids.next(ids), keysOlderThan);
            keys.executeUpdate();
        }
        List<Long> empty = new ArrayList<>();
        try (PreparedStatement look = Ids.prepare(
                connection,
                "SELECT c.id FROM cordon_channel c WHERE c.id IN (%s) AND c.kept = 0"
                        + " AND GREATEST(c.last_at, c.heard_at) <= ?"
                        + " AND NOT EXISTS (SELECT 1 FROM cordon_key k WHERE k.channel_id = c.id)"
                        + " AND NOT EXISTS (SELECT 1 FROM cordon_session s WHERE s.channel_id = c.id)",
                ids)) {
            look.setLong(Ids.next(ids), quietSince);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    if (unused.contains(row.getLong(1))) {
                        empty.add(row.getLong(1));
                    }
                }
            }
        }
        return empty.isEmpty() ? 0 : Forgetting.forget(connection, empty);
    }

    /** Takes all from the channels that were appended to least recently, about a page of them. */
    Drops.Gone evictOldest(Connection connection, List<Long> spared, long excess) throws SQLException {
        List<ChannelRow> oldest = new ArrayList<>();
        long bytes = 0;
        try (PreparedStatement look = Ids.prepare(
                        connection,
                        "SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE kept > 0 AND id NOT IN (%s)"
                                + " ORDER BY last_at, id LIMIT " + Look.MAX_CHANNELS + " FOR UPDATE SKIP LOCKED",
                        spared);
                ResultSet row = look.executeQuery()) {
            while (bytes < excess && row.next()) {
                ChannelRow channel = ChannelRow.read(row);
                oldest.add(channel);
                bytes += channel.bytes();
            }
        }
        return drops.drop(connection, oldest.stream().map(Drop::all).toList(), Drops.Reason.EVICTED);
    }

    Drops.Gone remove(Connection connection, Channel channel) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE name = ? FOR UPDATE")) {
            lock.setString(1, channel.name());
            try (ResultSet row = lock.executeQuery()) {
                return row.next()
                        ? drops.drop(connection, List.of(Drop.all(ChannelRow.read(row))), Drops.Reason.REMOVED)
                        : Drops.Gone.NOTHING;
            }
        }
    }
}
