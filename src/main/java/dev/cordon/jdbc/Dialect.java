package dev.cordon.jdbc;

import dev.cordon.log.Append;
import dev.cordon.log.Backlog;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog.Since;
import dev.cordon.protocol.Channel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The operations that differ between the databases, or that one of them does in a single round trip. Stateless. */
interface Dialect {
    /**
     * Locks the rows of channels until the transaction ends, inserts missing rows, and adds the appends to their
     * counts. Works in the order given, which must be by name, so that two transactions never wait for each other.
     */
    List<ChannelRow> enter(Connection connection, List<Entry> entries, long now) throws SQLException;

    /**
     * Appends all or none, on the calling thread, which must be one of the log's. If this fails with a lost database,
     * it is unknown whether the appends are committed.
     *
     * @param patiently whether to wait, in turn, for channels that others have locked; if not, the outcome names them
     * @param now time in milliseconds since 1970
     * @param keyWindow time for which a key is remembered
     */
    AppendTransaction.Outcome append(
            Database database, List<Append> appends, boolean patiently, Retention bounds, long now, Duration keyWindow)
            throws SQLException;

    /** Deletes publications. Returns the deleted payload bytes by channel id. */
    Map<Long, Long> delete(Connection connection, List<PublicationRemoval.Drop> drops) throws SQLException;

    /**
     * Reads several channels in one statement, without publications that are too old.
     *
     * @return backlogs by the channel's place in the list; without channels that the log does not know, and empty where
     *     one statement gains nothing
     */
    default Map<Integer, Backlog> after(Connection connection, List<Since> channels, long olderThan)
            throws SQLException {
        return Map.of();
    }

    /** Locks the schema until the transaction ends, so that one node at a time migrates it. */
    void lockSchema(Connection connection) throws SQLException;

    /** The reasons why this database cannot hold the log. Empty if it can. */
    List<String> faults(Connection connection) throws SQLException;

    /** The publications and payload bytes that a transaction adds to one channel. */
    record Entry(String name, String owner, long count, long bytes) {
        static Entry of(Channel channel, long count, long bytes) {
            return new Entry(channel.name(), channel.owner().value(), count, bytes);
        }

        Entry plus(Entry other) {
            return new Entry(name, owner, count + other.count, bytes + other.bytes);
        }
    }

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case PostgresDialect.PRODUCT -> new PostgresDialect();
            case H2Dialect.PRODUCT -> new H2Dialect();
            default ->
                throw new JdbcSettingException(
                        "the log cannot be stored in " + product + ": use PostgreSQL, or H2 on one machine");
        };
    }
}
