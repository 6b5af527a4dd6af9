package dev.cordon.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeapShareTest {
    private static final long MIB = 1024 * 1024;

    @Test
    @DisplayName(
            "S1, S4, S5: with a heap of 96 MiB or more, all shares together take at most 70 % of what the server leaves")
    void leavesRoomForTheCollector() {
        for (long heap : new long[] {96 * MIB, 128 * MIB, 512 * MIB, 4096 * MIB}) {
            long shares = Arrays.stream(HeapShare.values())
                    .mapToLong(share -> share.bytesOf(heap))
                    .sum();

            assertThat(shares).isLessThanOrEqualTo((heap - HeapShare.SERVER_BYTES) * 7 / 10);
        }
    }

    @Test
    void isAFractionOfTheHeapWithoutTheServer() {
        assertThat(HeapShare.HISTORY.bytesOf(512 * MIB)).isEqualTo((512 - 48) * MIB * 23 / 100);
        assertThat(HeapShare.QUEUES.bytesOf(96 * MIB)).isEqualTo(48 * MIB / 8);
    }

    @Test
    void isPositiveWithAHeapThatIsSmallerThanTheServer() {
        assertThat(HeapShare.RATES.bytesOf(16 * MIB)).isPositive();
    }

    @Test
    void countIsAtLeastOneAndAtMostTheMaximum() {
        assertThat(HeapShare.CONNECTIONS.count(1, 10)).isEqualTo(10);
        assertThat(HeapShare.CONNECTIONS.count(Long.MAX_VALUE, 10)).isEqualTo(1);
    }

    @Test
    void accountReportsUseAndLimitOfEachEnteredShare() {
        HeapAccount account = new HeapAccount().enter(HeapShare.QUEUES, () -> 3, () -> 7);

        assertThat(account.used(HeapShare.QUEUES)).isEqualTo(3);
        assertThat(account.limit(HeapShare.QUEUES)).isEqualTo(7);
        assertThat(account.used(HeapShare.RATES)).isZero();
    }
}
