package dev.cordon.jdbc;

import dev.cordon.log.Retention;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Databases and logs for one test: each {@link #open} returns an empty log. All are closed together. */
public abstract class TestDatabase implements AutoCloseable {
    static final Duration KEY_WINDOW = Duration.ofMinutes(5);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<JdbcUserLog> logs = new ArrayList<>();

    /** Returns the address of a new database without tables. */
    abstract String fresh(int number);

    public static TestDatabase postgres() {
        return new TestDatabase() {
            @Override
            String fresh(int number) {
                // Mutated code runs in many processes with one server.
                String schema = "test_" + ProcessHandle.current().pid() + "_" + number;
                Postgres.shared().run("CREATE SCHEMA " + schema);
                return Postgres.shared().url() + "&currentSchema=" + schema;
            }
        };
    }

    public static TestDatabase h2() {
        return new TestDatabase() {
            @Override
            String fresh(int number) {
                return "jdbc:h2:./target/h2/test-" + ProcessHandle.current().pid() + "-" + number + ";DB_CLOSE_DELAY=5";
            }
        };
    }

    String fresh() {
        return fresh(NUMBER.incrementAndGet());
    }

    public JdbcUserLog open(Supplier<Retention> retention, Clock clock) {
        return open(fresh(), retention, clock);
    }

    JdbcUserLog open(String url, Supplier<Retention> retention, Clock clock) {
        // By the test's clock, without the database's: the test moves it.
        JdbcUserLog log = new JdbcUserLog(Store.open(settings(url).connections()), retention, clock, KEY_WINDOW);
        logs.add(log);
        return log;
    }

    static JdbcSettings settings(String url) {
        return new JdbcSettings(
                "none",
                Optional.of(url),
                Optional.of(url.startsWith("jdbc:h2") ? "sa" : "postgres"),
                Optional.of(url.startsWith("jdbc:h2") ? "" : "postgres"));
    }

    static Connection connect(String url) throws SQLException {
        JdbcSettings settings = settings(url);
        return settings.connections().take();
    }

    /** Deletes a log's rows; the schema and its epoch stay. */
    static void empty(String url) {
        run(
                url,
                "DELETE FROM cordon_publication",
                "DELETE FROM cordon_channel",
                "DELETE FROM cordon_session",
                "DELETE FROM cordon_hook_event",
                "DELETE FROM cordon_hook_connection",
                "DELETE FROM cordon_hook_node",
                "DELETE FROM cordon_group_member",
                "DELETE FROM cordon_group",
                "UPDATE cordon_group_count SET total = 0",
                "UPDATE cordon_log SET generation = generation + 1, accepted = 0, acknowledged = 0, expired = 0, evicted = 0, removed = 0");
    }

    static void run(String url, String... statements) {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        logs.forEach(JdbcUserLog::close);
        logs.clear();
    }
}
