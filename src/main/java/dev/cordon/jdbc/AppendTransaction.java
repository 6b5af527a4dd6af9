package dev.cordon.jdbc;

import dev.cordon.jdbc.PublicationRemoval.Drop;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Publication;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * An append to any number of channels in one transaction of several statements, for a database in this process.
 * Confined to one thread. Its steps are:
 *
 * <ol>
 *   <li>Lock the channels' rows in order of name, and add the appends to their counts.
 *   <li>Insert the publications.
 *   <li>Evict publications beyond a channel's count and bytes.
 * </ol>
 */
final class AppendTransaction {
    private final ChannelRegistry registry;
    private final PublicationRemoval drops;
    private final Retention retention;
    private final long now;
    private final long keysSince;

    AppendTransaction(Dialect dialect, Retention retention, long now, Duration keyWindow) {
        this.registry = new ChannelRegistry(dialect);
        this.drops = new PublicationRemoval(dialect);
        this.retention = retention;
        this.now = now;
        this.keysSince = now - keyWindow.toMillis();
    }

    /**
     * @param appended one result for each append, repetitions included
     * @param evicted publications beyond their channel's bounds
     * @param bytes payload bytes of the new publications
     * @param channels ids of the channels that were appended to
     * @param held names of channels that another transaction has locked; if there are any, nothing was appended
     */
    record Outcome(
            List<Appended> appended,
            PublicationRemoval.Removed evicted,
            long bytes,
            List<Long> channels,
            Set<String> held) {}

    Outcome run(Connection connection, List<Append> appends) throws SQLException {
        boolean keyed = appends.stream().anyMatch(append -> append.key().isPresent());
        return keyed ? withKeys(connection, appends) : append(connection, appends);
    }

    private Outcome withKeys(Connection connection, List<Append> appends) throws SQLException {
        Map<String, ChannelRow> rows = byName(registry.register(connection, entries(appends, false), now));
        Deduplication repetitions = Deduplication.among(connection, appends, rows, keysSince);
        List<Append> fresh = repetitions.fresh();
        Outcome outcome = fresh.isEmpty()
                ? new Outcome(List.of(), PublicationRemoval.Removed.NOTHING, 0, List.of(), Set.of())
                : append(connection, fresh);
        repetitions.remember(connection, outcome.appended(), now);
        return new Outcome(
                repetitions.merged(outcome.appended()),
                outcome.evicted(),
                outcome.bytes(),
                outcome.channels(),
                Set.of());
    }

    private Outcome append(Connection connection, List<Append> appends) throws SQLException {
        List<ChannelRow> rows = registry.register(connection, entries(appends, true), now);
        Map<String, ChannelRow> byName = byName(rows);
        Map<String, Long> next = new HashMap<>();
        appends.forEach(append -> next.merge(append.channel().name(), -1L, Long::sum));
        next.replaceAll((name, minusCount) -> row(byName, name).top() + minusCount);
        List<Appended> appended = new ArrayList<>(appends.size());
        long bytes = 0;
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO cordon_publication (channel_id, seq, published_at, payload) VALUES (?, ?, ?, ?)")) {
            for (Append append : appends) {
                ChannelRow row = row(byName, append.channel().name());
                long seq = next.merge(row.name(), 1L, Long::sum);
                insert.setLong(1, row.id());
                insert.setLong(2, seq);
                insert.setLong(3, row.lastAt());
                insert.setBytes(4, append.payload().toByteArray());
                insert.addBatch();
                bytes += append.payload().size();
                appended.add(new Appended(new Publication(append.channel(), seq, append.payload()), row.epoch()));
            }
            insert.executeBatch();
        }
        return new Outcome(
                appended,
                trim(connection, rows),
                bytes,
                rows.stream().map(ChannelRow::id).toList(),
                Set.of());
    }

    private static List<Dialect.Entry> entries(List<Append> appends, boolean counted) {
        TreeMap<String, Dialect.Entry> entries = new TreeMap<>();
        for (Append append : appends) {
            Dialect.Entry entry = counted
                    ? Dialect.Entry.of(append.channel(), 1, append.payload().size())
                    : Dialect.Entry.of(append.channel(), 0, 0);
            entries.merge(entry.name(), entry, Dialect.Entry::plus);
        }
        return List.copyOf(entries.values());
    }

    private static Map<String, ChannelRow> byName(List<ChannelRow> rows) {
        Map<String, ChannelRow> byName = new HashMap<>();
        rows.forEach(row -> byName.put(row.name(), row));
        return byName;
    }

    private static ChannelRow row(Map<String, ChannelRow> rows, String name) {
        return Objects.requireNonNull(rows.get(name), "the database gave no row for a channel");
    }

    /**
     * Evicts the oldest publications beyond count and bytes. The newest stays whatever its size, unless the count is 0.
     */
    private PublicationRemoval.Removed trim(Connection connection, List<ChannelRow> rows) throws SQLException {
        List<Drop> over = new ArrayList<>();
        for (ChannelRow row : rows) {
            long upTo = row.top() - Math.min(row.kept(), retention.maxPublications());
            if (row.bytes() > retention.maxBytes()) {
                upTo = Math.max(upTo, lastBeyondBytes(connection, row));
            }
            over.add(new Drop(row, upTo));
        }
        return drops.drop(connection, over, PublicationRemoval.Reason.EVICTED);
    }

    private long lastBeyondBytes(Connection connection, ChannelRow row) throws SQLException {
        try (PreparedStatement sizes = connection.prepareStatement("SELECT seq, OCTET_LENGTH(payload)"
                + " FROM cordon_publication WHERE channel_id = ? AND seq < ? ORDER BY seq")) {
            sizes.setLong(1, row.id());
            sizes.setLong(2, row.top());
            long left = row.bytes();
            long last = row.first() - 1;
            try (ResultSet size = sizes.executeQuery()) {
                while (left > retention.maxBytes() && size.next()) {
                    last = size.getLong(1);
                    left -= size.getLong(2);
                }
            }
            return last;
        }
    }
}
