package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final int MOST = 100;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RateLimiter<String> limiter = new RateLimiter<>(nanos::get, MOST);

    @Test
    @DisplayName("F48 the burst is taken at N and rejected at N+1")
    void takesTheBurstAndNoMore() {
        for (int i = 0; i < 10; i++) {
            assertThat(limiter.tryTake("a", 1, 10)).isTrue();
        }

        assertThat(limiter.tryTake("a", 1, 10)).isFalse();
        assertThat(limiter.tryTake("b", 1, 10)).as("another key").isTrue();
    }

    @RepeatedTest(20)
    @DisplayName("F48 the same when they all come at once")
    void takesTheBurstAndNoMoreConcurrently() throws InterruptedException, ExecutionException {
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            var takers = IntStream.range(0, 8)
                    .mapToObj(t -> threads.submit(() -> {
                        start.await();
                        return IntStream.range(0, 20)
                                .filter(i -> limiter.tryTake("a", 1, 100))
                                .count();
                    }))
                    .toList();
            start.countDown();
            long taken = 0;
            for (Future<Long> taker : takers) {
                taken += taker.get();
            }

            assertThat(taken).isEqualTo(100);
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void fillsUpWithTimeAndNotBeyondTheBurst() {
        while (limiter.tryTake("a", 2, 4)) {
            // until it is empty
        }

        pass(499_999_999);
        assertThat(limiter.tryTake("a", 2, 4)).isFalse();
        pass(1);
        assertThat(limiter.tryTake("a", 2, 4)).isTrue();
        pass(TimeUnit.HOURS.toNanos(1));
        assertThat(IntStream.range(0, 9).filter(i -> limiter.tryTake("a", 2, 4)).count())
                .isEqualTo(4);
    }

    @Test
    void whoAsksTooOftenIsNotPunishedBeyondTheRate() {
        limiter.tryTake("a", 1, 1);
        for (int i = 0; i < 9; i++) {
            pass(100_000_000);
            assertThat(limiter.tryTake("a", 1, 1)).isFalse();
        }

        pass(100_000_001);

        assertThat(limiter.tryTake("a", 1, 1)).isTrue();
    }

    @Test
    void aRateOfZeroLimitsNothingAndRemembersNothing() {
        assertThat(IntStream.range(0, 1000).allMatch(i -> limiter.tryTake("a", 0, 0)))
                .isTrue();
        assertThat(limiter.size()).isZero();
    }

    @Test
    @DisplayName("F10 a sweep forgets whoever has a full bucket, and nobody else")
    void sweepForgetsTheFull() {
        limiter.tryTake("early", 1, 10);
        pass(500_000_000);
        limiter.tryTake("late", 1, 10);
        pass(500_000_000);

        limiter.sweep(1, 10);
        assertThat(limiter.size()).isEqualTo(1);
        pass(500_000_000);
        limiter.sweep(1, 10);

        assertThat(limiter.size()).isZero();
    }

    @Test
    void aSweepGivesNobodyAFreshBucketEarly() {
        while (limiter.tryTake("a", 1, 10)) {
            // until it is empty
        }

        limiter.sweep(1, 10);

        assertThat(limiter.tryTake("a", 1, 10)).isFalse();
    }

    private void pass(long span) {
        nanos.addAndGet(span);
    }

    @Test
    @DisplayName("S1: keys are bounded: those that are idle make room, and where all are active one more is rejected")
    void keepsNoMoreKeysThanItMay() {
        for (int i = 0; i < MOST; i++) {
            assertThat(limiter.tryTake("k" + i, 1, 10)).isTrue();
        }
        assertThat(limiter.tryTake("one more", 1, 10)).isFalse();
        assertThat(limiter.tryTake("k7", 1, 10)).as("one that is known").isTrue();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));

        assertThat(limiter.tryTake("one more", 1, 10)).isTrue();
        assertThat(limiter.size()).isEqualTo(2);
    }
}
