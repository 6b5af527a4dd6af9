package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Append;
import dev.cordon.log.HandClock;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How many rows PostgreSQL touches for what a node reads of others' publications. */
class ReadCostTest {
    private static final int CHANNELS = 50;
    private static final int KEPT = 200;
    private static final Payload DATA = Payload.json("{\"text\":\"" + "x".repeat(200) + "\"}");
    private static final Retention RETENTION = new Retention(KEPT, 1_000_000, Duration.ofMinutes(10), 1_000_000_000);

    private final TestDatabase database = TestDatabase.postgres();
    private final String url = database.fresh();

    @BeforeEach
    void fill() {
        JdbcUserLog log = database.open(url, () -> RETENTION, new HandClock());
        for (int i = 0; i < KEPT; i++) {
            List<Append> group = new ArrayList<>();
            for (int channel = 0; channel < CHANNELS; channel++) {
                group.add(new Append(Channel.parse("#u" + channel), DATA, Optional.empty()));
            }
            log.appendAll(group);
        }
        TestDatabase.run(url, "ANALYZE cordon_channel", "ANALYZE cordon_publication");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    @DisplayName("a read of many full channels touches what lies behind their positions, and not all that they keep")
    void readsNoMoreThanItReturns() throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // A plan made at the first call serves the later ones.
            for (int i = 0; i < 3; i++) {
                assertThat(number(
                                statement,
                                "SELECT count(payload) FROM cordon_after((SELECT array_agg(name) FROM cordon_channel),"
                                        + " (SELECT array_agg(top_seq - 1) FROM cordon_channel), 0)"))
                        .isEqualTo(CHANNELS);
            }

            assertThat(number(
                            statement,
                            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
                                    + " WHERE relid = 'cordon_publication'::regclass"))
                    .isEqualTo(3 * CHANNELS);
            connection.rollback();
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
