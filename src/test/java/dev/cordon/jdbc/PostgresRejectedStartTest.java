package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.HandClock;
import dev.cordon.log.Retention;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What PostgreSQL rejects at the start; {@link RejectedStartTest} has what needs no server. */
class PostgresRejectedStartTest {
    private static void assertRejected(String url, String user, String expected) {
        JdbcSettings settings = new JdbcSettings("none", Optional.of(url), Optional.of(user), Optional.of("s3cret"));
        assertThatThrownBy(() -> JdbcUserLog.open(
                                settings,
                                () -> new Retention(5, 1_000, Duration.ofMinutes(10), 100_000),
                                new HandClock(),
                                TestDatabase.KEY_WINDOW)
                        .close())
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageContaining(expected)
                .message()
                .doesNotContain("\n")
                .doesNotContain("s3cret");
    }

    @Test
    void rejectsAnUnknownUserOrDatabase() {
        String url = Postgres.shared().url().replaceAll("\\?.*", "");
        assertRejected(url, "nobody", "the log's database rejects Cordon: FATAL: role \"nobody\" does not exist");
        assertRejected(
                url.replace("/postgres", "/nowhere"),
                "postgres",
                "the log's database rejects Cordon: FATAL: database \"nowhere\" does not exist");
    }

    @Test
    void rejectsADatabaseOfALaterVersion() {
        try (TestDatabase database = TestDatabase.postgres()) {
            String url = database.fresh();
            database.open(url, () -> new Retention(5, 1_000, Duration.ofMinutes(10), 100_000), new HandClock())
                    .close();
            TestDatabase.run(url, "INSERT INTO cordon_schema (version, file) VALUES (99, 'V99__x.sql')");

            assertRejected(url, "postgres", "schema version 99, made by a later version of Cordon");
        }
    }
}
