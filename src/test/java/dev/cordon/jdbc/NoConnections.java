package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** For tests that need the threads of a {@link Database}, and no database. */
final class NoConnections implements Connections {
    @Override
    public Connection take() throws SQLException {
        throw new SQLException("none");
    }

    @Override
    public void giveBack(Connection connection, boolean broken) {}

    @Override
    public void forget() {}

    @Override
    public void close() {}
}
