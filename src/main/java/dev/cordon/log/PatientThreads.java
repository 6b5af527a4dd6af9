package dev.cordon.log;

import dev.cordon.heap.OutOfMemory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread pool on which commands and requests wait for something outside the process, such as a database or a key
 * server. So no thread of the application server waits (ADR 0018). Bounded to {@link #THREADS} threads and
 * {@link #MAX_WAITING} tasks behind them. A thread ends after half a minute without work. Thread-safe.
 */
public final class PatientThreads implements Executor, AutoCloseable {
    /** Maximum of threads. They sleep nearly all of the time. */
    static final int THREADS = 64;

    /** Maximum of tasks that wait for a thread. */
    static final int MAX_WAITING = 4_000;

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final ThreadPoolExecutor threads;

    /** @param name name of the threads */
    public PatientThreads(String name) {
        this(name, IDLE);
    }

    /** @param idle time without work after which a thread ends */
    PatientThreads(String name, Duration idle) {
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                idle.toNanos(),
                TimeUnit.NANOSECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * @throws java.util.concurrent.RejectedExecutionException when {@link #MAX_WAITING} tasks wait, or after
     *     {@link #finish} or {@link #close}
     */
    @Override
    public void execute(Runnable task) {
        threads.execute(OutOfMemory.endsAfter(task));
    }

    /** Takes no more tasks. Those that it has are still run. Does not wait. */
    public void finish() {
        threads.shutdown();
    }

    /** Interrupts the running tasks, and discards those that wait. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
