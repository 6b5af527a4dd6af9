package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Publishes by SQL, as an application does in its own transaction. */
final class Transactions {
    private static final String PUBLISH = "SELECT cordon_publish(?, ?, ?)";

    private Transactions() {}

    /** A connection of an application, within a transaction. */
    static Connection begin(String url) throws SQLException {
        Connection connection = TestDatabase.connect(url);
        connection.setAutoCommit(false);
        return connection;
    }

    static void publish(Connection connection, @Nullable String channel, @Nullable String data) throws SQLException {
        publish(connection, channel, data, null);
    }

    static void publish(Connection connection, @Nullable String channel, @Nullable String data, @Nullable String key)
            throws SQLException {
        try (PreparedStatement publish = connection.prepareStatement(PUBLISH)) {
            publish.setString(1, channel);
            publish.setString(2, data);
            publish.setString(3, key);
            publish.execute();
        }
    }

    /** One transaction with one message. */
    static void commit(String url, String channel, String data) throws SQLException {
        try (Connection connection = begin(url)) {
            publish(connection, channel, data);
            connection.commit();
        }
    }
}
