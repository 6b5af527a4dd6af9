package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** A source of database connections. Thread-safe. */
interface Connections extends AutoCloseable {
    Connection take() throws SQLException;

    /** @param broken whether the connection failed in use; it is not used again then */
    void giveBack(Connection connection, boolean broken);

    /** Drops the idle connections, because the database was lost. */
    void forget();

    @Override
    void close();
}
