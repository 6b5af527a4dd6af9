package dev.cordon.log;

import dev.cordon.heap.OutOfMemory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool of threads on which commands and requests wait for something outside of the process, such as a database or a server with keys, so
 * that no thread of the application server does (ADR 0018). Bounded to {@link #THREADS} and {@link #MAX_WAITING} tasks behind them. The
 * threads end when they have been idle for half a minute. Thread-safe.
 */
public final class PatientThreads implements Executor, AutoCloseable {
    /** Threads at most. They sleep nearly all of the time. */
    static final int THREADS = 64;

    /** Tasks that wait for a thread at most. */
    static final int MAX_WAITING = 4_000;

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final ThreadPoolExecutor threads;

    /** @param name of the threads */
    public PatientThreads(String name) {
        this(name, IDLE);
    }

    /** @param idle after which a thread ends */
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

    /** @throws java.util.concurrent.RejectedExecutionException when too much waits, or after {@link #close} */
    @Override
    public void execute(Runnable task) {
        threads.execute(OutOfMemory.endsAfter(task));
    }

    /** Interrupts what waits. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
