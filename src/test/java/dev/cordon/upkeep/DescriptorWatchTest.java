package dev.cordon.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DescriptorWatchTest {
    private final AtomicLong open = new AtomicLong();
    private final DescriptorWatch watch = new DescriptorWatch(open::get, () -> 1_000);

    /** Lines that come of as many open descriptors, one after the other. */
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
    @DisplayName("S9: out of descriptors is one line in the log, and another one only after there was room")
    void s9_saysOnceThatDescriptorsRunOut() {
        assertThat(lines(10, 949)).isZero();
        assertThat(lines(950, 1_000, 920, 960)).isEqualTo(1);
        assertThat(lines(10, 999, 1_000)).isEqualTo(1);
    }

    @Test
    void thisProcessHasRoom() {
        assertThat(LogLines.of(DescriptorWatch.class, DescriptorWatch.ofThisProcess()))
                .isEmpty();
    }
}
