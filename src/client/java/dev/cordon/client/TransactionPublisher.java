package dev.cordon.client;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Publishes in the transaction of the application, in whose database the log is (docs/transactions.md): a message is
 * published if and only if that transaction commits.
 *
 * <p>With a data source of a Jakarta EE server this is the running JTA transaction of the calling thread, with one
 * resource or the last one. Without a transaction, connections commit by themselves there, and a message is published at
 * once. Elsewhere a pool may hand out connections that do not commit by themselves, and would roll the message back: use
 * {@link #publish(Connection, Publish)} with the connection of the transaction. A producer method of the application
 * makes the publisher injectable (docs/transactions.md, From Java).
 *
 * <p>Opens no connection of its own and has no thread. Thread-safe.
 */
public final class TransactionPublisher {
    /** The schema in which docs/transactions.md has the log. */
    public static final String SCHEMA = "cordon";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    private final DataSource dataSource;
    private final String call;

    /** For a log in the schema {@link #SCHEMA}. */
    public TransactionPublisher(DataSource dataSource) {
        this(dataSource, SCHEMA);
    }

    /**
     * @param schema name of the log's schema: letters, digits and {@code _}
     * @throws IllegalArgumentException if it is no such name
     */
    public TransactionPublisher(DataSource dataSource, String schema) {
        if (!NAME.matcher(schema).matches()) {
            throw new IllegalArgumentException("the schema's name has other characters than letters, digits and _");
        }
        this.dataSource = dataSource;
        this.call = "SELECT \"" + schema + "\".cordon_publish(?, ?, ?)";
    }

    /**
     * Publishes with the transaction of the calling thread. Waits for nothing but the database's answer.
     *
     * @throws TransactionException if the message is rejected, or the database cannot be used. Roll the transaction
     *     back: PostgreSQL keeps nothing of it, and its driver's commit does not say so. Some errors come from the commit
     *     (docs/transactions.md, Errors)
     * @throws IllegalArgumentException if a text has half a surrogate pair
     */
    public void publish(Publish message) {
        try (Connection connection = dataSource.getConnection()) {
            publish(connection, message);
        } catch (SQLException e) {
            throw new TransactionException(e);
        }
    }

    /** Like {@link #publish(Publish)}, without an idempotency key, which a transaction does not need. */
    public void publish(String channel, String data) {
        publish(new Publish(channel, data, Optional.empty()));
    }

    /**
     * Publishes with the transaction of a connection, which stays open.
     *
     * @throws TransactionException as from {@link #publish(Publish)}
     * @throws IllegalArgumentException as from {@link #publish(Publish)}
     */
    public void publish(Connection connection, Publish message) {
        if (!message.tags().isEmpty()) {
            throw new IllegalArgumentException("a message of a transaction has no tags: put them into its data");
        }
        try (PreparedStatement publish = connection.prepareStatement(call)) {
            publish.setString(1, CommandWriter.wellFormed(message.channel()));
            publish.setString(2, CommandWriter.wellFormed(message.data()));
            publish.setString(
                    3, message.idempotencyKey().map(CommandWriter::wellFormed).orElse(null));
            publish.execute();
        } catch (SQLException e) {
            throw new TransactionException(e);
        }
    }
}
