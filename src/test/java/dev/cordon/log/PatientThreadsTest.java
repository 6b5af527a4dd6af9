package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PatientThreadsTest {
    @Test
    void runsTasksOnNamedDaemonThreads() throws InterruptedException {
        try (PatientThreads threads = new PatientThreads("waits")) {
            CompletableFuture<Thread> ran = new CompletableFuture<>();
            Thread asks = new Thread(() -> threads.execute(() -> ran.complete(Thread.currentThread())));
            asks.setDaemon(false);
            asks.start();
            asks.join();

            assertThat(ran.join()).isNotSameAs(asks);
            assertThat(ran.join().getName()).isEqualTo("waits");
            assertThat(ran.join().isDaemon()).isTrue();
        }
    }

    @Test
    void endsAnIdleThread() {
        try (PatientThreads threads = new PatientThreads("waits", Duration.ofMillis(1))) {
            Thread ran = CompletableFuture.supplyAsync(Thread::currentThread, threads)
                    .join();

            Awaitility.await().until(() -> !ran.isAlive());
        }
    }

    @Test
    void closingInterruptsRunningTasksAndRejectsNewOnes() {
        PatientThreads threads = new PatientThreads("waits");
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        threads.execute(() -> {
            waiting.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        Awaitility.await().until(() -> waiting.getCount() == 0);

        threads.close();

        assertThat(interrupted
                        .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                        .join())
                .isTrue();
        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
