package dev.cordon.hook;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of one call, and the thread that is in the adapter meanwhile: it is interrupted when the time is over, and
 * only then. Thread-safe.
 */
final class CallTime implements CallDeadline {
    private final long end;
    private final LongSupplier nanos;
    private boolean over;
    private boolean ended;
    private @Nullable Thread inside;
    private @Nullable Runnable whenOver;

    CallTime(Duration deadline, LongSupplier nanos) {
        this.nanos = nanos;
        this.end = nanos.getAsLong() + deadline.toNanos();
    }

    @Override
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
    }

    @Override
    public void onOver(Runnable task) {
        synchronized (this) {
            if (!over) {
                whenOver = task;
                return;
            }
        }
        task.run();
    }

    /** Calls the adapter on this thread. Whatever the application throws, declared or not, ends the call. */
    <T> CompletableFuture<T> within(Supplier<? extends CompletionStage<T>> call) {
        enter();
        try {
            return call.get().toCompletableFuture();
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Exception | Error e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            leave();
        }
    }

    /** The calling thread enters the adapter. */
    synchronized void enter() {
        inside = Thread.currentThread();
    }

    /** The calling thread has come back; it takes no interrupt along. */
    void leave() {
        synchronized (this) {
            inside = null;
        }
        boolean unused = Thread.interrupted();
    }

    /** The call has ended. Returns whether its time was over before. */
    synchronized boolean ended() {
        ended = true;
        return over;
    }

    /** The time is over. Returns false if the call has ended. */
    boolean over() {
        Runnable task;
        synchronized (this) {
            if (ended) {
                return false;
            }
            over = true;
            task = whenOver;
            whenOver = null;
            if (inside != null) {
                inside.interrupt();
            }
        }
        if (task != null) {
            task.run();
        }
        return true;
    }
}
