package dev.cordon.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Migrates the schema to the version of this program with plain SQL files, each run once, in order. Nodes that start at
 * the same time wait for each other. The file of a released step never changes; a new version is a new file.
 */
final class Migrator {
    private static final List<Step> STEPS = List.of(
            new Step("V1__log.sql", false),
            new Step("V2__lives.sql", false),
            new Step("V3__append.sql", true),
            new Step("V4__cluster.sql", true),
            new Step("V5__inquiry.sql", true),
            new Step("V6__slots.sql", true),
            new Step("V7__transactions.sql", true),
            new Step("V8__cheaper.sql", true),
            new Step("V9__hooks.sql", false),
            new Step("V10__groups.sql", false));
    private static final Object ONE_AT_A_TIME = new Object();

    /** @param postgres whether only PostgreSQL runs the file; elsewhere the step only records its version */
    private record Step(String file, boolean postgres) {}

    private Migrator() {}

    /** Migrates in one transaction, as far as the database supports transactions for schema changes. */
    static void migrate(Connection connection, Dialect dialect) throws SQLException {
        // Serialises the nodes of one process. The database serialises those of others.
        synchronized (ONE_AT_A_TIME) {
            dialect.lockSchema(connection);
            run(
                    connection,
                    "CREATE TABLE IF NOT EXISTS cordon_schema (version INTEGER PRIMARY KEY, file VARCHAR(100) NOT NULL)");
            int version = version(connection);
            if (version > STEPS.size()) {
                throw new JdbcSettingException("the log's database has schema version " + version
                        + ", made by a later version of Cordon;" + " this version knows " + STEPS.size()
                        + ": start the later one, or use another database");
            }
            for (int next = version; next < STEPS.size(); next++) {
                step(connection, STEPS.get(next), next + 1, dialect instanceof PostgresDialect);
            }
            // Before the next node of this process begins: H2 commits each CREATE by itself, but not the row that
            // records it.
            connection.commit();
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COALESCE(MAX(version), 0) FROM cordon_schema")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void step(Connection connection, Step step, int version, boolean postgres) throws SQLException {
        if (postgres || !step.postgres()) {
            for (String statement : statements(step.file())) {
                run(connection, statement);
            }
        }
        if (version == 1) {
            begin(connection);
        } else if (version == 2) {
            drawSecret(connection);
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO cordon_schema (version, file) VALUES (?, ?)")) {
            insert.setInt(1, version);
            insert.setString(2, step.file());
            insert.executeUpdate();
        }
    }

    /** Draws the epoch of a new database, so that positions of another database are invalid in it. */
    private static void begin(Connection connection) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO cordon_log (one, epoch, floor_seq) VALUES (1, ?, 0)")) {
            insert.setString(1, UUID.randomUUID().toString().substring(0, 8));
            insert.executeUpdate();
        }
    }

    /** Draws the secret without which nobody can compute a channel's epoch from its name. */
    private static void drawSecret(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE cordon_log SET secret = ?")) {
            update.setString(1, UUID.randomUUID().toString());
            update.executeUpdate();
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Reads a file's statements. Each ends with a semicolon at a line's end, a function with one behind {@code $$};
     * comments have lines of their own.
     */
    private static List<String> statements(String file) {
        try (InputStream in = Migrator.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
            return Arrays.stream(text.split(";\\s*\n(?=(?:[^$]*\\$\\$[^$]*\\$\\$)*[^$]*$)", -1))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
