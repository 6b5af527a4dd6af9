package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.heap.HeapShare;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How much heap a log in memory takes, and what it evicts first. */
class MemoryBoundsTest {
    private static final Payload ONE_BYTE = Payload.json("1");
    private static final SessionId LAPTOP = new SessionId("laptop");
    private static final long MEBIBYTE = 1024 * 1024;

    private static MemoryUserLog log(long totalMaxBytes) {
        Retention retention = new Retention(256, MEBIBYTE, Duration.ofMinutes(10), totalMaxBytes);
        return new MemoryUserLog(() -> retention, new HandClock());
    }

    @Test
    @DisplayName("S5: a flood of fresh channels stays in bounds, overhead included; the oldest are evicted and counted")
    void freshChannelsStayWithinTheBound() {
        MemoryUserLog log = log(8 * MEBIBYTE);

        for (int i = 0; i < 200_000; i++) {
            log.append(fresh(i), ONE_BYTE);
            assertThat(log.footprint()).isLessThanOrEqualTo(8 * MEBIBYTE);
        }

        LogStats stats = log.stats();
        assertThat(stats.channels()).isBetween(8_000L, 20_000L);
        assertThat(stats.channelsEvicted()).isEqualTo(200_000 - stats.channels());
        assertThat(stats.evictedByTotalLimit()).isEqualTo(200_000 - stats.publications());
        assertThat(log.ledger())
                .isEqualTo(new Ledger(200_000, 0, stats.publications(), 0, stats.evictedByTotalLimit(), 0));
        assertThat(log.reconcile().imbalance()).isZero();
        assertThat(log.history(fresh(199_999), Optional.empty(), -1).publications())
                .hasSize(1);
    }

    @Test
    @DisplayName("S5: a channel is charged for the heap that it takes")
    void aChannelIsChargedForTheHeapThatItTakes() {
        MemoryUserLog log = log(1_000 * MEBIBYTE);
        log.append(Channel.parse("#warm"), ONE_BYTE);
        long before = used();
        long chargedBefore = log.footprint();
        int channels = 50_000;
        for (int i = 0; i < channels; i++) {
            log.append(fresh(i), ONE_BYTE);
        }

        long taken = (used() - before) / channels;
        long charged = (log.footprint() - chargedBefore) / channels;

        // Other tests' garbage may go meanwhile, and other threads' objects come.
        assertThat(taken).isLessThan(charged + charged / 4);
        assertThat(log.stats().channels()).isEqualTo(channels + 1);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    @DisplayName("S5: channels that have had readers only are charged and evicted too")
    void channelsWithoutAPublicationStayWithinTheBound() {
        MemoryUserLog log = log(MEBIBYTE);

        for (int i = 0; i < 20_000; i++) {
            log.top(fresh(i));
            assertThat(log.footprint()).isLessThanOrEqualTo(MEBIBYTE);
        }

        assertThat(log.stats().channelsEvicted())
                .isPositive()
                .isEqualTo(20_000 - log.stats().channels());
    }

    @Test
    @DisplayName("S5: a channel that gets publications again and again stays, while fresh channels come and go")
    void aChannelInUseIsNotEvicted() {
        MemoryUserLog log = log(MEBIBYTE);
        Channel busy = Channel.parse("#busy");
        log.append(busy, ONE_BYTE);
        StreamPosition first = log.top(busy);

        for (int i = 0; i < 20_000; i++) {
            log.append(fresh(i), ONE_BYTE);
            if (i % 500 == 0) {
                log.append(busy, ONE_BYTE);
            }
        }

        assertThat(log.readAfter(busy, first).complete()).isTrue();
        assertThat(log.readAfter(busy, first).publications()).hasSize(40);
    }

    @Test
    @DisplayName("S5: publications are evicted before their channels, so that a read that missed nothing is complete")
    void evictsPublicationsBeforeTheirChannels() {
        MemoryUserLog log = log(4 * MEBIBYTE);
        Payload large = UserLogContract.ofSize(100_000);
        log.append(fresh(0), ONE_BYTE);
        StreamPosition top = log.top(fresh(0));

        for (int i = 1; i < 500; i++) {
            log.append(fresh(i), large);
        }

        assertThat(log.stats().channelsEvicted()).isZero();
        assertThat(log.history(fresh(0), Optional.empty(), -1).publications()).isEmpty();
        assertThat(log.readAfter(fresh(0), top)).isEqualTo(new Backlog(top, true, List.of()));
    }

    @Test
    @DisplayName("S5: a position is dropped with its channel and counted, and the channel's successor does not know it")
    void evictingAChannelDropsItsPositions() {
        MemoryUserLog log = log(MEBIBYTE);
        log.append(fresh(0), ONE_BYTE);
        StreamPosition top = log.top(fresh(0));
        log.acknowledge(fresh(0), LAPTOP, top);

        for (int i = 1; i < 20_000; i++) {
            log.append(fresh(i), ONE_BYTE);
        }

        assertThat(log.stats().positions()).isZero();
        assertThat(log.stats().positionsDropped()).isEqualTo(1);
        log.append(fresh(0), ONE_BYTE);
        assertThat(log.acknowledged(fresh(0), LAPTOP)).isEmpty();
        assertThat(log.readAfter(fresh(0), top).complete()).isFalse();
        assertThat(log.top(fresh(0)).epoch()).isNotEqualTo(top.epoch());
        assertThat(log.ledger().imbalance()).isZero();
    }

    @Test
    @DisplayName("S5: the ledger adds up while channels are evicted, and no writer waits for the reconciliation")
    void theLedgerAddsUpWhileChannelsAreEvicted() throws Exception {
        Retention retention = new Retention(256, MEBIBYTE, Duration.ofMinutes(10), MEBIBYTE);
        MemoryUserLog log = new MemoryUserLog(() -> retention, Clock.systemUTC());
        int writers = 4;
        int each = 20_000;
        ExecutorService threads = Executors.newFixedThreadPool(writers + 1);
        try {
            CountDownLatch left = new CountDownLatch(writers);
            AtomicBoolean looked = new AtomicBoolean();
            Future<Boolean> adding = threads.submit(() -> {
                while (left.getCount() > 0 || !looked.get()) {
                    assertThat(log.reconcile().imbalance()).isZero();
                    looked.set(true);
                }
                return true;
            });
            List<Future<?>> all = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int from = w * each;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        log.append(fresh(from + i), ONE_BYTE);
                    }
                    left.countDown();
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertThat(adding.get(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            threads.shutdownNow();
        }

        assertThat(log.ledger().accepted()).isEqualTo((long) writers * each);
        assertThat(log.reconcile().imbalance()).isZero();
        assertThat(log.footprint()).isLessThanOrEqualTo(MEBIBYTE);
        LogStats stats = log.stats();
        // A slow writer may lose its channel before it has appended, and makes another.
        assertThat(stats.channels() + stats.channelsEvicted()).isGreaterThanOrEqualTo((long) writers * each);
    }

    @Test
    @DisplayName("S5: a log whose channels are all forgotten has a footprint of zero")
    void takesNoHeapOnceEverythingIsForgotten() {
        HandClock clock = new HandClock();
        Retention retention = new Retention(256, MEBIBYTE, Duration.ofMinutes(10), MEBIBYTE);
        MemoryUserLog log = new MemoryUserLog(() -> retention, clock);
        for (int i = 0; i < 5_000; i++) {
            log.append(fresh(i), ONE_BYTE);
            log.top(fresh(i + 100_000));
            log.follow(fresh(i + 200_000), LAPTOP);
        }

        for (int day = 0; day < 2; day++) {
            clock.advance(Retention.DEFAULT_POSITION_TIME_TO_LIVE);
            log.sweep(channel -> false);
        }

        assertThat(log.footprint()).isZero();
        assertThat(log.stats().channels()).isZero();
        assertThat(log.stats().positions()).isZero();
        assertThat(log.ledger().accepted()).isEqualTo(5_000);
    }

    @Test
    @DisplayName("S4: positions are bounded for each user and by their share of the heap")
    void positionsAreBounded() {
        MemoryUserLog log = log(1_000 * MEBIBYTE);
        for (int i = 0; i < 1_000; i++) {
            Channel topic = Channel.parse("a" + i + "#me");
            log.append(topic, ONE_BYTE);
            log.acknowledge(topic, LAPTOP, new StreamPosition("", 1));
        }

        assertThat(log.stats().positions()).isEqualTo(UserLog.MAX_POSITIONS_A_USER);
        assertThat((long) MemoryUserLog.maxPositions() * MemoryUserLog.POSITION_BYTES)
                .isLessThanOrEqualTo(Math.max(MemoryUserLog.POSITION_BYTES, HeapShare.POSITIONS.bytes()));
    }

    @Test
    @DisplayName("S4: the position of a channel beyond the user's limit is valid all the same")
    void aPositionOfAChannelBeyondTheUsersLimitIsValid() {
        MemoryUserLog log = log(1_000 * MEBIBYTE);
        for (int i = 0; i < UserLog.MAX_UNPUBLISHED_A_USER; i++) {
            log.top(Channel.parse("a" + i + "#me"));
        }
        Channel beyond = Channel.parse("beyond#me");
        StreamPosition start = log.top(beyond);
        assertThat(log.stats().channels()).isEqualTo(UserLog.MAX_UNPUBLISHED_A_USER);
        assertThat(log.readAfter(beyond, start).complete()).isTrue();

        log.append(beyond, ONE_BYTE);

        assertThat(log.readAfter(beyond, start).publications()).hasSize(1);
    }

    @Test
    @DisplayName("S5: channels without publications take a quarter of the bound, before and after a sweep")
    void channelsWithoutPublicationsTakeAQuarterOfTheBound() {
        HandClock clock = new HandClock();
        Retention retention = new Retention(256, MEBIBYTE, Duration.ofMinutes(10), MEBIBYTE);
        MemoryUserLog log = new MemoryUserLog(() -> retention, clock);
        long quarter = MEBIBYTE / 4 / (MemoryChannel.BYTES + 12L * MemoryChannel.BYTES_A_CHARACTER);

        flood(log, 0);
        assertThat(emptied(log)).isBetween(quarter - 2, quarter + 2);

        clock.advance(Retention.DEFAULT_POSITION_TIME_TO_LIVE);
        log.sweep(channel -> false);
        assertThat(log.stats().channels()).isZero();
        flood(log, 100_000);
        assertThat(emptied(log)).as("as before").isBetween(quarter - 2, quarter + 2);
    }

    @Test
    @DisplayName("S5: a sweep does not change the order in which channels are evicted")
    void evictsTheOldestChannelsAfterASweepToo() {
        MemoryUserLog log = log(MEBIBYTE);
        flood(log, 0);
        int oldest = 0;
        while (log.ledger(fresh(oldest).owner()).accepted() == 0) {
            oldest++;
        }
        long known = log.stats().channels();

        log.sweep(channel -> false);
        assertThat(log.stats().channels()).isEqualTo(known);
        flood(log, 100_000);

        for (int i = oldest; i < 5_000; i += 100) {
            assertThat(log.ledger(fresh(i).owner()).accepted())
                    .as("channel %s", i)
                    .isZero();
        }
    }

    private static void flood(MemoryUserLog log, int from) {
        for (int i = from; i < from + 5_000; i++) {
            log.append(fresh(i), ONE_BYTE);
        }
    }

    /** How many channels have no publication left. */
    private static long emptied(MemoryUserLog log) {
        return log.stats().channels() - log.stats().publications();
    }

    @Test
    void aChannelIsChargedForEachCharacterOfItsName() {
        MemoryUserLog log = log(MEBIBYTE);
        log.top(Channel.parse("#a"));
        long one = log.footprint();

        log.top(Channel.parse("#abcdefghijk"));

        assertThat(one).isEqualTo(MemoryChannel.BYTES + 2 * MemoryChannel.BYTES_A_CHARACTER);
        assertThat(log.footprint() - one).isEqualTo(MemoryChannel.BYTES + 12 * MemoryChannel.BYTES_A_CHARACTER);
    }

    private static Channel fresh(int number) {
        return Channel.parse("#user" + (1_000_000 + number));
    }
}
