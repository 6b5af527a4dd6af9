package dev.cordon.jdbc;

import dev.cordon.log.Append;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What is said differently to the databases, and what one of them does in one round trip. Stateless. */
interface Dialect {
    /**
     * Locks the rows of channels until the transaction ends, makes those that are not there, and counts appends in. In the order
     * given, which must be by name: so that two transactions never wait for each other.
     */
    List<ChannelRow> enter(Connection connection, List<Entry> entries, long now) throws SQLException;

    /**
     * Appends all or none, on the thread of the log's that calls. What is committed when this fails with a lost database is not known.
     *
     * @param patiently whether it waits its turn for channels that others hold; else it says which they are
     * @param now milliseconds since 1970
     * @param keyWindow for how long a key counts
     */
    AppendTransaction.Outcome append(
            Database database, List<Append> appends, boolean patiently, Retention bounds, long now, Duration keyWindow)
            throws SQLException;

    /** Deletes what channels lose; returns the payload bytes that went, by channel. */
    Map<Long, Long> delete(Connection connection, List<PublicationRemoval.Drop> drops) throws SQLException;

    /** Held to the end of the transaction: one node at a time brings the schema up to date. */
    void lockSchema(Connection connection) throws SQLException;

    /** Refuses what the log cannot be kept in; empty when it can. */
    List<String> faults(Connection connection) throws SQLException;

    /** What an append transaction adds to one channel. */
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
                        "the log cannot be kept in " + product + ": use PostgreSQL, or H2 on one machine");
        };
    }
}
