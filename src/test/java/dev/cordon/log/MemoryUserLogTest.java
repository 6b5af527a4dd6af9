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
    @Override
    protected UserLog open(Supplier<Retention> retention, Clock clock) {
        return new MemoryUserLog(retention, clock);
    }

    @Test
    @DisplayName("F11 small publications count with what it takes to keep them")
    void boundsTheHeapOfSmallPublicationsToo() {
        Retained one = new Retained(new BlockPool());
        one.add(Payload.json("1"), 0);
        long total = 1_000 * one.footprint();
        UserLog log = open(() -> new Retention(256, 1_000_000, Duration.ofMinutes(10), total), new HandClock());

        for (int i = 0; i < 5_000; i++) {
            log.append(Channel.parse("#user" + i), Payload.json("1"));
        }

        assertThat(log.stats().publications()).isBetween(500L, 1_000L);
        assertThat(log.stats().evictedByTotalLimit())
                .isEqualTo(5_000 - log.stats().publications());
    }

    @Test
    void namesEveryForgottenChannelByOneNumberOnly() {
        HandClock clock = new HandClock();
        UserLog log = open(() -> new Retention(5, 1_000, Duration.ofMinutes(1), 100_000), clock);
        for (int i = 1; i <= 3; i++) {
            for (int n = 0; n < i; n++) {
                log.append(Channel.parse("#user" + i), Payload.EMPTY);
            }
        }
        clock.advance(Duration.ofMinutes(1));
        log.sweep(c -> false);

        assertThat(log.stats().channels()).isZero();
        assertThat(log.append(Channel.parse("#user1"), Payload.EMPTY)
                        .publication()
                        .offset())
                .isEqualTo(4);
    }

    @Test
    void doesNotRememberAChannelBecauseOfItsHistoryBeingAsked() {
        UserLog log = open(() -> new Retention(5, 1_000, Duration.ofMinutes(1), 100_000), new HandClock());

        log.history(Channel.parse("#nobody"), java.util.Optional.empty(), -1);

        assertThat(log.stats().channels()).isZero();
    }
}
