package dev.cordon.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/** Threads that start at one moment. */
final class Racing implements AutoCloseable {
    private final ExecutorService pool;
    private final int threads;

    Racing(int threads) {
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    /** Runs the work once on every thread; returns nanoseconds from the start to the last end. A failed one fails the run. */
    long run(IntConsumer work) {
        AtomicLong from = new AtomicLong();
        // Read by whoever comes last, before anybody runs: this thread may wake up when all is over.
        CyclicBarrier start = new CyclicBarrier(threads + 1, () -> from.set(System.nanoTime()));
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            all.add(pool.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                work.accept(number);
                return null;
            }));
        }
        try {
            start.await(30, TimeUnit.SECONDS);
            for (Future<?> each : all) {
                each.get(120, TimeUnit.SECONDS);
            }
            return System.nanoTime() - from.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while racing", e);
        } catch (ExecutionException
                | java.util.concurrent.TimeoutException
                | java.util.concurrent.BrokenBarrierException e) {
            throw new IllegalStateException("a racing thread failed", e);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
