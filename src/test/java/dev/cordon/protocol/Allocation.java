package dev.cordon.protocol;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much a piece of work leaves for the garbage collector. */
public final class Allocation {
    private static final int ROUNDS = 10_000;

    private Allocation() {}

    /** Bytes that one run of the work allocates on this thread: the mean of ten thousand, after three times as many to warm up. */
    public static long of(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 3; i++) {
            repeat(work);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        repeat(work);
        return (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }

    private static void repeat(Runnable work) {
        for (int i = 0; i < ROUNDS; i++) {
            work.run();
        }
    }
}
