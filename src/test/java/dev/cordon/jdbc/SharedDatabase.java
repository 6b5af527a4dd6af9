package dev.cordon.jdbc;

import dev.cordon.log.Retention;
import java.time.Clock;
import java.time.Duration;

/** One database in PostgreSQL, with which each node of a test has a log of its own. */
public final class SharedDatabase implements AutoCloseable {
    private static final Retention RETENTION =
            new Retention(256, 1024 * 1024, Duration.ofMinutes(10), 64L * 1024 * 1024);

    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();

    /** The log of one more node. */
    public JdbcUserLog log(Clock clock) {
        return database.open(url, () -> RETENTION, clock);
    }

    JdbcUserLog log() {
        return log(Clock.systemUTC());
    }

    void run(String sql) {
        TestDatabase.run(url, sql);
    }

    @Override
    public void close() {
        database.close();
    }
}
