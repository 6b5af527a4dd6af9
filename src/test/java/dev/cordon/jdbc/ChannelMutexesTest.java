package dev.cordon.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChannelMutexesTest {
    private static final Channel ALICE = Channel.parse("#alice");
    private static final Channel BOB = Channel.parse("#bob");

    private final ChannelMutexes mutexes = new ChannelMutexes(Duration.ofMillis(50));

    @Test
    void oneCallerAtATimeHasAChannel() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> mutexes.exclusively(ALICE, () -> {
            entered.countDown();
            awaited(end);
            return "first";
        }));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> mutexes.exclusively(ALICE, () -> "second"))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessage(SqlFailure.HELD_CHANNEL);
        assertThat(mutexes.exclusively(BOB, () -> "other")).isEqualTo("other");
        assertThat(mutexes.size()).isEqualTo(1);

        end.countDown();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(mutexes.exclusively(ALICE, () -> "again")).isEqualTo("again");
        assertThat(mutexes.size()).isZero();
    }

    @Test
    void aChannelIsFreeAfterAFault() {
        IllegalStateException fault = new IllegalStateException("fault");
        assertThatThrownBy(() -> mutexes.exclusively(
                        ALICE,
                        () -> mutexes.exclusively(BOB, () -> {
                            throw fault;
                        })))
                .isSameAs(fault);

        assertThat(mutexes.size()).isZero();
        assertThat(mutexes.exclusively(ALICE, () -> "next")).isEqualTo("next");
    }

    @Test
    void aCallerThatWaitsKeepsTheMutex() throws Exception {
        ChannelMutexes patient = new ChannelMutexes(Duration.ofSeconds(20));
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> patient.exclusively(ALICE, () -> {
            entered.countDown();
            awaited(end);
            return "first";
        }));
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<String> second =
                CompletableFuture.supplyAsync(() -> patient.exclusively(ALICE, () -> "second"));

        end.countDown();

        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(patient.size()).isZero();
    }

    @Test
    void anInterruptedCallerStaysInterruptedAndLeavesNothing() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> mutexes.exclusively(ALICE, () -> "never"))
                    .isInstanceOf(LogUnavailableException.class)
                    .hasMessage("interrupted while waiting for the log");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(mutexes.size()).isZero();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
