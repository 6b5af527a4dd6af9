package dev.cordon.jdbc;

import dev.cordon.log.Retention;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of publishes by SQL: the row of {@code cordon_rules}, which the schema's function {@code cordon_publish}
 * obeys (ADR 0029). It is written at the start and when this node's settings change, so that nodes with different
 * settings do not undo each other's row all the time. Thread-safe.
 */
final class PublishRules {
    private final Supplier<Retention> retention;
    private final IntSupplier maxPayload;
    private final Duration keyWindow;
    private volatile boolean used;
    private @Nullable Rules written;

    private record Rules(long maxKept, long maxBytes, long maxPayload, long keyWindow) {}

    PublishRules(Supplier<Retention> retention, IntSupplier maxPayload, Duration keyWindow) {
        this.retention = retention;
        this.maxPayload = maxPayload;
        this.keyWindow = keyWindow;
    }

    /** Writes the rules if they have changed, and looks whether an application has published by SQL, which it returns. */
    synchronized boolean keep(Connection connection) throws SQLException {
        Retention bounds = retention.get();
        Rules now = new Rules(bounds.maxPublications(), bounds.maxBytes(), maxPayload.getAsInt(), keyWindow.toMillis());
        if (!now.equals(written)) {
            write(connection, now);
        }
        try (PreparedStatement read = connection.prepareStatement("SELECT used FROM cordon_rules");
                ResultSet row = read.executeQuery()) {
            row.next();
            used = row.getBoolean(1);
        }
        written = now;
        return used;
    }

    /** The next {@link #keep} writes the rules, changed or not. */
    synchronized void writeAgain() {
        written = null;
    }

    private static void write(Connection connection, Rules rules) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                "UPDATE cordon_rules SET max_kept = ?, max_bytes = ?, max_payload = ?, key_window = ?")) {
            write.setLong(1, rules.maxKept());
            write.setLong(2, rules.maxBytes());
            write.setLong(3, rules.maxPayload());
            write.setLong(4, rules.keyWindow());
            write.executeUpdate();
        }
    }

    /** Whether an application has ever published by SQL, as of the last {@link #keep}. */
    boolean used() {
        return used;
    }
}
