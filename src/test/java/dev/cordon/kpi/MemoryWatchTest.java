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

    @Test
    void knowsNothingBeforeTheFirstCollection() {
        AtomicLong users = new AtomicLong(3);
        MemoryWatch before = new MemoryWatch(OptionalLong::empty, users::get, nanos::get, Duration.ZERO);

        before.observe();

        assertThat(before.live()).isZero();
        assertThat(before.perUser()).isZero();
        assertThat(before.growth()).isZero();
    }

    @Test
    void dividesWhatIsAboveTheSmallestValueByTheUsersOfThatTime() {
        AtomicLong users = new AtomicLong(0);
        MemoryWatch watching =
                new MemoryWatch(() -> OptionalLong.of(used.get()), users::get, nanos::get, Duration.ZERO);
        watching.observe();
        assertThat(watching.perUser()).as("without users").isZero();

        used.set(9_000_000);
        watching.observe();
        users.set(10);
        used.set(14_000_000);
        watching.observe();
        assertThat(watching.perUser()).isEqualTo(500_000);

        users.set(1);
        watching.observe();
        assertThat(watching.perUser()).as("nothing was collected since").isEqualTo(500_000);
        used.set(10_000_000);
        watching.observe();
        assertThat(watching.perUser()).isEqualTo(1_000_000);
    }

    @Test
    @DisplayName("O1 a new user may add 100,000 bytes; fewer users or bytes are no growth")
    void doesNotCountWhatNewUsersMayAdd() {
        AtomicLong users = new AtomicLong(5);
        MemoryWatch watching =
                new MemoryWatch(() -> OptionalLong.of(used.get()), users::get, nanos::get, Duration.ZERO);
        watching.observe();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());

        users.set(15);
        used.addAndGet(1_300_000);
        watching.observe();
        assertThat(watching.growth()).isEqualTo(300_000);

        users.set(3);
        used.addAndGet(1);
        watching.observe();
        assertThat(watching.growth()).isEqualTo(1_300_001);

        used.addAndGet(-2_000_000);
        watching.observe();
        assertThat(watching.growth()).isZero();
    }
}
