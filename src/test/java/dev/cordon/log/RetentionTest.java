package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LEAST = Duration.ofNanos(1);

    private static void assertRejected(
            int count, long bytes, Duration life, long total, Duration positions, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Retention(count, bytes, life, total, positions))
                .withMessage(message);
    }

    @Test
    void acceptsTheLeastOfEach() {
        assertThat(new Retention(0, 1, LEAST, 1, LEAST).maxPublications()).isZero();
        assertThat(new Retention(1, 1, LEAST, 1).positionTimeToLive()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void rejectsLessAndNamesTheSetting() {
        assertRejected(-1, 1, MINUTE, 1, MINUTE, "cordon.history.size is -1 but must be 0 or more");
        assertRejected(1, 0, MINUTE, 1, MINUTE, "cordon.history.max-bytes is 0 but must be positive");
        assertRejected(1, 1, Duration.ZERO, 1, MINUTE, "cordon.history.ttl is PT0S but must be positive");
        assertRejected(1, 1, MINUTE.negated(), 1, MINUTE, "cordon.history.ttl is PT-1M but must be positive");
        assertRejected(1, 1, MINUTE, 0, MINUTE, "cordon.history.total-max-bytes is 0 but must be positive");
        assertRejected(1, 1, MINUTE, 1, Duration.ZERO, "cordon.ack.ttl is PT0S but must be positive");
        assertRejected(1, 1, MINUTE, 1, MINUTE.negated(), "cordon.ack.ttl is PT-1M but must be positive");
    }
}
