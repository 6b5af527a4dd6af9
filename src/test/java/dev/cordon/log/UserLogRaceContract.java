package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Appends, reads and trims at the same time. */
public abstract class UserLogRaceContract {
    private static final int WRITERS = 4;
    private static final int EACH = 1_500;
    private static final Channel ALICE = Channel.parse("#alice");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger writing = new AtomicInteger(WRITERS);

    /** Returns an empty log. */
    protected abstract UserLog open(Supplier<Retention> retention, Clock clock);

    /** Returns how many appends of a writer show a race; fewer than in memory where an append takes long. */
    protected int appends(int inMemory) {
        return inMemory;
    }

    private int all() {
        return WRITERS * each();
    }

    private int each() {
        return appends(EACH);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    @DisplayName("F17 F20 racing appends give every offset once, and a follower sees no gap and no duplicate")
    void followersSeeNeitherGapNorDuplicate() throws Exception {
        UserLog log = open(() -> retention(all()), Clock.systemUTC());
        CyclicBarrier start = new CyclicBarrier(WRITERS + 2);

        List<Future<List<Publication>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(threads.submit(() -> write(log, start)));
        }
        Future<List<Publication>> first = threads.submit(follow(log, start));
        Future<List<Publication>> second = threads.submit(follow(log, start));

        List<Publication> followed = get(first);
        assertThat(followed).extracting(Publication::offset).containsExactlyElementsOf(upTo(all()));
        assertThat(get(second)).isEqualTo(followed);
        for (Future<List<Publication>> writer : writers) {
            assertThat(followed).containsSubsequence(get(writer));
        }
    }

    @Test
    @DisplayName("F20 a read that races with trims is complete or says that it is not")
    void aReadThatRacesWithTrimsIsCompleteOrSaysThatItIsNot() throws Exception {
        UserLog log = open(() -> retention(8), Clock.systemUTC());
        CyclicBarrier start = new CyclicBarrier(WRITERS + 2);

        List<Future<List<Publication>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(threads.submit(() -> write(log, start)));
        }
        Future<Integer> reader = threads.submit(() -> {
            start.await();
            int whole = 0;
            // From the top as well, where a read is whole whatever was removed: so it meets one, however few turns it
            // gets.
            for (int i = 0;
                    (writing.get() > 0 || whole == 0) && !Thread.currentThread().isInterrupted();
                    i++) {
                StreamPosition top = log.top(ALICE);
                long since = Math.max(0, top.offset() - i % 5);
                Backlog backlog = log.readAfter(ALICE, new StreamPosition(top.epoch(), since));
                if (backlog.complete()) {
                    assertWhole(backlog, since);
                    whole++;
                }
            }
            return whole;
        });
        Future<Boolean> remover = threads.submit(() -> {
            start.await();
            long removedAt = 0;
            while (writing.get() > 0 && !Thread.currentThread().isInterrupted()) {
                long top = log.top(ALICE).offset();
                // Not without a pause: a reader that gets few turns would never meet anything.
                if (top - removedAt >= 20) {
                    log.remove(ALICE);
                    log.sweep(channel -> true);
                    removedAt = top;
                }
            }
            return true;
        });

        List<Long> given = new ArrayList<>();
        for (Future<List<Publication>> writer : writers) {
            given.addAll(get(writer).stream().map(Publication::offset).toList());
        }
        assertThat(get(reader)).isPositive();
        assertThat(get(remover)).isTrue();
        assertThat(given).containsExactlyInAnyOrderElementsOf(upTo(all()));
        assertSums(log.stats());
    }

    @Test
    @DisplayName("F20 forgetting that races with appends gives no offset twice")
    void forgettingThatRacesWithAppendsGivesNoOffsetTwice() throws Exception {
        // Without history a channel is empty nearly always, and to this clock any channel is quiet for long: every
        // sweep forgets it.
        Retention nothing = new Retention(0, 10_000_000, Duration.ofMinutes(10), 100_000_000, Duration.ofMillis(1));
        UserLog log = open(() -> nothing, new RacingClock());
        CyclicBarrier start = new CyclicBarrier(WRITERS + 1);
        // Half of the appends come after a sweep that has forgotten something, however few turns the sweeper gets.
        CountDownLatch forgotten = new CountDownLatch(1);

        int each = appends(60_000);
        List<Future<List<StreamPosition>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(threads.submit(() -> {
                start.await();
                List<StreamPosition> given = new ArrayList<>();
                for (int n = 0; n < each; n++) {
                    if (n == each / 2) {
                        assertThat(forgotten.await(60, TimeUnit.SECONDS)).isTrue();
                    }
                    Appended appended = log.append(ALICE, Payload.EMPTY);
                    given.add(new StreamPosition(
                            appended.epoch(), appended.publication().offset()));
                }
                writing.decrementAndGet();
                return given;
            }));
        }
        Future<Boolean> sweeper = threads.submit(() -> {
            start.await();
            while (writing.get() > 0 && !Thread.currentThread().isInterrupted()) {
                if (log.sweep(channel -> false).forgotten() > 0) {
                    forgotten.countDown();
                }
            }
            return true;
        });

        Set<StreamPosition> given = new HashSet<>();
        for (Future<List<StreamPosition>> writer : writers) {
            List<StreamPosition> own = get(writer);
            own.stream()
                    .collect(Collectors.groupingBy(StreamPosition::epoch))
                    .values()
                    .forEach(life ->
                            assertThat(life).isSortedAccordingTo((a, b) -> Long.compare(a.offset(), b.offset())));
            given.addAll(own);
        }
        assertThat(get(sweeper)).isTrue();
        assertThat(given).hasSize(WRITERS * each);
        assertThat(log.reconcile().total())
                .isEqualTo(new Ledger((long) WRITERS * each, 0, 0, 0, (long) WRITERS * each, 0));
        assertThat(log.stats().publications()).isZero();
    }

    /** A second passes from one look to the next. */
    private static final class RacingClock extends Clock {
        private final AtomicLong seconds = new AtomicLong();

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(seconds.incrementAndGet());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    @DisplayName("F20 the ledger adds up while appends, acknowledgements, trims and removals race")
    void theLedgerAddsUpUnderRaces() throws Exception {
        UserLog log = open(() -> retention(8), Clock.systemUTC());
        SessionId laptop = new SessionId("laptop");
        CyclicBarrier start = new CyclicBarrier(WRITERS + 3);

        List<Future<List<Publication>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(threads.submit(() -> write(log, start)));
        }
        Future<Long> acknowledging = threads.submit(() -> {
            start.await();
            long at = 0;
            // At least once, however late it gets its turn.
            do {
                StreamPosition top = log.top(ALICE);
                long next = log.acknowledge(
                                ALICE, laptop, new StreamPosition(top.epoch(), Math.max(0, top.offset() - 4)))
                        .offset();
                assertThat(next).isGreaterThanOrEqualTo(at);
                at = next;
            } while (writing.get() > 0 && !Thread.currentThread().isInterrupted());
            return at;
        });
        Future<Boolean> removing = threads.submit(() -> {
            start.await();
            while (writing.get() > 0 && !Thread.currentThread().isInterrupted()) {
                log.remove(ALICE);
                log.sweep(channel -> false);
            }
            return true;
        });
        Future<Boolean> reconciling = threads.submit(() -> {
            start.await();
            while (writing.get() > 0 && !Thread.currentThread().isInterrupted()) {
                assertThat(log.reconcile().imbalance()).isZero();
            }
            return true;
        });

        for (Future<List<Publication>> writer : writers) {
            get(writer);
        }
        long at = get(acknowledging);
        assertThat(log.acknowledged(ALICE, laptop).map(StreamPosition::offset)).contains(at);
        assertThat(get(removing)).isTrue();
        assertThat(get(reconciling)).isTrue();
        assertThat(log.reconcile().imbalance()).isZero();
        assertThat(log.ledger().imbalance()).isZero();
        assertThat(log.ledger().accepted()).isEqualTo(all());
    }

    @Test
    void aReadThatStartsAfterAnAppendSeesIt() throws Exception {
        UserLog log = open(() -> retention(all()), Clock.systemUTC());
        CyclicBarrier start = new CyclicBarrier(WRITERS);

        List<Future<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(threads.submit(() -> {
                start.await();
                boolean seen = true;
                for (int n = 0; n < appends(300); n++) {
                    Appended mine = log.append(ALICE, Payload.EMPTY);
                    long before = mine.publication().offset() - 1;
                    seen &= log.readAfter(ALICE, new StreamPosition(mine.epoch(), before)).publications().stream()
                            .anyMatch(mine.publication()::equals);
                    seen &= log.top(ALICE).offset() > before;
                }
                return seen;
            }));
        }

        for (Future<Boolean> writer : writers) {
            assertThat(get(writer)).isTrue();
        }
    }

    private List<Publication> write(UserLog log, CyclicBarrier start) throws Exception {
        try {
            start.await();
            List<Publication> mine = new ArrayList<>();
            for (int i = 0; i < each(); i++) {
                mine.add(log.append(ALICE, Payload.json(Integer.toString(i))).publication());
            }
            return mine;
        } finally {
            writing.decrementAndGet();
        }
    }

    /** Reads on from where it is until it has all that the writers will write. */
    private Callable<List<Publication>> follow(UserLog log, CyclicBarrier start) {
        return () -> {
            start.await();
            List<Publication> seen = new ArrayList<>();
            StreamPosition at = new StreamPosition(log.top(ALICE).epoch(), 0);
            while (seen.size() < all() && !Thread.currentThread().isInterrupted()) {
                Backlog backlog = log.readAfter(ALICE, at);
                assertThat(backlog.complete()).isTrue();
                seen.addAll(backlog.publications());
                at = backlog.top();
            }
            return seen;
        };
    }

    private static void assertWhole(Backlog backlog, long since) {
        assertThat(backlog.publications())
                .extracting(Publication::offset)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(since + 1, backlog.top().offset())
                                .boxed()
                                .toList());
    }

    private void assertSums(LogStats stats) {
        assertThat(stats.appended()).isEqualTo(all());
        assertThat(stats.publications())
                .isEqualTo(stats.appended() - stats.expired() - stats.evictedByChannelLimit() - stats.removed())
                .isNotNegative();
    }

    private static Retention retention(int count) {
        return new Retention(count, 10_000_000, Duration.ofMinutes(10), 100_000_000);
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
