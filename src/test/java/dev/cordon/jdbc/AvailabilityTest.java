package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private final Availability availability = new Availability();

    @Test
    void knowsSinceWhenTheDatabaseIsLost() {
        assertThat(availability.lostFor()).isZero();

        availability.lose("lost", "why");
        Duration first = availability.lostFor();
        availability.lose("lost", "why");
        assertThat(availability.lostFor()).isGreaterThan(first).isPositive();

        availability.regain();
        assertThat(availability.lostFor()).isZero();
    }

    @Test
    @DisplayName("O3: a loss of the database is one log line, however often it is reported; its return is another")
    void o3_logsEachLossOnce() {
        try (LogLines lines = LogLines.of(Availability.class)) {
            availability.regain();
            assertThat(lines.all()).isEmpty();

            availability.lose("lost", "10.0.0.7:5432 rejected");
            availability.lose("lost", "10.0.0.7:5432 rejected");
            assertThat(lines.all()).hasSize(1);
            assertThat(availability.lost()).contains("lost");

            availability.regain();
            availability.regain();
            assertThat(lines.all()).hasSize(2);
            assertThat(availability.lost()).isEmpty();
        }
    }
}
