package dev.cordon.jdbc;

import dev.cordon.log.Append;
import dev.cordon.log.Backlog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog.Since;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The dialect of PostgreSQL. It passes whole batches to one statement, as arrays. */
final class PostgresDialect implements Dialect {
    static final String PRODUCT = "PostgreSQL";

    private static final String ENTER = "INSERT INTO cordon_channel AS c ("
            + "name, owner, epoch, base_seq, top_seq, kept, bytes, last_at, heard_at"
            + ") SELECT n, o, '', " + ChannelRow.FRESH + ", k, k, b, CASE WHEN k > 0 THEN t ELSE 0 END, t"
            + " FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[]) AS i(n, o, k, b), (SELECT ?::bigint AS t) AS now"
            + " ON CONFLICT (name) DO UPDATE SET top_seq = c.top_seq + excluded.top_seq, kept = c.kept + excluded.kept,"
            + " bytes = c.bytes + excluded.bytes, last_at = GREATEST(c.last_at, excluded.last_at)"
            + " RETURNING " + ChannelRow.COLUMNS;
    private static final String DELETE = "DELETE FROM cordon_publication p"
            + " USING unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS d(id, first, last)"
            // Rows deleted before stay in the index until the next VACUUM: without a lower bound they would be scanned.
            + " WHERE p.channel_id = d.id AND p.seq >= d.first AND p.seq <= d.last"
            + " RETURNING p.channel_id, octet_length(p.payload)";
    /** Maximum wait for a lock, in ms. Well below a caller's budget: a held lock must not look like a lost database. */
    static final int LOCK_TIMEOUT = 1_500;

    /**
     * Time in ms after which the database ends a session that says nothing within a transaction. A node that freezes, or
     * whose line breaks without a word, would hold its locks until the database notices, which takes hours by default.
     * Longer than any wait of a node that works.
     */
    static final int IDLE_TIMEOUT = 5_000;

    /** The key of the schema lock, the same for all nodes: "cordon" in ASCII. */
    private static final long SCHEMA_LOCK = 0x636f72646f6eL;

    /** Sets both timeouts for a connection's life, if it was opened without. Does nothing to other databases. */
    static void boundLocks(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseProductName().equals(PRODUCT)) {
            try (Statement set = connection.createStatement()) {
                set.execute("SET lock_timeout = " + LOCK_TIMEOUT + "; SET idle_in_transaction_session_timeout = "
                        + IDLE_TIMEOUT);
            }
        }
    }

    /** Appends with one statement in one round trip. The connection commits by itself. */
    @Override
    public AppendTransaction.Outcome append(
            Database database, List<Append> appends, boolean patiently, Retention bounds, long now, Duration keyWindow)
            throws SQLException {
        return database.alone(connection -> PostgresAppend.run(connection, appends, patiently, bounds, now, keyWindow));
    }

    @Override
    public List<ChannelRow> enter(Connection connection, List<Entry> entries, long now) throws SQLException {
        List<ChannelRow> rows = new ArrayList<>(entries.size());
        try (PreparedStatement enter = connection.prepareStatement(ENTER)) {
            enter.setArray(1, array(connection, "text", entries.stream().map(Entry::name)));
            enter.setArray(2, array(connection, "text", entries.stream().map(Entry::owner)));
            enter.setArray(3, array(connection, "bigint", entries.stream().map(Entry::count)));
            enter.setArray(4, array(connection, "bigint", entries.stream().map(Entry::bytes)));
            enter.setLong(5, now);
            try (ResultSet row = enter.executeQuery()) {
                while (row.next()) {
                    rows.add(ChannelRow.read(row));
                }
            }
        }
        return rows;
    }

    @Override
    public Map<Long, Long> delete(Connection connection, List<PublicationRemoval.Drop> drops) throws SQLException {
        Map<Long, Long> bytes = new HashMap<>();
        try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
            delete.setArray(
                    1,
                    array(
                            connection,
                            "bigint",
                            drops.stream().map(drop -> drop.channel().id())));
            delete.setArray(
                    2,
                    array(
                            connection,
                            "bigint",
                            drops.stream().map(drop -> drop.channel().first())));
            delete.setArray(3, array(connection, "bigint", drops.stream().map(PublicationRemoval.Drop::upTo)));
            try (ResultSet row = delete.executeQuery()) {
                while (row.next()) {
                    bytes.merge(row.getLong(1), row.getLong(2), Long::sum);
                }
            }
        }
        return bytes;
    }

    @Override
    public Map<Integer, Backlog> after(Connection connection, List<Since> channels, long olderThan)
            throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT place, epoch, top, seq, payload FROM cordon_after(?, ?, ?)")) {
            read.setArray(
                    1,
                    array(
                            connection,
                            "text",
                            channels.stream().map(since -> since.channel().name())));
            read.setArray(
                    2,
                    array(
                            connection,
                            "bigint",
                            channels.stream().map(since -> since.position().offset())));
            read.setLong(3, olderThan);
            try (ResultSet rows = read.executeQuery()) {
                return ChannelReader.backlogs(rows, channels);
            }
        }
    }

    private static Array array(Connection connection, String type, java.util.stream.Stream<?> values)
            throws SQLException {
        return connection.createArrayOf(type, values.toArray());
    }

    @Override
    public void lockSchema(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
            lock.setLong(1, SCHEMA_LOCK);
            lock.execute();
        }
    }

    @Override
    public List<String> faults(Connection connection) throws SQLException {
        try (PreparedStatement encoding = connection.prepareStatement("SHOW server_encoding");
                ResultSet row = encoding.executeQuery()) {
            return row.next() && row.getString(1).equals("UTF8")
                    ? List.of()
                    : List.of("the database's encoding is " + row.getString(1)
                            + " but must be UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0");
        }
    }
}
