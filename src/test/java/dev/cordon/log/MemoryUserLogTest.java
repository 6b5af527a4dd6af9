package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MemoryUserLogTest extends UserLogContract {
    private static final Retention RETENTION = new Retention(5, 1_000, Duration.ofMinutes(1), 100_000);

    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return new MemoryUserLog(retention, clock);
    }

    @Override
    protected Duration remembered() {
        return Retention.DEFAULT_POSITION_TIME_TO_LIVE;
    }

    @Test
    @DisplayName("F11 small publications count with what it takes to keep them")
    void boundsTheHeapOfSmallPublicationsToo() {
        MemoryTotals one = new MemoryTotals(new BlockPool());
        new MemoryChannel(Channel.parse("#user4999"), "e", 0, false, 0, one)
                .append(Channel.parse("#user4999"), Payload.json("1"), 0, RETENTION);
        long total = 1_000 * one.footprint.get();
        UserLog log = open(() -> new Retention(256, 1_000_000, Duration.ofMinutes(10), total), new HandClock());

        for (int i = 0; i < 5_000; i++) {
            log.append(Channel.parse("#user" + i), Payload.json("1"));
        }

        assertThat(log.stats().publications()).isBetween(500L, 1_000L);
        assertThat(log.stats().evictedByTotalLimit())
                .isEqualTo(5_000 - log.stats().publications());
    }

    @Test
    void doesNotRememberAChannelBecauseOfItsHistoryBeingAsked() {
        UserLog log = open(() -> new Retention(5, 1_000, Duration.ofMinutes(1), 100_000), new HandClock());

        log.history(Channel.parse("#nobody"), java.util.Optional.empty(), -1);

        assertThat(log.stats().channels()).isZero();
    }
}
