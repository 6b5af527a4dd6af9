package dev.cordon.hook;

import dev.cordon.heap.OutOfMemory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that are in the application: one for each place at most, so that no task waits for a thread for long. And
 * one thread for deadlines, which never blocks. Threads end after half a minute without work. Thread-safe.
 */
final class HookThreads implements Executor {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;

    /** Runs each task in what the server has around the application. */
    private volatile Executor context = Runnable::run;

    /** @param most threads that are in the application at a time */
    HookThreads(int most) {
        threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> named(new Thread(task), "cordon-hook"));
        threads.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, task -> named(new Thread(task), "cordon-hook-deadlines"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    private static Thread named(Thread thread, String name) {
        thread.setName(name);
        thread.setDaemon(true);
        return thread;
    }

    /** @param of the server: runs a task at once, with the application's names, class loader and transactions */
    void runIn(Executor of) {
        context = of;
    }

    /** @throws java.util.concurrent.RejectedExecutionException after {@link #close} */
    @Override
    public void execute(Runnable task) {
        Runnable whole = OutOfMemory.endsAfter(task);
        threads.execute(() -> context.execute(whole));
    }

    /**
     * Runs a task later on the thread for deadlines. The task must not block.
     *
     * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
     */
    Future<?> later(Duration delay, Runnable task) {
        return timer.schedule(OutOfMemory.endsAfter(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Interrupts what is under way. */
    void close() {
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
