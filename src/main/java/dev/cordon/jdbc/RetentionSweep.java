package dev.cordon.jdbc;

import dev.cordon.jdbc.PublicationRemoval.Drop;
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
 * A sweep that removes expired rows, in pages of a bounded size. Each page is a transaction. It skips rows that an
 * append has locked, so that neither waits for the other. The next sweep finds those rows.
 */
final class RetentionSweep {
    private static final String LOCK =
            "SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE id IN (%s) ORDER BY id FOR UPDATE SKIP LOCKED";

    private final PublicationRemoval drops;
    private final Readers readers;
    private final long olderThan;
    private final long keysOlderThan;
    private final long idleSince;
    private final long readSince;
    private final long now;

    /** @param now time in milliseconds since 1970 */
    RetentionSweep(Dialect dialect, Readers readers, Retention retention, Duration keyWindow, long now) {
        this.drops = new PublicationRemoval(dialect);
        this.readers = readers;
        this.now = now;
        this.olderThan = now - retention.timeToLive().toMillis();
        this.keysOlderThan = now - keyWindow.toMillis();
        this.idleSince = now - retention.positionTimeToLive().toMillis();
        this.readSince = now - retention.positionTimeToLive().toMillis() / 4;
    }

    /**
     * The result of one transaction.
     *
     * @param last id of the last channel in the page; the next page begins behind it
     * @param end whether the page is the last one
     */
    record Page(long scanned, PublicationRemoval.Removed expired, long forgotten, long last, boolean end) {}

    Page page(Connection connection, long after) throws SQLException {
        ExpiryScan scan = ExpiryScan.page(
                connection, after, new ExpiryScan.Bounds(olderThan, keysOlderThan, idleSince, readSince), readers);
        touch(connection, scan.subscribed());
        IdleSession.expire(connection, scan.idle(), idleSince, now);
        if (scan.due().isEmpty()) {
            return new Page(scan.scanned(), PublicationRemoval.Removed.NOTHING, 0, scan.last(), scan.end());
        }
        List<ChannelRow> locked = lock(connection, scan.due());
        PublicationRemoval.Removed expired = expire(connection, locked);
        return new Page(scan.scanned(), expired, forget(connection, locked, scan.unused()), scan.last(), scan.end());
    }

    /** Marks channels as active because they have subscribers. Skips rows that other transactions have locked. */
    private void touch(Connection connection, List<Long> subscribed) throws SQLException {
        List<Long> ids = subscribed.isEmpty()
                ? subscribed
                : lock(connection, subscribed).stream().map(ChannelRow::id).toList();
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update = InClause.prepare(
                connection, "UPDATE cordon_channel SET heard_at = " + now + " WHERE id IN (%s)", ids)) {
            update.executeUpdate();
        }
    }

    private static List<ChannelRow> lock(Connection connection, List<Long> ids) throws SQLException {
        List<ChannelRow> locked = new ArrayList<>();
        try (PreparedStatement lock = InClause.prepare(connection, LOCK, ids);
                ResultSet row = lock.executeQuery()) {
            while (row.next()) {
                locked.add(ChannelRow.read(row));
            }
        }
        return locked;
    }

    private PublicationRemoval.Removed expire(Connection connection, List<ChannelRow> locked) throws SQLException {
        List<Long> ids = locked.stream()
                .filter(row -> row.kept() > 0)
                .map(ChannelRow::id)
                .toList();
        if (ids.isEmpty()) {
            return PublicationRemoval.Removed.NOTHING;
        }
        Map<Long, Long> upTo = new HashMap<>();
        try (PreparedStatement oldest = InClause.prepare(
                connection,
                "SELECT channel_id, MAX(seq) FROM cordon_publication WHERE channel_id IN (%s) AND published_at <= ?"
                        + " GROUP BY channel_id",
                ids)) {
            oldest.setLong(InClause.next(ids), olderThan);
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
        return drops.drop(connection, due, PublicationRemoval.Reason.EXPIRED);
    }

    private long forget(Connection connection, List<ChannelRow> locked, Set<Long> unused) throws SQLException {
        List<Long> ids = locked.stream().map(ChannelRow::id).toList();
        if (ids.isEmpty()) {
            return 0;
        }
        try (PreparedStatement keys =
                InClause.prepare(connection, "DELETE FROM cordon_key WHERE channel_id IN (%s) AND made_at <= ?", ids)) {
            keys.setLong(InClause.next(ids), keysOlderThan);
            keys.executeUpdate();
        }
        List<Long> empty = new ArrayList<>();
        try (PreparedStatement select = InClause.prepare(
                connection,
                "SELECT c.id FROM cordon_channel c WHERE c.id IN (%s) AND c.kept = 0"
                        + " AND GREATEST(c.last_at, c.heard_at) <= ?"
                        + " AND NOT EXISTS (SELECT 1 FROM cordon_key k WHERE k.channel_id = c.id)"
                        + " AND NOT EXISTS (SELECT 1 FROM cordon_session s WHERE s.channel_id = c.id)",
                ids)) {
            select.setLong(InClause.next(ids), idleSince);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (unused.contains(row.getLong(1))) {
                        empty.add(row.getLong(1));
                    }
                }
            }
        }
        return empty.isEmpty() ? 0 : ChannelRemoval.forget(connection, empty);
    }

    /**
     * Evicts all of the channels appended to least recently: about {@code excess} bytes, at most a page of channels.
     */
    PublicationRemoval.Removed evictOldest(Connection connection, List<Long> spared, long excess) throws SQLException {
        List<ChannelRow> oldest = new ArrayList<>();
        long bytes = 0;
        try (PreparedStatement select = InClause.prepare(
                        connection,
                        "SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE kept > 0 AND id NOT IN (%s)"
                                + " ORDER BY last_at, id LIMIT " + ExpiryScan.MAX_CHANNELS + " FOR UPDATE SKIP LOCKED",
                        spared);
                ResultSet row = select.executeQuery()) {
            while (bytes < excess && row.next()) {
                ChannelRow channel = ChannelRow.read(row);
                oldest.add(channel);
                bytes += channel.bytes();
            }
        }
        return drops.drop(connection, oldest.stream().map(Drop::all).toList(), PublicationRemoval.Reason.EVICTED);
    }

    PublicationRemoval.Removed remove(Connection connection, Channel channel) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE name = ? FOR UPDATE")) {
            lock.setString(1, channel.name());
            try (ResultSet row = lock.executeQuery()) {
                return row.next()
                        ? drops.drop(
                                connection, List.of(Drop.all(ChannelRow.read(row))), PublicationRemoval.Reason.REMOVED)
                        : PublicationRemoval.Removed.NOTHING;
            }
        }
    }
}
