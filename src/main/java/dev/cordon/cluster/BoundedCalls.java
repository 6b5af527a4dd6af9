package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls to a carrier that may wait for longer than its callers can, such as the data grid while a member is silent. They
 * run one at a time on a thread of their own, and a caller waits for {@link #PATIENCE} at most. Once a call was given up,
 * further ones fail at once until it has ended. Thread-safe.
 */
final class BoundedCalls {
    /** Longest wait of a caller. Below the time between two heartbeats, so that none is left out. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ThreadPoolExecutor thread;
    private volatile CompletableFuture<?> givenUp = CompletableFuture.completedFuture(null);

    /** @param name of the thread */
    BoundedCalls(String name) {
        this.thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * @param late gets the result of a call that was given up, on the calls' thread
     * @throws LogUnavailableException if the call has not ended in time, or fails with it
     */
    <T> T call(Supplier<T> call, Consumer<T> late) {
        if (!givenUp.isDone()) {
            throw new LogUnavailableException("an earlier call has not been answered");
        }
        CompletableFuture<T> result = CompletableFuture.supplyAsync(call, thread);
        try {
            return result.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            givenUp = result.handle((found, failure) -> {
                if (failure == null) {
                    late.accept(found);
                }
                return true;
            });
            throw new LogUnavailableException("no answer within " + PATIENCE.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for an answer");
        } catch (ExecutionException | CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** The same for a call without a result. */
    void run(Runnable call) {
        boolean unused = call(
                () -> {
                    call.run();
                    return true;
                },
                done -> {});
    }
}
