package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void rejectsAnInvalidValueAndNamesItsSetting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits().managers(0).build())
                .withMessageContaining("cordon.max-managers-per-user");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits().connections(-1).build())
                .withMessageContaining("cordon.max-connections-per-manager");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits().sockets(0).build())
                .withMessageContaining("cordon.max-connections");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits().subscriptions(0).build())
                .withMessageContaining("cordon.max-subscriptions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits().queue(0, 1).build())
                .withMessageContaining("cordon.queue.max-messages");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits().queue(1, 0).build())
                .withMessageContaining("cordon.queue.max-bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits().stalled(0).build())
                .withMessageContaining("cordon.queue.total-max-bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits()
                        .ping(Duration.ofMillis(900), Duration.ofSeconds(1))
                        .build())
                .withMessageContaining("cordon.ping-interval");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TestLimits()
                        .ping(Duration.ofSeconds(1), Duration.ZERO)
                        .build())
                .withMessageContaining("cordon.pong-timeout");
    }

    @Test
    void boundsOffHeapMemoryByTwiceTheStalledBytesAndHalfOfTheDirectMemory() {
        assertThat(new TestLimits().stalled(1_000).build().offHeapMaxBytes()).isEqualTo(2_000);
        assertThat(new TestLimits().stalled(Long.MAX_VALUE).build().offHeapMaxBytes())
                .isEqualTo(OffHeapFrames.MAX_DIRECT_BYTES / 4 * 2);
    }

    @Test
    void hasTheDefaultsOfTheSettingsTable() {
        assertThat(new TestLimits().build()).isEqualTo(Limits.DEFAULTS);
        assertThat(Limits.DEFAULTS.connectionTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(Limits.DEFAULTS.connectDeadline()).isEqualTo(Duration.ofSeconds(5));
        assertThat(Limits.DEFAULTS.limitPolicy()).isEqualTo(LimitPolicy.REJECT);
    }
}
