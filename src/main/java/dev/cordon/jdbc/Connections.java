package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections come from. Thread-safe. */
interface Connections extends AutoCloseable {
    Connection take() throws SQLException;

    /** @param broken what it was used for has failed: it is not used again */
    void giveBack(Connection connection, boolean broken);

    /** The database was lost: connections that wait for their next use are no good. */
    void forget();

    @Override
    void close();
}
