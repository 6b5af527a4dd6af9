package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
    void finishingLetsTasksRunToTheirEndAndRejectsNewOnes() {
        PatientThreads threads = new PatientThreads("waits");
        CountDownLatch finished = new CountDownLatch(1);
        List<CompletableFuture<Boolean>> ran = new ArrayList<>();
        // One more than threads: it waits.
        for (int i = 0; i <= PatientThreads.THREADS; i++) {
            CompletableFuture<Boolean> one = new CompletableFuture<>();
            ran.add(one);
            threads.execute(() -> {
                try {
                    one.complete(finished.await(10, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    one.complete(false);
                }
            });
        }

        threads.finish();
        finished.countDown();

        ran.forEach(
                one -> assertThat(one.orTimeout(10, TimeUnit.SECONDS).join()).isTrue());
        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
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

        assertThat(interrupted.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
