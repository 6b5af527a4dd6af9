package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
    private static final Duration WARM_UP = Duration.ofMinutes(5);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final AtomicLong used = new AtomicLong(10_000_000);
    private final MemoryWatch watch = new MemoryWatch(() -> OptionalLong.of(used.get()), () -> 0, nanos::get, WARM_UP);

    @Test
    @DisplayName("O1 memory that a node takes while it warms up does not count as growth")
    void doesNotCountTheWarmUpAsGrowth() {
        watch.observe();
        used.addAndGet(38_000_000);
        nanos.addAndGet(WARM_UP.toNanos() - 1);
        watch.observe();
        assertThat(watch.growth()).isZero();

        nanos.incrementAndGet();
        watch.observe();

        assertThat(watch.growth()).isZero();
        assertThat(watch.live()).isEqualTo(48_000_000);
    }

    @Test
    void countsGrowthAfterTheWarmUp() {
        nanos.addAndGet(WARM_UP.toNanos());
        watch.observe();
        used.addAndGet(11_000_000);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());

        watch.observe();

        assertThat(watch.growth()).isEqualTo(11_000_000);
    }
}
