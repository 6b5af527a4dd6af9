package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link UserLog} guarantees about acknowledgements and about the ledger of its publications (F49). */
public abstract class AcknowledgementContract {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel THREAD = Channel.parse("thread#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final SessionId PHONE = new SessionId("phone");
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration POSITION_TTL = Duration.ofHours(1);

    private final HandClock clock = new HandClock();
    private Retention retention = new Retention(5, 1_000, TTL, 100_000, POSITION_TTL);
    private UserLog log;

    /** Returns an empty log, in an epoch of its own. */
    protected abstract UserLog open(Supplier<Retention> retention, Clock clock);

    @BeforeEach
    void openLog() {
        log = open(() -> retention, clock);
    }

    @Test
    void keepsNoPositionOfASessionThatNeitherFollowsNorAcknowledges() {
        append(ALICE, 3);
        log.readAfter(ALICE, at(0));

        assertThat(log.acknowledged(ALICE, LAPTOP)).isEmpty();
        assertThat(log.stats().positions()).isZero();
    }

    @Test
    void followsFromTheTop() {
        append(ALICE, 3);

        assertThat(log.follow(ALICE, LAPTOP)).isEqualTo(at(3));
        append(ALICE, 1);

        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(at(3));
        assertThat(log.stats().positions()).isEqualTo(1);
    }

    @Test
    void followsFromBeforeTheFirstPublication() {
        StreamPosition start = log.follow(ALICE, LAPTOP);
        append(ALICE, 1);

        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(start);
        assertThat(log.readAfter(ALICE, start).publications()).hasSize(1);
    }

    @Test
    void followingAgainLeavesThePositionWhereItIs() {
        log.follow(ALICE, LAPTOP);
        append(ALICE, 2);

        assertThat(log.follow(ALICE, LAPTOP)).isEqualTo(at(0));
        log.acknowledge(ALICE, LAPTOP, at(1));
        assertThat(log.follow(ALICE, LAPTOP)).isEqualTo(at(1));
    }

    @Test
    @DisplayName("F20 an acknowledgement moves the session's position, and the publications after it can be read")
    void anAcknowledgementMovesThePosition() {
        append(ALICE, 4);

        assertThat(log.acknowledge(ALICE, LAPTOP, at(2))).isEqualTo(at(2));

        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(at(2));
        assertThat(log.readAfter(ALICE, at(2)).publications())
                .extracting(publication -> publication.offset())
                .containsExactly(3L, 4L);
    }

    @Test
    void aPositionNeverGoesBack() {
        append(ALICE, 4);
        log.acknowledge(ALICE, LAPTOP, at(3));

        assertThat(log.acknowledge(ALICE, LAPTOP, at(1))).isEqualTo(at(3));
        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(at(3));
        assertThat(log.ledger().acknowledged()).isEqualTo(3);
    }

    @Test
    @DisplayName("F20 an acknowledgement beyond the top is rejected, and no position moves")
    void rejectsAPositionBeyondTheTop() {
        append(ALICE, 2);
        log.acknowledge(ALICE, LAPTOP, at(1));

        assertRejected(ALICE, LAPTOP, at(3));
        assertRejected(ALICE, PHONE, at(3));
        assertRejected(BOB, LAPTOP, at(BOB, 1));

        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(at(1));
        assertThat(log.acknowledged(ALICE, PHONE)).isEmpty();
        assertThat(log.ledger().acknowledged()).isEqualTo(1);
    }

    @Test
    @DisplayName("F20 a page from before a restart cannot acknowledge what it never saw")
    void rejectsAPositionOfAnotherEpoch() {
        append(ALICE, 2);
        log.acknowledge(ALICE, LAPTOP, at(1));

        assertRejected(ALICE, LAPTOP, new StreamPosition("another", 2));

        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(at(1));
        assertThat(log.acknowledged(ALICE, PHONE)).isEmpty();
    }

    @Test
    void keepsAPositionForEachSessionAndChannel() {
        append(ALICE, 3);
        append(THREAD, 2);
        append(BOB, 2);

        log.acknowledge(ALICE, LAPTOP, at(3));
        log.acknowledge(ALICE, PHONE, at(1));
        log.acknowledge(THREAD, LAPTOP, at(THREAD, 2));
        log.acknowledge(BOB, LAPTOP, at(BOB, 1));

        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(at(3));
        assertThat(log.acknowledged(ALICE, PHONE)).contains(at(1));
        assertThat(log.acknowledged(THREAD, LAPTOP)).contains(at(THREAD, 2));
        assertThat(log.acknowledged(THREAD, PHONE)).isEmpty();
        assertThat(log.acknowledged(BOB, LAPTOP)).contains(at(BOB, 1));
        assertThat(log.stats().positions()).isEqualTo(4);
    }

    @Test
    @DisplayName("F11 the sessions of a channel are bounded: the one silent for longest is dropped, and counted")
    void keepsTheMostRecentlyActiveSessions() {
        append(ALICE, 1);
        for (int i = 0; i < UserLog.MAX_SESSIONS; i++) {
            log.follow(ALICE, session(i));
            clock.advance(Duration.ofSeconds(1));
        }
        log.acknowledge(ALICE, session(0), at(1));
        clock.advance(Duration.ofSeconds(1));
        log.acknowledged(ALICE, session(1));
        clock.advance(Duration.ofSeconds(1));

        log.acknowledge(ALICE, LAPTOP, at(1));

        assertThat(log.stats().positions()).isEqualTo(UserLog.MAX_SESSIONS);
        assertThat(log.stats().positionsDropped()).isEqualTo(1);
        assertThat(log.acknowledged(ALICE, session(2))).isEmpty();
        assertThat(log.acknowledged(ALICE, session(0))).isPresent();
        assertThat(log.acknowledged(ALICE, session(1))).isPresent();
        assertThat(log.acknowledged(ALICE, LAPTOP)).isPresent();
    }

    @Test
    @DisplayName("F11 a user's positions are bounded over all channels, so that no user takes the room of others")
    void keepsNoMorePositionsThanAUserMayHave() {
        for (int i = 0; i < UserLog.MAX_POSITIONS_A_USER; i++) {
            log.follow(topic(i / UserLog.MAX_SESSIONS), session(i % UserLog.MAX_SESSIONS));
        }
        Channel oneMore = topic(UserLog.MAX_POSITIONS_A_USER);
        append(oneMore, 1);

        assertThat(log.follow(oneMore, LAPTOP)).isEqualTo(log.top(oneMore));
        assertThat(log.acknowledge(oneMore, PHONE, log.top(oneMore))).isEqualTo(log.top(oneMore));
        log.follow(BOB, LAPTOP);

        assertThat(log.acknowledged(oneMore, LAPTOP)).isEmpty();
        assertThat(log.acknowledged(oneMore, PHONE)).isEmpty();
        assertThat(log.ledger(new UserId("alice")).acknowledged()).isEqualTo(1);
        assertThat(log.acknowledged(BOB, LAPTOP)).isPresent();
        assertThat(log.stats().positions()).isEqualTo(UserLog.MAX_POSITIONS_A_USER + 1);
        assertThat(log.stats().positionsDropped()).isEqualTo(2);
    }

    @Test
    @DisplayName("F10 a position is forgotten, with its channel, once its session was silent for the time to live")
    void forgetsAPositionAfterItsTimeToLive() {
        log.follow(ALICE, LAPTOP);
        log.follow(ALICE, PHONE);
        clock.advance(POSITION_TTL.minusMillis(1));
        log.acknowledged(ALICE, PHONE);
        log.sweep(channel -> false);
        assertThat(log.stats().positions()).isEqualTo(2);

        clock.advance(Duration.ofMillis(1));
        log.sweep(channel -> false);
        assertThat(log.stats().positions()).isEqualTo(1);
        assertThat(log.acknowledged(ALICE, LAPTOP)).isEmpty();
        assertThat(log.acknowledged(ALICE, PHONE)).isPresent();

        clock.advance(POSITION_TTL);
        log.sweep(channel -> false);
        assertThat(log.stats().positions()).isZero();
        assertThat(log.stats().channels()).isZero();
        assertThat(log.stats().positionsDropped()).isZero();
    }

    @Test
    void aConnectedSessionKeepsItsPositionHoweverQuiet() {
        log.follow(ALICE, LAPTOP);
        log.follow(ALICE, PHONE);
        clock.advance(POSITION_TTL);

        log.sweep(readers(LAPTOP));

        assertThat(log.acknowledged(ALICE, LAPTOP)).isPresent();
        assertThat(log.acknowledged(ALICE, PHONE)).isEmpty();

        clock.advance(POSITION_TTL.minusMillis(1));
        log.sweep(channel -> false);
        assertThat(log.stats().positions())
                .as("the time to live counts from when the session was last connected")
                .isEqualTo(1);
    }

    @Test
    @DisplayName("F20 a channel with a position is not forgotten: the position stays valid")
    void aChannelWithAPositionIsNotForgotten() {
        append(ALICE, 2);
        log.acknowledge(ALICE, LAPTOP, at(1));
        clock.advance(TTL);

        assertThat(log.sweep(channel -> false).forgotten()).isZero();

        assertThat(log.acknowledged(ALICE, LAPTOP)).contains(at(1));
        assertThat(log.readAfter(ALICE, at(1)).complete()).isFalse();
        log.acknowledge(ALICE, LAPTOP, at(2));
        append(ALICE, 1);
        assertThat(log.readAfter(ALICE, at(2)).publications()).hasSize(1);
    }

    @Test
    @DisplayName("F45 the ledger: accepted = acknowledged + pending + expired + evicted + removed")
    void everyPublicationCountsInOneFigureOfTheLedger() {
        append(ALICE, 7);
        assertLedger(new Ledger(7, 0, 5, 0, 2, 0));

        log.acknowledge(ALICE, LAPTOP, at(4));
        assertLedger(new Ledger(7, 2, 3, 0, 2, 0));

        log.remove(ALICE);
        assertLedger(new Ledger(7, 2, 0, 0, 2, 3));

        append(ALICE, 2);
        clock.advance(TTL);
        log.sweep(channel -> true);
        assertLedger(new Ledger(9, 2, 0, 2, 2, 3));
    }

    @Test
    void countsAnAcknowledgedPublicationOnceWhicheverSessionsAcknowledgeIt() {
        append(ALICE, 3);

        log.acknowledge(ALICE, LAPTOP, at(1));
        log.acknowledge(ALICE, PHONE, at(3));
        log.acknowledge(ALICE, LAPTOP, at(2));

        assertLedger(new Ledger(3, 3, 0, 0, 0, 0));
    }

    @Test
    void followingAcknowledgesNothing() {
        append(ALICE, 3);

        log.follow(ALICE, LAPTOP);

        assertLedger(new Ledger(3, 0, 3, 0, 0, 0));
    }

    @Test
    void anAcknowledgedPublicationStaysAcknowledgedWhenItExpires() {
        append(ALICE, 4);
        log.acknowledge(ALICE, LAPTOP, at(2));
        clock.advance(TTL);
        log.sweep(channel -> true);

        assertLedger(new Ledger(4, 2, 0, 2, 0, 0));
    }

    @Test
    void aPublicationThatExpiredUnacknowledgedStaysExpired() {
        append(ALICE, 2);
        clock.advance(TTL);
        log.sweep(channel -> true);
        append(ALICE, 2);

        log.acknowledge(ALICE, LAPTOP, at(3));

        assertLedger(new Ledger(4, 1, 1, 2, 0, 0));
    }

    @Test
    void aPublicationEvictedForTheTotalCountsAsEvicted() {
        retention = new Retention(5, 100_000, TTL, 20_000);
        log.append(BOB, UserLogContract.ofSize(15_000));
        log.append(ALICE, UserLogContract.ofSize(15_000));

        assertThat(log.ledger(new UserId("bob"))).isEqualTo(new Ledger(1, 0, 0, 0, 1, 0));
        assertLedger(new Ledger(2, 0, 1, 0, 1, 0));
    }

    @Test
    void withoutHistoryEveryPublicationCountsAsEvicted() {
        retention = new Retention(0, 1_000, TTL, 100_000);
        append(ALICE, 3);
        log.acknowledge(ALICE, LAPTOP, at(3));

        assertLedger(new Ledger(3, 0, 0, 0, 3, 0));
    }

    @Test
    void keepsALedgerForEachUser() {
        append(ALICE, 2);
        append(THREAD, 3);
        append(BOB, 1);
        log.acknowledge(THREAD, LAPTOP, new StreamPosition(log.top(THREAD).epoch(), 1));

        assertThat(log.ledger(new UserId("alice"))).isEqualTo(new Ledger(5, 1, 4, 0, 0, 0));
        assertThat(log.ledger(new UserId("bob"))).isEqualTo(new Ledger(1, 0, 1, 0, 0, 0));
        assertThat(log.ledger(new UserId("carol"))).isEqualTo(Ledger.EMPTY);
        assertLedger(new Ledger(6, 1, 5, 0, 0, 0));
    }

    @Test
    void theTotalKeepsTheFiguresOfAForgottenChannel() {
        append(ALICE, 2);
        append(BOB, 1);
        log.acknowledge(BOB, PHONE, new StreamPosition(log.top(BOB).epoch(), 1));
        clock.advance(TTL);
        log.sweep(channel -> false);
        clock.advance(POSITION_TTL);
        log.sweep(channel -> false);
        assertThat(log.stats().channels()).isZero();

        assertLedger(new Ledger(3, 1, 0, 2, 0, 0));
        assertThat(log.ledger(new UserId("alice"))).isEqualTo(Ledger.EMPTY);

        append(ALICE, 1);
        assertLedger(new Ledger(4, 1, 1, 2, 0, 0));
        assertThat(log.ledger(new UserId("alice"))).isEqualTo(new Ledger(1, 0, 1, 0, 0, 0));
    }

    @Test
    void reconcilesEveryChannel() {
        append(ALICE, 2);
        append(BOB, 1);

        Reconciliation found = log.reconcile();

        assertThat(found.channels()).isEqualTo(2);
        assertThat(found.imbalanced()).isZero();
        assertThat(found.first()).isEmpty();
        assertThat(found.imbalance()).isZero();
    }

    private void assertLedger(Ledger expected) {
        assertThat(expected.imbalance()).isZero();
        assertThat(log.ledger()).isEqualTo(expected);
        assertThat(log.reconcile().total()).isEqualTo(expected);
        assertThat(log.reconcile().imbalance()).isZero();
    }

    private void assertRejected(Channel channel, SessionId session, StreamPosition upto) {
        assertThatThrownBy(() -> log.acknowledge(channel, session, upto)).isInstanceOf(UnknownPositionException.class);
    }

    private void append(Channel channel, int count) {
        for (int i = 0; i < count; i++) {
            log.append(channel, UserLogContract.ofSize(100));
        }
    }

    private StreamPosition at(long offset) {
        return at(ALICE, offset);
    }

    private StreamPosition at(Channel channel, long offset) {
        return new StreamPosition(log.top(channel).epoch(), offset);
    }

    private static SessionId session(int number) {
        return new SessionId("session" + number);
    }

    private static Channel topic(int number) {
        return Channel.parse("topic" + number + "#alice");
    }

    private static UserLog.Readers readers(SessionId connected) {
        return new UserLog.Readers() {
            @Override
            public boolean any(Channel channel) {
                return false;
            }

            @Override
            public boolean connected(UserId user, SessionId session) {
                return session.equals(connected);
            }
        };
    }
}
