package dev.cordon.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Racing;
import org.junit.jupiter.api.Test;

class LatencyTest {
    private final Latency latency = new Latency();

    @Test
    void showsADurationAtOnce() {
        latency.record(5_000);

        assertThat(latency.window().getTotalCount()).isEqualTo(1);
        assertThat(latency.window().getTotalCount()).isEqualTo(1);
        assertThat(latency.count()).isEqualTo(1);
    }

    @Test
    void showsTheCurrentAndThePreviousInterval() {
        latency.record(1_000_000);
        latency.rotate();
        latency.record(2_000_000);
        assertThat(latency.window().getTotalCount()).isEqualTo(2);

        latency.rotate();
        assertThat(latency.window().getTotalCount()).isEqualTo(1);
        assertThat(latency.window().getMaxValue()).isBetween(1_980_000L, 2_020_000L);
        latency.rotate();

        assertThat(latency.window().getTotalCount()).isZero();
    }

    @Test
    void clampsDurationsToItsBounds() {
        latency.record(-5);
        latency.record(Long.MAX_VALUE);
        latency.rotate();

        assertThat(latency.window().getMinValue()).isZero();
        assertThat(latency.window().getMaxValue()).isGreaterThanOrEqualTo(59_000_000_000L);
    }

    @Test
    void returnsACopyOfItsWindow() {
        latency.record(1_000_000);
        latency.rotate();

        var window = latency.window();
        window.reset();

        assertThat(latency.window().getTotalCount()).isEqualTo(1);
    }

    @Test
    void losesNoRecordOfConcurrentThreads() {
        Racing.threads(8, i -> {
            for (int n = 0; n < 1_000; n++) {
                latency.record(n * 1_000L);
            }
            return i;
        });
        latency.rotate();

        assertThat(latency.window().getTotalCount()).isEqualTo(8_000);
    }
}
