package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.HandClock;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.Retention;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A setting that cannot work is rejected at once, in one line; a database that may come later is waited for. */
class RejectedStartTest {
    private static JdbcUserLog open(JdbcSettings settings) {
        return JdbcUserLog.open(
                settings,
                () -> new Retention(5, 1_000, Duration.ofMinutes(10), 100_000),
                new HandClock(),
                TestDatabase.KEY_WINDOW);
    }

    private static JdbcUserLog open(String url, String user, String password) {
        return open(new JdbcSettings("none", Optional.of(url), Optional.of(user), Optional.of(password)));
    }

    private static void assertRejected(JdbcSettings settings, String expected) {
        assertThatThrownBy(() -> open(settings).close())
                .isInstanceOf(JdbcSettingException.class)
                .hasMessageContaining(expected)
                .message()
                .doesNotContain("\n")
                .doesNotContain("s3cret");
    }

    private static void assertRejected(String url, String user, String expected) {
        assertRejected(new JdbcSettings("none", Optional.of(url), Optional.of(user), Optional.of("s3cret")), expected);
    }

    @Test
    void rejectsADataSourceThatDoesNotExist() {
        assertRejected(
                new JdbcSettings("jdbc/nowhere", Optional.empty(), Optional.empty(), Optional.empty()),
                "cordon.jdbc.data-source is 'jdbc/nowhere' but the server has no data source of that name");
        assertRejected(
                new JdbcSettings("ldap://evil/x", Optional.empty(), Optional.empty(), Optional.empty()),
                "must be a name such as jdbc/cordon");
    }

    @Test
    void rejectsAnUnsupportedOrInvalidUrl() {
        assertRejected("jdbc:mysql://x/y", "u", "cordon.jdbc.url must begin with jdbc:postgresql: or jdbc:h2:");
        assertRejected("jdbc:postgresql://host:99999/d", "u", "cordon.jdbc.url is not valid for its driver");
    }

    @Test
    void rejectsAWrongPassword() {
        String url = TestDatabase.h2().fresh();
        open(url, "sa", "right").close();

        assertRejected(url, "sa", "the log's database rejects Cordon: Wrong user name or password");
    }

    @Test
    void rejectsADatabaseOfALaterVersion() {
        try (TestDatabase database = TestDatabase.h2()) {
            String url = database.fresh();
            open(url, "sa", "").close();
            TestDatabase.run(url, "INSERT INTO cordon_schema (version, file) VALUES (99, 'V99__x.sql')");

            assertRejected(TestDatabase.settings(url), "schema version 99, made by a later version of Cordon");
        }
    }

    @Test
    @DisplayName("O3: a database that cannot be reached is waited for; its address is in the log alone")
    void waitsForADatabaseThatCannotBeReached() {
        try (LogLines lines = LogLines.of(Availability.class);
                JdbcUserLog log = open("jdbc:postgresql://127.0.0.1:1/cordon", "u", "s3cret")) {
            String told = "the log's database cannot be used: see the server's log";
            assertThat(log.unavailable()).contains(told);
            assertThat(log.unavailableFor())
                    .as("no balancer takes it for a moment's loss")
                    .isEqualTo(ChronoUnit.FOREVER.getDuration());
            assertThatThrownBy(() -> log.append(Channel.parse("#a"), Payload.EMPTY))
                    .isInstanceOf(LogUnavailableException.class)
                    .hasMessage(told);
            assertThat(lines.all()).singleElement().asString().contains("127.0.0.1:1 refused");
        }
    }
}
