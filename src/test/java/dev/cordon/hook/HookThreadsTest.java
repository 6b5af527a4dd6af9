package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.upkeep.LogLines;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HookThreadsTest {
    private final HookThreads threads = new HookThreads(3);
    private final AtomicInteger ran = new AtomicInteger();

    @AfterEach
    void close() {
        threads.close();
    }

    @Test
    void itsThreadsKeepNoProcessAlive() {
        CompletableFuture<Boolean> daemon = new CompletableFuture<>();

        threads.execute(() -> daemon.complete(Thread.currentThread().isDaemon()));

        assertThat(daemon.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
    }

    @Test
    void asksTheServerForOneContextForEachThread() {
        threads.runIn(() -> {
            ran.incrementAndGet();
            return Runnable::run;
        });

        assertThat(ran).hasValue(3);
    }

    @Test
    void aTaskThatTheServerDoesNotLetInRunsWithout() {
        threads.runIn(() -> task -> {
            throw new IllegalStateException("the application ends");
        });
        CompletableFuture<Boolean> done = new CompletableFuture<>();

        var lines = LogLines.withDetails(HookThreads.class, () -> {
            threads.execute(() -> done.complete(true));
            done.orTimeout(10, TimeUnit.SECONDS).join();
        });

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("the application ends"));
    }

    @Test
    void aTaskThatFailsWithinTheServerRunsOnce() {
        threads.runIn(() -> Runnable::run);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();

        threads.execute(() -> {
            ran.incrementAndGet();
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> failure.complete(thrown));
            throw new IllegalStateException("broken");
        });

        assertThat(failure.orTimeout(10, TimeUnit.SECONDS).join()).hasMessage("broken");
        assertThat(ran).hasValue(1);
    }
}
