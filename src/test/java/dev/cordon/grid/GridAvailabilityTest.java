package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.OperationTimeoutException;
import dev.cordon.log.LogUnavailableException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When the log on the grid counts as lost, and as back. */
class GridAvailabilityTest {
    private final GridAvailability availability = new GridAvailability(
            TestGridLog.member("a"), TestGridLog.member("a").getMap(TestGridLog.prefix() + "forgotten"));

    private void fail() {
        assertThatThrownBy(() -> availability.watch(() -> {
                    throw new OperationTimeoutException("why");
                }))
                .isInstanceOf(LogUnavailableException.class);
    }

    @Test
    @DisplayName("while some calls fail and others succeed, as on a member that is cut off, the log is lost")
    void isLostWhileSomeCallsFail() {
        assertThat(availability.lost()).isEmpty();

        // Longer than a node stays ready without its log.
        Awaitility.await().until(() -> {
            fail();
            assertThat(availability.watch(() -> 1)).isEqualTo(1);
            assertThat(availability.lost()).contains("the data grid does not answer: OperationTimeoutException");
            return availability.lostFor().compareTo(Duration.ofSeconds(3)) > 0;
        });
    }

    @Test
    @DisplayName("it is back when a call succeeds and none has failed for a second")
    void isBackWhenNoneFails() {
        fail();

        Awaitility.await()
                .until(() -> availability.watch(() -> availability.lost().isEmpty()));

        assertThat(availability.lostFor()).isZero();
    }
}
