package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link UserLog} guarantees (F49: one contract, inherited by each adapter's test). */
public abstract class UserLogContract {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");
    private static final Duration TTL = Duration.ofMinutes(10);

    private final HandClock clock = new HandClock();
    private Retention retention = new Retention(5, 1_000, TTL, 100_000);
    private UserLog log;

    /** Returns an empty log, in an epoch of its own. Called once more for each log of a test. */
    protected abstract UserLog open(Supplier<Retention> retention, Clock clock);

    /** How long a channel without subscribers is remembered after its last publication. */
    protected Duration remembered() {
        return Duration.ZERO;
    }

    @BeforeEach
    void openLog() {
        log = open(() -> retention, clock);
    }

    @Test
    void givesConsecutiveOffsetsFromOne() {
        assertThat(IntStream.range(0, 12)
                        .mapToObj(i -> append(ALICE).publication().offset()))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    }

    @Test
    void givesEachChannelOffsetsOfItsOwn() {
        append(ALICE);
        append(ALICE);

        assertThat(append(BOB).publication().offset()).isEqualTo(1);
        assertThat(append(Channel.parse("topic#alice")).publication().offset()).isEqualTo(1);
        assertThat(append(ALICE).publication().offset()).isEqualTo(3);
    }

    @Test
    void returnsThePublicationThatItAppended() {
        Payload payload = Payload.json("{\"a\": 1}");

        Appended appended = log.append(ALICE, payload);

        assertThat(appended.publication()).isEqualTo(new Publication(ALICE, 1, payload));
        assertThat(appended.epoch()).isNotEmpty().isEqualTo(log.top(ALICE).epoch());
    }

    @Test
    void startsAtOffsetZero() {
        assertThat(log.top(ALICE).offset()).isZero();
        assertThat(log.readAfter(ALICE, log.top(ALICE))).isEqualTo(new Backlog(log.top(ALICE), true, List.of()));
    }

    @Test
    void topFollowsTheLastPublication() {
        append(ALICE);
        append(ALICE);

        assertThat(log.top(ALICE)).isEqualTo(at(2));
    }

    @Test
    @DisplayName("F23 gives back the payload's bytes as they came")
    void keepsThePayloadsBytes() {
        Payload payload = Payload.json("{\"b\" : [1.50,\"\\u00e9é\uD83D\uDE00\"], \"a\":null }");
        log.append(ALICE, payload);

        Publication read = log.readAfter(ALICE, at(0)).publications().get(0);

        assertThat(read.payload().toByteArray()).isEqualTo(payload.toByteArray());
    }

    @Test
    @DisplayName("F20 a read from a position gives everything after it, in order")
    void readsEverythingAfterAPosition() {
        List<Publication> all =
                IntStream.range(0, 5).mapToObj(i -> append(ALICE).publication()).toList();

        for (int seen = 0; seen <= 5; seen++) {
            assertThat(log.readAfter(ALICE, at(seen))).isEqualTo(new Backlog(at(5), true, all.subList(seen, 5)));
        }
    }

    @Test
    @DisplayName("several channels in one call give what each gives by itself, in the order asked for")
    void readsSeveralChannelsAtOnce() {
        append(ALICE);
        append(BOB);
        append(BOB);
        Channel carol = Channel.parse("#carol");
        List<UserLog.Since> asked = List.of(
                new UserLog.Since(BOB, new StreamPosition(log.top(BOB).epoch(), 1)),
                new UserLog.Since(carol, log.top(carol)),
                new UserLog.Since(ALICE, new StreamPosition(log.top(ALICE).epoch(), 0)));

        assertThat(log.readAllAfter(asked))
                .isEqualTo(asked.stream()
                        .map(since -> log.readAfter(since.channel(), since.position()))
                        .toList())
                .extracting(backlog -> backlog.publications().size())
                .containsExactly(1, 0, 1);
        assertThat(log.tops(List.of(BOB, carol, ALICE)))
                .containsExactly(log.top(BOB), log.top(carol), log.top(ALICE))
                .extracting(StreamPosition::offset)
                .containsExactly(2L, 0L, 1L);
    }

    @Test
    @DisplayName("a task that reads is run")
    void runsATaskThatReads() {
        append(ALICE);
        CompletableFuture<Long> read = new CompletableFuture<>();

        log.reading(() -> read.complete(log.top(ALICE).offset()));

        assertThat(read).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1L);
    }

    @Test
    @DisplayName("F20 a read from a position beyond the top is incomplete")
    void aReadBeyondTheTopIsIncomplete() {
        append(ALICE);

        assertMissed(at(2), at(1));
    }

    @Test
    @DisplayName("F20 a read from a position of another epoch is incomplete, whatever its offset")
    void aReadFromAnotherEpochIsIncomplete() {
        append(ALICE);

        assertMissed(new StreamPosition("another", 0), at(1));
        assertMissed(new StreamPosition("another", 1), at(1));
    }

    @Test
    void eachLogStartsAnotherEpoch() {
        assertThat(open(() -> retention, clock).top(ALICE).epoch())
                .isNotEqualTo(log.top(ALICE).epoch());
    }

    @Test
    @DisplayName("F20 a read that misses publications dropped for their number is incomplete")
    void keepsNoMorePublicationsThanItsCount() {
        appendMany(ALICE, 8);

        assertMissed(at(2), at(8));
        assertThat(offsets(log.readAfter(ALICE, at(3)))).containsExactly(4L, 5L, 6L, 7L, 8L);
        assertThat(log.stats().publications()).isEqualTo(5);
        assertThat(log.stats().evictedByChannelLimit()).isEqualTo(3);
    }

    @Test
    @DisplayName("F20 a read that misses publications dropped for their bytes is incomplete")
    void keepsNoMoreThanItsBytes() {
        for (int i = 0; i < 4; i++) {
            log.append(ALICE, ofSize(300));
        }

        assertMissed(at(0), at(4));
        assertThat(offsets(log.readAfter(ALICE, at(1)))).containsExactly(2L, 3L, 4L);
        assertThat(log.stats().bytes()).isEqualTo(900);
        assertThat(log.stats().evictedByChannelLimit()).isEqualTo(1);
    }

    @Test
    void keepsExactlyItsBytes() {
        log.append(ALICE, ofSize(500));
        log.append(ALICE, ofSize(500));

        assertThat(offsets(log.readAfter(ALICE, at(0)))).containsExactly(1L, 2L);
    }

    @Test
    void aGroupAppendDropsNoMoreThanTheByteLimitRequires() {
        Append large = new Append(ALICE, ofSize(400), Optional.empty());

        log.appendAll(List.of(large, large, large, large));

        assertThat(offsets(log.readAfter(ALICE, at(2)))).containsExactly(3L, 4L);
        assertMissed(at(1), at(4));
        assertThat(log.stats().bytes()).isEqualTo(800);
    }

    @Test
    void keepsAPublicationLargerThanTheByteLimitAlone() {
        append(ALICE);
        log.append(ALICE, ofSize(5_000));

        assertThat(offsets(log.readAfter(ALICE, at(1)))).containsExactly(2L);
        assertMissed(at(0), at(2));
    }

    @Test
    @DisplayName("F20 a read that misses expired publications is incomplete, before a sweep and after it")
    void keepsNoPublicationLongerThanItsTimeToLive() {
        append(ALICE);
        clock.advance(TTL.minusMillis(1));
        append(ALICE);
        assertThat(offsets(log.readAfter(ALICE, at(0)))).containsExactly(1L, 2L);

        clock.advance(Duration.ofMillis(1));
        assertMissed(at(0), at(2));
        assertThat(offsets(log.readAfter(ALICE, at(1)))).containsExactly(2L);
        assertThat(offsets(log.history(ALICE, Optional.empty(), -1))).containsExactly(2L);

        assertThat(log.sweep(c -> true).expired()).isEqualTo(1);
        assertMissed(at(0), at(2));
        assertThat(offsets(log.readAfter(ALICE, at(1)))).containsExactly(2L);
        assertThat(log.stats().expired()).isEqualTo(1);
    }

    @Test
    @DisplayName("F20 a clock that steps back leaves no gap in a read")
    void survivesAClockThatStepsBack() {
        append(ALICE);
        clock.advance(Duration.ofMinutes(-2));
        append(ALICE);
        append(ALICE);

        clock.advance(TTL.plusMinutes(1));

        Backlog backlog = log.readAfter(ALICE, at(0));
        assertThat(backlog.complete() ? offsets(backlog) : List.of(1L, 2L, 3L)).containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName("F20 a read from the top is complete, even when all publications have expired")
    void aReadFromTheTopOfAnEmptiedChannelIsComplete() {
        append(ALICE);
        append(ALICE);
        clock.advance(TTL);

        assertThat(log.readAfter(ALICE, at(2))).isEqualTo(new Backlog(at(2), true, List.of()));
        assertMissed(at(1), at(2));
    }

    @Test
    @DisplayName("F20 without history an offset still shows that publications were missed")
    void countsOffsetsWithoutHistoryToo() {
        retention = new Retention(0, 1_000, TTL, 100_000);
        appendMany(ALICE, 3);

        assertThat(log.top(ALICE)).isEqualTo(at(3));
        assertThat(log.readAfter(ALICE, at(3)).complete()).isTrue();
        assertMissed(at(2), at(3));
        assertThat(log.stats().publications()).isZero();
        assertThat(log.stats().bytes()).isZero();
    }

    @Test
    @DisplayName("F20 switching history off and on again leaves no gap that looks complete")
    void leavesNoHiddenGapWhenHistoryIsSwitchedOffForAWhile() {
        append(ALICE);
        retention = new Retention(0, 1_000, TTL, 100_000);
        append(ALICE);
        assertMissed(at(0), at(2));

        retention = new Retention(5, 1_000, TTL, 100_000);
        append(ALICE);

        assertMissed(at(0), at(3));
        assertMissed(at(1), at(3));
        assertThat(offsets(log.readAfter(ALICE, at(2)))).containsExactly(3L);
    }

    @Test
    @DisplayName("F20 raising the time to live leaves no gap that looks complete, before a sweep and after it")
    void leavesNoHiddenGapWhenTheTimeToLiveIsRaised() {
        append(ALICE);
        clock.advance(TTL.dividedBy(2));
        append(ALICE);
        clock.advance(TTL.dividedBy(2));
        assertMissed(at(0), at(2));

        retention = new Retention(5, 1_000, TTL.multipliedBy(4), 100_000);
        append(ALICE);
        Backlog raised = log.readAfter(ALICE, at(0));
        assertThat(raised.complete() ? offsets(raised) : List.of(1L, 2L, 3L)).containsExactly(1L, 2L, 3L);

        retention = new Retention(5, 1_000, TTL, 100_000);
        log.sweep(c -> true);
        retention = new Retention(5, 1_000, TTL.multipliedBy(4), 100_000);
        append(ALICE);
        assertMissed(at(0), at(4));
        assertThat(offsets(log.readAfter(ALICE, at(1)))).containsExactly(2L, 3L, 4L);
        assertThat(offsets(log.history(ALICE, Optional.empty(), -1))).containsExactly(2L, 3L, 4L);
    }

    @Test
    void appliesASmallerCountFromTheNextAppendOn() {
        appendMany(ALICE, 5);
        retention = new Retention(2, 1_000, TTL, 100_000);
        append(ALICE);

        assertMissed(at(3), at(6));
        assertThat(offsets(log.readAfter(ALICE, at(4)))).containsExactly(5L, 6L);
    }

    @Test
    void evictsTheOldestChannelsBeyondTheTotal() {
        // Large payloads, so that an adapter's own overhead does not matter.
        retention = new Retention(5, 10_000, TTL, 1_000_000);
        for (int i = 0; i < 200; i++) {
            log.append(user(i), ofSize(10_000));
            clock.advance(Duration.ofMillis(1));
            assertThat(log.footprint()).isLessThanOrEqualTo(1_000_000);
        }

        assertThat(log.stats().evictedByTotalLimit()).isGreaterThanOrEqualTo(100);
        assertThat(offsets(log.readAfter(user(199), at(user(199), 0)))).containsExactly(1L);
        assertThat(log.readAfter(user(0), at(user(0), 0))).isEqualTo(new Backlog(at(user(0), 1), false, List.of()));
        assertThat(log.readAfter(user(0), at(user(0), 1)).complete()).isTrue();
        long first = IntStream.range(0, 200)
                .filter(i -> log.readAfter(user(i), at(user(i), 0)).complete())
                .findFirst()
                .orElseThrow();
        assertThat(IntStream.range((int) first, 200))
                .as("the youngest channels are left, without a gap")
                .allMatch(i -> log.readAfter(user(i), at(user(i), 0)).complete());
    }

    @Test
    void sparesTheChannelThatWasJustAppendedTo() {
        retention = new Retention(5, 100_000, TTL, 20_000);
        log.append(BOB, ofSize(15_000));

        log.append(ALICE, ofSize(15_000));

        assertThat(offsets(log.readAfter(ALICE, at(0)))).containsExactly(1L);
        assertThat(log.readAfter(BOB, at(BOB, 0)).complete()).isFalse();
        assertThat(log.stats().evictedByTotalLimit()).isEqualTo(1);
    }

    @Test
    @DisplayName("F20 a read that misses removed publications is incomplete, and the top stays")
    void removesAChannelsPublicationsAndKeepsItsTop() {
        append(ALICE);
        append(ALICE);
        append(BOB);

        log.remove(ALICE);

        assertThat(log.top(ALICE)).isEqualTo(at(2));
        assertMissed(at(1), at(2));
        assertThat(log.readAfter(ALICE, at(2)).complete()).isTrue();
        assertThat(offsets(log.history(ALICE, Optional.empty(), -1))).isEmpty();
        assertThat(append(ALICE).publication().offset()).isEqualTo(3);
        assertThat(offsets(log.readAfter(BOB, at(BOB, 0)))).containsExactly(1L);
        assertThat(log.stats().removed()).isEqualTo(2);
    }

    @Test
    void removesNothingFromAnUnknownChannel() {
        log.remove(ALICE);

        assertThat(log.top(ALICE).offset()).isZero();
        assertThat(log.stats().removed()).isZero();
    }

    @Test
    void forgetsOnlyChannelsThatAreEmptyAndNotInUse() {
        append(ALICE);
        append(BOB);
        clock.advance(TTL.plus(remembered()));
        append(Channel.parse("#carol"));

        UserLog.Sweep swept = log.sweep(BOB::equals);

        assertThat(swept).isEqualTo(new UserLog.Sweep(3, 2, 1));
        assertThat(log.stats().channels()).isEqualTo(2);
        assertThat(log.top(BOB)).isEqualTo(at(BOB, 1));
        assertThat(append(BOB).publication().offset()).isEqualTo(2);
    }

    @Test
    void aSweepKeepsFreshPublications() {
        append(ALICE);

        assertThat(log.sweep(c -> false)).isEqualTo(new UserLog.Sweep(1, 0, 0));
        assertThat(offsets(log.readAfter(ALICE, at(0)))).containsExactly(1L);
    }

    @Test
    @DisplayName("F10 a log whose channels are all forgotten holds nothing")
    void holdsNothingWhenEverythingIsForgotten() {
        for (int i = 0; i < 100; i++) {
            append(user(i));
            log.readAfter(user(i + 1_000), at(0));
        }
        clock.advance(TTL.plus(remembered()));

        log.sweep(c -> false);

        assertThat(log.stats().channels()).isZero();
        assertThat(log.stats().publications()).isZero();
        assertThat(log.stats().bytes()).isZero();
    }

    @Test
    @DisplayName("F20 a forgotten channel never repeats a position: a read that missed publications is incomplete")
    void aForgottenChannelNeverRepeatsAPosition() {
        appendMany(ALICE, 3);
        appendMany(BOB, 4);
        StreamPosition missing = at(2);
        StreamPosition last = at(3);
        clock.advance(TTL.plus(remembered()));
        log.sweep(c -> false);

        assertThat(log.readAfter(ALICE, missing).complete()).isFalse();
        Appended next = append(ALICE);

        assertThat(next.epoch().equals(last.epoch()) && next.publication().offset() <= 3)
                .isFalse();
        assertThat(log.readAfter(ALICE, missing).complete()).isFalse();
        Backlog fromTheOldTop = log.readAfter(ALICE, last);
        assertThat(fromTheOldTop.complete() ? fromTheOldTop.publications() : List.of(next.publication()))
                .containsExactly(next.publication());
    }

    @Test
    @DisplayName("F20 a position taken from a channel that nobody used stays valid")
    void aPositionTakenBeforeTheFirstPublicationStaysValid() {
        appendMany(BOB, 4);
        clock.advance(TTL);
        log.sweep(c -> false);

        StreamPosition top = log.top(ALICE);
        append(BOB);
        clock.advance(TTL);
        log.sweep(ALICE::equals);
        Appended first = append(ALICE);

        assertThat(log.readAfter(ALICE, top))
                .isEqualTo(new Backlog(log.top(ALICE), true, List.of(first.publication())));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5, 6, Integer.MAX_VALUE})
    void historyGivesTheOldestUpToTheLimit(int limit) {
        appendMany(ALICE, 5);

        Backlog history = log.history(ALICE, Optional.empty(), limit);

        assertThat(history.top()).isEqualTo(at(5));
        assertThat(history.complete()).isTrue();
        assertThat(offsets(history)).isEqualTo(List.of(1L, 2L, 3L, 4L, 5L).subList(0, Math.min(limit, 5)));
    }

    @Test
    void historyGivesAllForANegativeLimit() {
        appendMany(ALICE, 7);

        assertThat(offsets(log.history(ALICE, Optional.empty(), -1))).containsExactly(3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void historyStartsAfterAPosition() {
        appendMany(ALICE, 5);

        assertThat(offsets(log.history(ALICE, Optional.of(at(2)), 2))).containsExactly(3L, 4L);
        assertThat(log.history(ALICE, Optional.of(at(5)), -1)).isEqualTo(new Backlog(at(5), true, List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3})
    @DisplayName("F20 history is incomplete when publications after the position are gone")
    void historyIsIncompleteWhenPublicationsAfterThePositionAreGone(int limit) {
        appendMany(ALICE, 7);

        assertThat(log.history(ALICE, Optional.of(at(1)), limit)).isEqualTo(new Backlog(at(7), false, List.of()));
        assertThat(log.history(ALICE, Optional.of(at(8)), limit).complete()).isFalse();
        assertThat(log.history(ALICE, Optional.of(new StreamPosition("another", 5)), limit)
                        .complete())
                .isFalse();
    }

    @Test
    void historyOfAnUnknownChannelIsEmpty() {
        assertThat(log.history(ALICE, Optional.empty(), -1)).isEqualTo(new Backlog(log.top(ALICE), true, List.of()));
        assertThat(log.history(BOB, Optional.of(at(BOB, 1)), -1).complete()).isFalse();
    }

    @Test
    @DisplayName("F45 every figure of the log moves")
    void countsThePublicationsThatItHoldsAndThoseThatLeft() {
        appendMany(ALICE, 7);
        append(BOB);
        log.remove(BOB);
        clock.advance(TTL);
        append(BOB);
        log.sweep(c -> true);

        LogStats stats = log.stats();
        assertThat(stats).isEqualTo(new LogStats(2, 1, ofSize(100).size(), 9, 5, 2, 0, 1, 0, 0, 0));
    }

    private Appended append(Channel channel) {
        return log.append(channel, ofSize(100));
    }

    private void appendMany(Channel channel, int count) {
        for (int i = 0; i < count; i++) {
            append(channel);
        }
    }

    private StreamPosition at(long offset) {
        return at(ALICE, offset);
    }

    private StreamPosition at(Channel channel, long offset) {
        return new StreamPosition(log.top(channel).epoch(), offset);
    }

    private void assertMissed(StreamPosition since, StreamPosition top) {
        assertThat(log.readAfter(ALICE, since)).isEqualTo(new Backlog(top, false, List.of()));
    }

    private static List<Long> offsets(Backlog backlog) {
        assertThat(backlog.complete()).isTrue();
        return backlog.publications().stream().map(Publication::offset).toList();
    }

    private static Channel user(int number) {
        return Channel.parse("#user" + number);
    }

    static Payload ofSize(int bytes) {
        return Payload.json('"' + "x".repeat(bytes - 2) + '"');
    }
}
