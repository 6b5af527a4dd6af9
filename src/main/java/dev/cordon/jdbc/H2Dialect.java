package dev.cordon.jdbc;

import dev.cordon.log.Append;
import dev.cordon.log.Retention;
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

/** The dialect of H2. It works statement by statement: in this process, a round trip costs nothing. */
final class H2Dialect implements Dialect {
    static final String PRODUCT = "H2";

    private static final String DUPLICATE_KEY = "23505";

    /**
     * Turns off the reuse of results, until the database is closed. H2 answers a repeated statement with its last
     * result while nothing has changed since. It counts a change when it is made, not when it is committed. So a reader
     * between the two would go on seeing old data. Does nothing to a connection of another database.
     */
    static Connection withoutOldResults(Connection connection) throws SQLException {
        if (!connection.getMetaData().getDatabaseProductName().equals(PRODUCT)) {
            return connection;
        }
        try (Statement set = connection.createStatement()) {
            set.execute("SET OPTIMIZE_REUSE_RESULTS 0");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public AppendTransaction.Outcome append(
            Database database, List<Append> appends, boolean patiently, Retention bounds, long now, Duration keyWindow)
            throws SQLException {
        return database.transaction(
                connection -> new AppendTransaction(this, bounds, now, keyWindow).run(connection, appends));
    }

    @Override
    public List<ChannelRow> enter(Connection connection, List<Entry> entries, long now) throws SQLException {
        List<ChannelRow> rows = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            while (!update(connection, entry, now)) {
                insert(connection, entry, now);
            }
            rows.add(read(connection, entry.name()));
        }
        return rows;
    }

    private static boolean update(Connection connection, Entry entry, long now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE cordon_channel SET top_seq = top_seq + ?,"
                + " kept = kept + ?, bytes = bytes + ?, last_at = GREATEST(last_at, ?) WHERE name = ?")) {
            update.setLong(1, entry.count());
            update.setLong(2, entry.count());
            update.setLong(3, entry.bytes());
            update.setLong(4, entry.count() > 0 ? now : 0);
            update.setString(5, entry.name());
            return update.executeUpdate() > 0;
        }
    }

    private static void insert(Connection connection, Entry entry, long now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO cordon_channel"
                        + " (name, owner, epoch, base_seq, top_seq, kept, bytes, last_at, heard_at) VALUES (?, ?, '', ?, 0, 0, 0, 0, ?)")) {
            insert.setString(1, entry.name());
            insert.setString(2, entry.owner());
            insert.setLong(3, ChannelRow.FRESH);
            insert.setLong(4, now);
            insert.executeUpdate();
        } catch (SQLException e) {
            if (!DUPLICATE_KEY.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private static ChannelRow read(Connection connection, String name) throws SQLException {
        try (PreparedStatement read =
                connection.prepareStatement("SELECT " + ChannelRow.COLUMNS + " FROM cordon_channel WHERE name = ?")) {
            read.setString(1, name);
            try (ResultSet row = read.executeQuery()) {
                row.next();
                return ChannelRow.read(row);
            }
        }
    }

    @Override
    public Map<Long, Long> delete(Connection connection, List<PublicationRemoval.Drop> drops) throws SQLException {
        Map<Long, Long> bytes = new HashMap<>();
        for (PublicationRemoval.Drop drop : drops) {
            bytes.put(drop.channel().id(), size(connection, drop));
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM cordon_publication WHERE channel_id = ? AND seq BETWEEN ? AND ?")) {
                delete.setLong(1, drop.channel().id());
                delete.setLong(2, drop.channel().first());
                delete.setLong(3, drop.upTo());
                delete.executeUpdate();
            }
        }
        return bytes;
    }

    private static long size(Connection connection, PublicationRemoval.Drop drop) throws SQLException {
        try (PreparedStatement sum = connection.prepareStatement("SELECT COALESCE(SUM(OCTET_LENGTH(payload)), 0)"
                + " FROM cordon_publication WHERE channel_id = ? AND seq BETWEEN ? AND ?")) {
            sum.setLong(1, drop.channel().id());
            sum.setLong(2, drop.channel().first());
            sum.setLong(3, drop.upTo());
            try (ResultSet row = sum.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Does nothing: the database file belongs to this process, and the migrator serialises its threads. */
    @Override
    public void lockSchema(Connection connection) {}

    @Override
    public List<String> faults(Connection connection) {
        return List.of();
    }
}
