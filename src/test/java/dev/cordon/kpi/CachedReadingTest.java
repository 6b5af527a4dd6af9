package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.HandTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachedReadingTest {
    private static final Duration NANO = Duration.ofNanos(1);

    private final HandTime time = new HandTime();
    private final AtomicInteger readings = new AtomicInteger();

    @Test
    void readsAtOnceAndServesThatForHalfASecond() {
        CachedReading<Integer> cached = new CachedReading<>(readings::incrementAndGet, time);
        assertThat(readings).hasValue(1);

        time.advance(CachedReading.FRESH.minus(NANO));
        assertThat(cached.get()).isEqualTo(1);
        time.advance(NANO);
        assertThat(cached.get()).isEqualTo(2);
        assertThat(cached.get()).isEqualTo(2);
    }

    @Test
    void readsFirstWhenAskedFirst() {
        CachedReading<Integer> cached = new CachedReading<>(readings::incrementAndGet, 0, time);
        assertThat(readings).hasValue(0);

        assertThat(cached.get()).isEqualTo(1);
        assertThat(cached.get()).isEqualTo(1);
    }

    @Test
    void servesForAsLongAsItsCreatorSays() {
        CachedReading<Integer> cached = new CachedReading<>(readings::incrementAndGet, 0, time, Duration.ofSeconds(9));
        assertThat(cached.get()).isEqualTo(1);

        time.advance(Duration.ofSeconds(9).minus(NANO));
        assertThat(cached.get()).isEqualTo(1);
        time.advance(NANO);
        assertThat(cached.get()).isEqualTo(2);
    }

    @Test
    void servesForTwentyTimesAsLongAsTheReadingTook() {
        CachedReading<Integer> cached = new CachedReading<>(
                () -> {
                    time.advance(Duration.ofSeconds(1));
                    return readings.incrementAndGet();
                },
                0,
                time);
        assertThat(cached.get()).isEqualTo(1);

        time.advance(Duration.ofSeconds(20).minus(NANO));
        assertThat(cached.get()).isEqualTo(1);
        time.advance(NANO);
        assertThat(cached.get()).isEqualTo(2);
    }

    @Test
    void keepsTheLastValuesOfAnUnavailableLog() {
        CachedReading<Integer> cached = new CachedReading<>(
                () -> {
                    if (readings.incrementAndGet() > 1) {
                        throw new LogUnavailableException("lost");
                    }
                    return 7;
                },
                0,
                time);
        assertThat(cached.get()).isEqualTo(7);

        time.advance(CachedReading.FRESH);

        assertThat(cached.get()).isEqualTo(7);
        assertThat(cached.get()).isEqualTo(7);
        assertThat(readings).as("not read again at once").hasValue(2);
    }
}
