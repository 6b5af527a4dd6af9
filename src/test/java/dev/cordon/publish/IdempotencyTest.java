package dev.cordon.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final AtomicInteger runs = new AtomicInteger();
    private final PublishCounters counters = new PublishCounters();
    private final Idempotency idempotency = new Idempotency(counters, now::get, Long.MAX_VALUE);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void returnsTheFirstReceiptAgainWithinTheWindow() {
        PublishReceipt first = once(ALICE, "k");
        now.addAndGet(Idempotency.WINDOW.toNanos());

        assertThat(once(ALICE, "k")).isSameAs(first);
        assertThat(runs).hasValue(1);
        assertThat(counters.duplicates.sum()).isEqualTo(1);
    }

    @Test
    void runsAgainAfterTheWindow() {
        PublishReceipt first = once(ALICE, "k");
        now.addAndGet(Idempotency.WINDOW.toNanos() + 1);

        assertThat(once(ALICE, "k")).isNotEqualTo(first);
        assertThat(runs).hasValue(2);
        assertThat(counters.duplicates.sum()).isZero();
        assertThat(idempotency.size()).isEqualTo(1);
    }

    @Test
    void aRepeatDoesNotLengthenTheWindow() {
        once(ALICE, "k");
        now.addAndGet(Idempotency.WINDOW.toNanos());
        once(ALICE, "k");
        now.addAndGet(1);

        once(ALICE, "k");

        assertThat(runs).hasValue(2);
    }

    @Test
    @DisplayName("F41 a key belongs to its channel, compared by component")
    void scopesKeysByChannel() {
        once(ALICE, "k");
        once(BOB, "k");
        once(Channel.parse("t#alice"), "k");
        once(Channel.parse("#a"), "b:c");
        once(Channel.parse("#a:b"), "c");
        once(ALICE, "K");

        assertThat(runs).hasValue(6);
    }

    @Test
    void doesNotRememberAFailedPublish() {
        assertThatThrownBy(() -> idempotency.once(ALICE, "k", () -> {
                    throw new IllegalStateException("full");
                }))
                .hasMessage("full");

        assertThat(idempotency.size()).isZero();
        once(ALICE, "k");
        assertThat(runs).hasValue(1);
        assertThat(counters.duplicates.sum()).isZero();
    }

    @Test
    @DisplayName("F38 an error leaves no key behind whose receipt others would wait for")
    void doesNotRememberAnError() {
        assertThatThrownBy(() -> idempotency.once(ALICE, "k", () -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);

        assertThat(idempotency.size()).isZero();
    }

    @Test
    void runsOneOfManySimultaneousCalls() throws Exception {
        int callers = 16;
        for (int round = 0; round < 50; round++) {
            String key = "k" + round;
            CyclicBarrier start = new CyclicBarrier(callers);
            List<Future<PublishReceipt>> receipts = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                receipts.add(threads.submit(() -> {
                    start.await();
                    return once(ALICE, key);
                }));
            }
            PublishReceipt first = get(receipts.get(0));
            for (Future<PublishReceipt> receipt : receipts) {
                assertThat(get(receipt)).isSameAs(first);
            }
        }
        assertThat(runs).hasValue(50);
        assertThat(counters.duplicates.sum()).isEqualTo(50L * (callers - 1));
    }

    @Test
    void aSecondCallWaitsForTheFirst() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Future<PublishReceipt> first = threads.submit(() -> idempotency.once(ALICE, "k", () -> after(release)));
        Awaitility.await().until(() -> idempotency.size() == 1);
        Future<PublishReceipt> second = threads.submit(() -> once(ALICE, "k"));

        assertThat(second.isDone()).isFalse();
        release.countDown();

        assertThat(get(second)).isSameAs(get(first));
        assertThat(runs).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecondCallFailsWithTheFirst(boolean error) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Future<PublishReceipt> first = threads.submit(() -> idempotency.once(ALICE, "k", () -> {
            after(release);
            if (error) {
                throw new StackOverflowError("first");
            }
            throw new IllegalStateException("first");
        }));
        Awaitility.await().until(() -> idempotency.size() == 1);
        AtomicInteger ran = new AtomicInteger();
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        Future<PublishReceipt> second = threads.submit(() -> {
            waiter.complete(Thread.currentThread());
            return idempotency.once(ALICE, "k", () -> {
                ran.incrementAndGet();
                return receipt();
            });
        });
        Thread waiting = waiter.get(10, TimeUnit.SECONDS);
        Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);
        release.countDown();

        assertThatThrownBy(() -> get(first))
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .hasMessage("first");
        assertThatThrownBy(() -> get(second))
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .hasMessage("first");
        assertThat(ran).hasValue(0);
        assertThat(counters.duplicates.sum()).isZero();
    }

    @Test
    void aKeyIsChargedForItsCharactersAndThoseOfItsChannel() {
        once(ALICE, "k");
        long one = held(idempotency).used(HeapShare.IDEMPOTENCY_KEYS);
        once(Channel.parse("#alice-the-second"), "k");
        long two = held(idempotency).used(HeapShare.IDEMPOTENCY_KEYS) - one;
        once(ALICE, "k".repeat(11));
        long three = held(idempotency).used(HeapShare.IDEMPOTENCY_KEYS) - one - two;

        assertThat(one).isEqualTo(392 + 2 * 7);
        assertThat(two - one).as("11 characters more").isEqualTo(22);
        assertThat(three - one).as("10 characters more").isEqualTo(20);
    }

    @Test
    void reportsTheBoundOfAllKeys() {
        assertThat(held(new Idempotency(counters, now::get, 12_345)).limit(HeapShare.IDEMPOTENCY_KEYS))
                .isEqualTo(12_345);
    }

    private static HeapAccount held(Idempotency by) {
        HeapAccount account = new HeapAccount();
        by.enter(account);
        return account;
    }

    @Test
    void sweepsKeysPastTheirWindow() {
        once(ALICE, "old");
        now.addAndGet(Idempotency.WINDOW.toNanos());
        once(ALICE, "young");
        now.addAndGet(1);

        assertThat(idempotency.sweep()).isEqualTo(1);
        assertThat(idempotency.size()).isEqualTo(1);
        assertThat(counters.keysForgotten.sum()).isZero();
        once(ALICE, "young");
        assertThat(runs).hasValue(2);
    }

    @Test
    @DisplayName("F11 keys are bounded: beyond the bound the oldest are forgotten and counted")
    void forgetsTheOldestBeyondItsBound() {
        for (int i = 0; i < Idempotency.MAX_KEYS; i++) {
            now.addAndGet(1_000);
            once(ALICE, "k" + i);
        }
        assertThat(idempotency.size()).isEqualTo(Idempotency.MAX_KEYS);
        assertThat(counters.keysForgotten.sum()).isZero();

        now.addAndGet(1_000);
        once(ALICE, "one more");

        long forgotten = counters.keysForgotten.sum();
        assertThat(forgotten).isEqualTo(1);
        assertThat(idempotency.size()).isEqualTo(Idempotency.MAX_KEYS);
        int before = runs.get();
        once(ALICE, "one more");
        once(ALICE, "k1");
        assertThat(runs).as("the youngest are remembered").hasValue(before);
        once(ALICE, "k0");
        once(ALICE, "k1");
        assertThat(runs).as("the oldest are not").hasValue(before + 2);
    }

    @Test
    @DisplayName("S4: keys take no more than their share of the heap, with the longest keys and channels too")
    void forgetsTheOldestBeyondItsShareOfTheHeap() {
        long most = 96 * 1024;
        Idempotency small = new Idempotency(counters, now::get, most);
        HeapAccount account = new HeapAccount();
        small.enter(account);

        for (int i = 0; i < 1_000; i++) {
            now.addAndGet(1_000);
            small.once(ALICE, "k".repeat(120) + i, this::receipt);

            assertThat(account.used(HeapShare.IDEMPOTENCY_KEYS)).isLessThanOrEqualTo(most);
        }

        assertThat(small.size()).isBetween(50, 300);
        assertThat(counters.keysForgotten.sum()).isEqualTo(1_000 - small.size());
        now.addAndGet(Idempotency.WINDOW.toNanos() + 1);
        small.sweep();
        assertThat(account.used(HeapShare.IDEMPOTENCY_KEYS)).isZero();
    }

    private PublishReceipt once(Channel channel, String key) {
        return idempotency.once(channel, key, this::receipt);
    }

    private PublishReceipt receipt() {
        return new PublishReceipt(new StreamPosition("e", runs.incrementAndGet()), 0);
    }

    private PublishReceipt after(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return receipt();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
