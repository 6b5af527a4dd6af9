package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.LogUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a failed statement's SQL state means, and how much of it callers and the server's log are told. */
class SqlFailureTest {
    @ParameterizedTest
    @CsvSource({
        "08001, LOST, Connection to 10.0.0.7:5432 rejected",
        "57P03, LOST, FATAL: the database system is starting up",
        "53300, LOST, FATAL: sorry; too many clients already",
        "25006, LOST, ERROR: cannot execute UPDATE in a read-only transaction",
        "28P01, SETTING, FATAL: password authentication failed for user cordon",
        "3D000, SETTING, FATAL: database secret_db does not exist",
        "23505, REJECTED, ERROR: duplicate key value violates unique constraint cordon_channel_name_key",
        "22021, REJECTED, ERROR: invalid byte sequence for encoding UTF8",
        "42P01, REJECTED, ERROR: relation cordon_publication does not exist",
        "55P03, HELD, ERROR: canceling statement due to lock timeout",
        "40001, COLLISION, ERROR: could not serialize access",
    })
    @DisplayName("O3: no caller is told the database's address, user, table, constraint or SQL state")
    void revealsNothingOfTheDatabaseToCallers(String state, SqlFailure failure, String message) {
        SQLException e = new SQLException(message, state);
        Database database = new Database(new NoConnections(), Duration.ofSeconds(3), new Availability());
        try (database;
                LogLines lines = LogLines.of(Availability.class);
                LogLines rejections = LogLines.of(Database.class)) {
            RuntimeException told = database.failure(e);

            assertThat(SqlFailure.of(e)).isEqualTo(failure);
            assertThat(told).isInstanceOf(LogUnavailableException.class).hasMessage(SqlFailure.publicMessage(e));
            assertThat(told.getMessage())
                    .doesNotContain("10.0.0.7", "5432", "cordon_", "secret", "user cordon", "ERROR", "FATAL", state);
            boolean lost = failure == SqlFailure.LOST || failure == SqlFailure.SETTING;
            assertThat(database.availability().lost())
                    .isEqualTo(Optional.of(SqlFailure.publicMessage(e)).filter(words -> lost));
            if (lost) {
                assertThat(lines.all()).singleElement().asString().contains(message);
            } else if (failure == SqlFailure.REJECTED) {
                assertThat(rejections.all())
                        .singleElement()
                        .asString()
                        .contains(message)
                        .contains(state);
            } else {
                assertThat(rejections.all()).isEmpty();
            }
        }
    }

    @Test
    void readsTheDriversFailureInsideAPoolsException() {
        SQLException e = new SQLException("Error in allocating a connection", new SQLException("rejected", "08001"));

        assertThat(SqlFailure.of(e)).isEqualTo(SqlFailure.LOST);
        assertThat(SqlFailure.logMessage(e)).isEqualTo("rejected");

        SQLException ofTwoLines = new SQLException("ERROR: no.\n  Detail: a row\n");
        assertThat(SqlFailure.logMessage(ofTwoLines)).isEqualTo("ERROR: no");
    }
}
