package dev.cordon.manager;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The common bound on the queues of all stalled readers of a node, and the memory for their large frames. A reader is
 * stalled while its transport has not taken a write. At the bound, the queue that asks rejects the frame, and its
 * connection ends as slow. Thread-safe.
 */
final class StalledQueues {
    private final AtomicLong bytes = new AtomicLong();
    private final OffHeapFrames offHeap = new OffHeapFrames();

    /** Whether {@code added} bytes more would exceed {@link Limits#queueTotalMaxBytes}. */
    boolean rejects(int added, Limits limits) {
        return bytes.get() + added > limits.queueTotalMaxBytes();
    }

    /** Adds the bytes of a frame that waits for a stalled reader. */
    void add(int size) {
        bytes.addAndGet(size);
    }

    /** Subtracts the bytes of a frame that was added and waits no longer. */
    void remove(int size) {
        bytes.addAndGet(-size);
    }

    /** Bytes that wait for stalled readers, on all connections. */
    long bytes() {
        return bytes.get();
    }

    /** The memory for large frames. A connection reaches only the frames that it has stored itself. */
    OffHeapFrames offHeap() {
        return offHeap;
    }
}
