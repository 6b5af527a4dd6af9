package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PendingUpgradesTest {
    private static final long DEADLINE = 5_000_000_000L;

    private final AtomicLong nanos = new AtomicLong();
    private final PendingUpgrades pending = new PendingUpgrades(nanos::get);

    private static final class Upgrade implements PendingUpgrades.Upgrade {
        final AtomicInteger abandoned = new AtomicInteger();

        @Override
        public void abandon() {
            abandoned.incrementAndGet();
        }
    }

    @Test
    @DisplayName("F01 an upgrade that never became a connection is freed after the deadline")
    void abandonsAnUpgradeThatNeverOpened() {
        Upgrade lost = new Upgrade();
        pending.begun(lost);

        nanos.addAndGet(DEADLINE);
        assertThat(pending.sweep(DEADLINE)).isZero();
        nanos.addAndGet(1);
        assertThat(pending.sweep(DEADLINE)).isEqualTo(1);

        assertThat(lost.abandoned).hasValue(1);
        assertThat(pending.size()).isZero();
        assertThat(pending.sweep(DEADLINE)).isZero();
    }

    @Test
    void keepsOpenedAndYoungUpgrades() {
        Upgrade opened = new Upgrade();
        Upgrade young = new Upgrade();
        pending.begun(opened);
        pending.opened(opened);
        nanos.addAndGet(2 * DEADLINE);
        pending.begun(young);

        assertThat(pending.sweep(DEADLINE)).isZero();
        assertThat(pending.size()).isEqualTo(1);
        assertThat(opened.abandoned).hasValue(0);
        assertThat(young.abandoned).hasValue(0);
    }
}
