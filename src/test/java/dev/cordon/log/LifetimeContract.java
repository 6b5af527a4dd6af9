package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link UserLog} guarantees about positions: how long they, a channel and its epoch stay valid. */
public abstract class LifetimeContract {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final Duration TTL = Duration.ofSeconds(1);
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final HandClock clock = new HandClock();
    private final Retention retention = new Retention(50, 100_000, TTL, 10_000_000, REMEMBERED);
    private UserLog log;

    /** Returns an empty log. */
    protected abstract UserLog open(Supplier<Retention> retention, Clock clock);

    @BeforeEach
    void openLog() {
        log = open(() -> retention, clock);
    }

    @Test
    @DisplayName("L4: a position at the top recovers after all publications expired, whatever other users were sent")
    void aPositionAtTheTopRecoversAfterItsPublicationsExpired() {
        append(ALICE, 3);
        StreamPosition top = log.top(ALICE);
        append(BOB, 40);
        clock.advance(Duration.ofMillis(4_500));
        sweep();

        assertThat(log.readAfter(ALICE, top)).isEqualTo(new Backlog(top, true, List.of()));
        assertThat(log.readAfter(ALICE, new StreamPosition(top.epoch(), 2)))
                .as("the third is gone, and one is missed, not 37")
                .isEqualTo(new Backlog(top, false, List.of()));
        assertThat(append(ALICE, 1)).isEqualTo(4);
        assertThat(offsets(log.readAfter(ALICE, top))).containsExactly(4L);
    }

    @Test
    @DisplayName("L4: a position taken from a channel that nobody used recovers after the first publication")
    void aPositionOfAnUnusedChannelRecoversWhileOtherChannelsAreInUse() {
        StreamPosition start = log.top(ALICE);
        assertThat(start.offset()).isZero();
        for (int i = 0; i < 40; i++) {
            append(Channel.parse("#other" + i), 3);
            clock.advance(REMEMBERED.dividedBy(50));
            sweep();
        }

        append(ALICE, 2);

        assertThat(offsets(log.readAfter(ALICE, start))).containsExactly(1L, 2L);
    }

    @Test
    @DisplayName("L4: a position taken from an unused channel recovers for as long as the channel has a reader")
    void aPositionOfAnUnusedChannelRecoversForAsLongAsItHasAReader() {
        StreamPosition start = log.top(ALICE);
        for (int i = 0; i < 60; i++) {
            append(Channel.parse("#other" + i), 3);
            clock.advance(REMEMBERED.dividedBy(10));
            log.sweep(ALICE::equals);
        }

        append(ALICE, 1);

        assertThat(offsets(log.readAfter(ALICE, start))).containsExactly(1L);
        assertThat(log.top(ALICE).epoch()).isEqualTo(start.epoch());
    }

    @Test
    @DisplayName("L4: offsets reveal nothing about other users: each channel starts at 1")
    void everyChannelStartsAtOne() {
        append(BOB, 40);
        clock.advance(REMEMBERED.multipliedBy(2));
        sweep();

        assertThat(log.top(Channel.parse("#never-seen")).offset()).isZero();
        assertThat(append(Channel.parse("#never-seen"), 1)).isEqualTo(1);
        assertThat(append(BOB, 1)).as("forgotten, and begun again").isEqualTo(1);
    }

    @Test
    @DisplayName("L4: each channel has an epoch of its own, of at least 64 bits")
    void everyChannelHasAnEpochOfItsOwn() {
        Set<String> epochs = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            append(Channel.parse("#user" + i), 1);
            epochs.add(log.top(Channel.parse("#user" + i)).epoch());
            epochs.add(log.top(Channel.parse("#nobody" + i)).epoch());
        }

        assertThat(epochs).hasSize(200).allMatch(epoch -> epoch.length() >= 11);
    }

    @Test
    @DisplayName(
            "L4: a forgotten channel returns with another epoch: no position of the old epoch is valid in the new one")
    void aForgottenChannelReturnsWithAnotherEpoch() {
        StreamPosition start = log.top(ALICE);
        append(ALICE, 3);
        StreamPosition top = log.top(ALICE);
        clock.advance(REMEMBERED);
        sweep();
        assertThat(log.stats().channels()).isZero();
        assertMissed(top);
        assertMissed(start);

        append(ALICE, 4);

        assertThat(log.top(ALICE).offset()).isEqualTo(4);
        assertThat(log.top(ALICE).epoch()).isNotEqualTo(top.epoch());
        assertMissed(top);
        assertMissed(start);
        assertMissed(new StreamPosition(top.epoch(), 4));
    }

    @Test
    @DisplayName("L4: an idle channel is forgotten after the time to live of its positions")
    void forgetsAnIdleChannelAfterTheTimeToLiveOfItsPositions() {
        for (int i = 0; i < 20; i++) {
            append(Channel.parse("#user" + i), 1);
            log.top(Channel.parse("#nobody" + i));
        }
        clock.advance(REMEMBERED.minusMillis(1));
        sweep();
        assertThat(log.stats().channels()).isBetween(20L, 40L);

        clock.advance(Duration.ofMillis(1));
        sweep();
        assertThat(log.stats().channels()).isZero();
    }

    @Test
    @DisplayName("L11: a position without an epoch matches any epoch")
    void anEmptyEpochIsNotChecked() {
        append(ALICE, 3);

        assertThat(offsets(log.readAfter(ALICE, new StreamPosition("", 1)))).containsExactly(2L, 3L);
        assertThat(offsets(log.history(ALICE, Optional.of(new StreamPosition("", 2)), -1)))
                .containsExactly(3L);
        assertThat(log.history(BOB, Optional.of(new StreamPosition("", 0)), -1).complete())
                .isTrue();
        assertThat(log.acknowledge(ALICE, LAPTOP, new StreamPosition("", 2)))
                .isEqualTo(new StreamPosition(log.top(ALICE).epoch(), 2));
    }

    @Test
    @DisplayName("L11: a lost or unknown position is reported as such without an epoch too")
    void aPositionWithoutAnEpochIsReportedWhenLostOrUnknown() {
        append(ALICE, 60);

        assertThat(log.readAfter(ALICE, new StreamPosition("", 9)).complete()).isFalse();
        assertThat(log.readAfter(ALICE, new StreamPosition("", 61)).complete()).isFalse();
        assertThat(log.history(BOB, Optional.of(new StreamPosition("", 1)), -1).complete())
                .isFalse();
        assertThatThrownBy(() -> log.acknowledge(ALICE, LAPTOP, new StreamPosition("", 61)))
                .isInstanceOf(UnknownPositionException.class);
    }

    @Test
    @DisplayName("S4: acknowledging nothing in a made-up channel, or reading it, stores nothing")
    void storesNothingForMadeUpChannels() {
        for (int i = 0; i < 500; i++) {
            Channel madeUp = Channel.parse("a" + i + "#me");
            assertThat(log.acknowledge(madeUp, LAPTOP, new StreamPosition("", 0))
                            .offset())
                    .isZero();
            log.history(madeUp, Optional.empty(), -1);
            log.history(madeUp, Optional.of(new StreamPosition("e", 3)), -1);
            log.acknowledged(madeUp, LAPTOP);
            log.remove(madeUp);
            assertThatThrownBy(() -> log.acknowledge(madeUp, LAPTOP, new StreamPosition("", 1)))
                    .isInstanceOf(UnknownPositionException.class);
            assertThatThrownBy(() -> log.acknowledge(madeUp, LAPTOP, new StreamPosition("e", 0)))
                    .isInstanceOf(UnknownPositionException.class);
        }

        assertThat(log.stats().channels()).isZero();
        assertThat(log.stats().positions()).isZero();
        assertThat(log.stats().positionsDropped()).isZero();
    }

    @Test
    @DisplayName("S4: the channels without a publication are bounded for each user")
    void boundsEachUsersChannelsWithoutAPublication() {
        for (int i = 0; i < UserLog.MAX_UNPUBLISHED_A_USER + 300; i++) {
            Channel madeUp = Channel.parse("a" + i + "#me");
            StreamPosition start = log.top(madeUp);
            assertThat(log.readAfter(madeUp, start).complete() || i >= UserLog.MAX_UNPUBLISHED_A_USER)
                    .isTrue();
            log.follow(madeUp, LAPTOP);
        }
        log.top(BOB);

        assertThat(log.stats().channels()).isEqualTo(UserLog.MAX_UNPUBLISHED_A_USER + 1);
    }

    @Test
    @DisplayName("S4: a publication makes room for another channel of its user, and so does a sweep")
    void publicationsAndSweepsMakeRoomForChannelsWithoutAPublication() {
        for (int i = 0; i < UserLog.MAX_UNPUBLISHED_A_USER; i++) {
            log.top(Channel.parse("a" + i + "#me"));
        }
        append(Channel.parse("a0#me"), 1);
        log.top(Channel.parse("b#me"));
        assertThat(log.stats().channels()).isEqualTo(UserLog.MAX_UNPUBLISHED_A_USER + 1);

        clock.advance(REMEMBERED);
        sweep();
        assertThat(log.stats().channels()).isZero();
        for (int i = 0; i < UserLog.MAX_UNPUBLISHED_A_USER; i++) {
            log.top(Channel.parse("c" + i + "#me"));
        }
        assertThat(log.stats().channels()).isEqualTo(UserLog.MAX_UNPUBLISHED_A_USER);
    }

    private void assertMissed(StreamPosition since) {
        assertThat(log.readAfter(ALICE, since).complete()).isFalse();
        assertThat(log.history(ALICE, Optional.of(since), -1).complete()).isFalse();
    }

    private void sweep() {
        log.sweep(channel -> false);
    }

    /** Returns the last offset. */
    private long append(Channel channel, int count) {
        long last = 0;
        for (int i = 0; i < count; i++) {
            last = log.append(channel, UserLogContract.ofSize(20)).publication().offset();
        }
        return last;
    }

    private static List<Long> offsets(Backlog backlog) {
        assertThat(backlog.complete()).isTrue();
        return backlog.publications().stream().map(Publication::offset).toList();
    }
}
