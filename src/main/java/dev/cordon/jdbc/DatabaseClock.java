package dev.cordon.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/**
 * The time of the log's database, as this node's clock and the difference between both. Nodes whose clocks differ agree
 * so on what is too old: publications, positions, idempotency keys. Shows this node's own time until the first
 * {@link #compare}. Thread-safe.
 */
final class DatabaseClock extends Clock {
    /** Longest round trip whose comparison replaces an earlier one. The difference is wrong by half of it at most. */
    static final Duration EXACT = Duration.ofSeconds(1);

    private final Clock own;
    private volatile boolean compared;
    private volatile Duration ahead = Duration.ZERO;

    /** @param own clock of this node */
    DatabaseClock(Clock own) {
        this.own = own;
    }

    /** Asks the database for its time, in one round trip. Returns by how much it is ahead of this node's. */
    Duration compare(Connection connection) throws SQLException {
        Instant asked = own.instant();
        Instant there = now(connection);
        Duration took = Duration.between(asked, own.instant());
        if (!compared || took.compareTo(EXACT) <= 0) {
            ahead = Duration.between(asked.plus(took.dividedBy(2)), there);
            compared = true;
        }
        return ahead;
    }

    private static Instant now(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT CURRENT_TIMESTAMP");
                ResultSet row = read.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    @Override
    public Instant instant() {
        return own.instant().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return own.getZone();
    }

    /** The zone does not matter: nothing asks this clock for a date. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
