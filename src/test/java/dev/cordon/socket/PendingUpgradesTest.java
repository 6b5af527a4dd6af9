package dev.cordon.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PendingUpgradesTest {
    private static final long DEADLINE = 5_000_000_000L;

    private final AtomicLong nanos = new AtomicLong();
    private final PendingUpgrades pending = new PendingUpgrades(nanos::get);

    private static final class Upgrade extends GuardedUpgradeHandler {
        final AtomicInteger abandoned = new AtomicInteger();

        @Override
        void abandon() {
            abandoned.incrementAndGet();
        }
    }

    @Test
    @DisplayName("F01 an upgrade that never became a connection is freed after the deadline")
    void freesWhatNeverOpened() {
        Upgrade lost = new Upgrade();
        lost.watchedBy(pending);

        nanos.addAndGet(DEADLINE);
        assertThat(pending.sweep(DEADLINE)).isZero();
        nanos.addAndGet(1);
        assertThat(pending.sweep(DEADLINE)).isEqualTo(1);

        assertThat(lost.abandoned).hasValue(1);
        assertThat(pending.size()).isZero();
        assertThat(pending.sweep(DEADLINE)).isZero();
    }

    @Test
    void leavesAloneWhatHasOpened() {
        Upgrade opened = new Upgrade();
        Upgrade young = new Upgrade();
        opened.watchedBy(pending);
        pending.opened(opened);
        nanos.addAndGet(2 * DEADLINE);
        young.watchedBy(pending);

        assertThat(pending.sweep(DEADLINE)).isZero();
        assertThat(pending.size()).isEqualTo(1);
        assertThat(opened.abandoned).hasValue(0);
        assertThat(young.abandoned).hasValue(0);
    }
}
