package dev.cordon.hook;

import dev.cordon.heap.OutOfMemory;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The threads that are in the application: one for each place at most, so that no task waits for a thread for long. And
 * one thread for deadlines, which never blocks. Threads end after half a minute without work. Thread-safe.
 */
final class HookThreads implements Executor {
    private static final long IDLE_SECONDS = 30;
    private static final System.Logger LOG = System.getLogger(HookThreads.class.getName());

    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;

    private final int most;

    /** Each runs a task in what the server has around the application, one task at a time. Empty: without. */
    private final Queue<Executor> contexts = new ConcurrentLinkedQueue<>();

    /** @param most threads that are in the application at a time */
    HookThreads(int most) {
        this.most = most;
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

    /**
     * @param of the server: gives one that runs a task at once, with the application's names, class loader and
     *     transactions. Asked for one for each thread, because what is around a task belongs to its thread
     */
    void runIn(Supplier<Executor> of) {
        for (int i = 0; i < most; i++) {
            contexts.add(of.get());
        }
    }

    /** @throws java.util.concurrent.RejectedExecutionException after {@link #close} */
    @Override
    public void execute(Runnable task) {
        Runnable whole = OutOfMemory.endsAfter(task);
        threads.execute(() -> {
            Executor context = contexts.poll();
            if (context == null) {
                whole.run();
                return;
            }
            try {
                within(context, whole);
            } finally {
                contexts.add(context);
            }
        });
    }

    /** A task that the server does not let in runs without: it holds a place. */
    private static void within(Executor context, Runnable task) {
        AtomicBoolean entered = new AtomicBoolean();
        try {
            context.execute(() -> {
                entered.set(true);
                task.run();
            });
        } catch (RuntimeException e) {
            if (entered.get()) {
                throw e;
            }
            LOG.log(Level.DEBUG, "The server does not run a hook within the application", e);
            task.run();
        }
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
