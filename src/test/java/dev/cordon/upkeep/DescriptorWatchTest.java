package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DescriptorWatchTest {
    private final AtomicLong open = new AtomicLong();
    private final DescriptorWatch watch = new DescriptorWatch(open::get, () -> 1_000);

    /** Returns the number of lines that are logged for these numbers of open descriptors, one after the other. */
    private int lines(long... counts) {
        return LogLines.of(DescriptorWatch.class, () -> {
                    for (long count : counts) {
                        open.set(count);
                        watch.run();
                    }
                })
                .size();
    }

    @Test
    @DisplayName("S9: running out of file descriptors is logged once, and again only after some were free")
    void s9_logsOnceThatDescriptorsRunOut() {
        assertThat(lines(10, 949)).isZero();
        assertThat(lines(950, 1_000, 920, 960)).isEqualTo(1);
        assertThat(lines(10, 999, 1_000)).isEqualTo(1);
    }

    @Test
    void logsNothingForThisProcess() {
        assertThat(LogLines.of(DescriptorWatch.class, DescriptorWatch.ofThisProcess()))
                .isEmpty();
    }

    @Test
    @DisplayName("S9: it warns from 95 % on, and descriptors are free below 90 %")
    void s9_warnsAtItsBounds() {
        assertThat(lines(949)).isZero();
        assertThat(lines(950)).isEqualTo(1);
        assertThat(lines(900, 950)).isZero();
        assertThat(lines(899, 950)).isEqualTo(1);
    }

    @Test
    void isSilentWhereNobodyCountsDescriptors() {
        assertThat(LogLines.of(DescriptorWatch.class, new DescriptorWatch(() -> 0, () -> 0)))
                .isEmpty();
    }
}
