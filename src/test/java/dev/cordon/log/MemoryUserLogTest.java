package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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
    @DisplayName("F11 small publications are charged with their overhead")
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
    void readingTheHistoryOfAnUnknownChannelDoesNotCreateIt() {
        UserLog log = open(() -> new Retention(5, 1_000, Duration.ofMinutes(1), 100_000), new HandClock());

        log.history(Channel.parse("#nobody"), Optional.empty(), -1);

        assertThat(log.stats().channels()).isZero();
    }

    @Test
    void startsAGenerationOfEpochsEachEighthOfThePositionTimeToLive() {
        HandClock clock = new HandClock();
        UserLog log = new MemoryUserLog(() -> RETENTION, clock, "e1");
        Channel unknown = Channel.parse("#nobody");
        Duration eighth = RETENTION.positionTimeToLive().dividedBy(8);
        assertThat(epoch(log, unknown)).isEqualTo("e1");

        clock.advance(eighth.minusMillis(1));
        assertThat(epoch(log, unknown)).isEqualTo("e1");
        clock.advance(Duration.ofMillis(1));

        assertThat(epoch(log, unknown)).isEqualTo("e1.1");
    }

    private static String epoch(UserLog log, Channel channel) {
        return log.history(channel, Optional.empty(), -1).top().epoch();
    }

    @Test
    void aFollowerBeyondTheUsersChannelLimitStartsAtOffsetZero() {
        UserLog log = new MemoryUserLog(
                () -> new Retention(5, 1_000, Duration.ofMinutes(1), 10_000_000), new HandClock(), "e1");
        for (int i = 0; i < UserLog.MAX_UNPUBLISHED_A_USER; i++) {
            log.top(Channel.parse("a" + i + "#me"));
        }

        assertThat(log.follow(Channel.parse("beyond#me"), new SessionId("laptop")))
                .isEqualTo(new StreamPosition("e1", 0));
    }

    @Test
    void aReaderAtASweepKeepsTheChannelForAnotherTimeToLive() {
        HandClock clock = new HandClock();
        UserLog log = open(() -> RETENTION, clock);
        Channel alice = Channel.parse("#alice");
        log.append(alice, Payload.json("1"));
        clock.advance(RETENTION.positionTimeToLive());
        log.sweep(channel -> true);

        clock.advance(RETENTION.positionTimeToLive().minusMillis(1));
        assertThat(log.sweep(channel -> false).forgotten()).isZero();
        clock.advance(Duration.ofMillis(1));

        assertThat(log.sweep(channel -> false).forgotten()).isEqualTo(1);
    }

    @Test
    void acknowledgingTheStartRenewsTheTimeToLiveOfAFollowersPosition() {
        HandClock clock = new HandClock();
        UserLog log = open(() -> RETENTION, clock);
        Channel alice = Channel.parse("#alice");
        SessionId laptop = new SessionId("laptop");
        StreamPosition start = log.follow(alice, laptop);
        clock.advance(RETENTION.positionTimeToLive().minusMillis(1));

        assertThat(log.acknowledge(alice, laptop, start)).isEqualTo(start);
        clock.advance(Duration.ofMillis(1));
        log.sweep(channel -> true);

        assertThat(log.stats().positions()).isEqualTo(1);
    }
}
