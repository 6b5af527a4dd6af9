package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrowthTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long HOUR = Duration.ofHours(1).toNanos();

    @Test
    void growsSinceItsStartWithinTheFirstHour() {
        Growth growth = new Growth(0, 100);

        assertThat(growth.since(1, 103)).isEqualTo(3);
        assertThat(growth.since(30 * MINUTE, 110)).isEqualTo(10);
        assertThat(growth.since(HOUR - 1, 90)).isEqualTo(-10);
    }

    @Test
    void forgetsWhatIsAnHourOld() {
        Growth growth = new Growth(0, 0);
        for (int minute = 1; minute <= 59; minute++) {
            growth.since(minute * MINUTE, minute);
        }

        assertThat(growth.since(HOUR, 60)).as("the start is an hour ago").isEqualTo(60);
        assertThat(growth.since(HOUR + MINUTE - 1, 60)).as("to the minute").isEqualTo(60);
        assertThat(growth.since(HOUR + MINUTE, 61)).isEqualTo(60);
        assertThat(growth.since(HOUR + 2 * MINUTE, 100)).isEqualTo(98);
    }

    @Test
    void keepsAtMostASampleAMinute() {
        Growth growth = new Growth(0, 0);
        growth.since(MINUTE - 1, 5);
        growth.since(MINUTE, 7);

        assertThat(growth.since(HOUR + MINUTE - 1, 10)).isEqualTo(10);
        assertThat(growth.since(HOUR + MINUTE, 10))
                .as("since the sample of the first minute")
                .isEqualTo(3);
        assertThat(growth.since(3 * HOUR, 20))
                .as("since the last look, two hours ago")
                .isEqualTo(10);
    }
}
