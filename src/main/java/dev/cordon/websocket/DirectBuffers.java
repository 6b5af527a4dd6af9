package dev.cordon.websocket;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A pool of direct buffers, in which outgoing frames are assembled and into which sockets are read. The channel would
 * copy any other buffer once more. Not thread-local, because the server clears its threads' locals after each request.
 * Lock-free.
 *
 * <p>Separate from the other pools: a buffer is one piece that a channel can write, is held for one write, and is taken
 * several times a message. The blocks of {@code OffHeapFrames} are held for seconds, under a lock and a bound.
 */
public final class DirectBuffers {
    /** Size of a buffer in bytes: room for a joined frame of 64 KiB and its header. */
    public static final int CAPACITY = 65 * 1024;

    /** Most idle buffers in the pool; more may be in use at a time. */
    private static final int SLOTS = 16;

    private final AtomicReferenceArray<ByteBuffer> idle = new AtomicReferenceArray<>(SLOTS);

    /** Returns an empty buffer, which belongs to the caller until {@link #give}. */
    public ByteBuffer take() {
        int first = place();
        for (int i = 0; i < SLOTS; i++) {
            ByteBuffer kept = idle.getAndSet((first + i) % SLOTS, null);
            if (kept != null) {
                return kept.clear();
            }
        }
        return ByteBuffer.allocateDirect(CAPACITY);
    }

    /**
     * Returns a buffer to the pool; the caller must not touch it afterwards. If {@link #SLOTS} buffers are idle, this
     * one becomes garbage.
     */
    public void give(ByteBuffer used) {
        int first = place();
        for (int i = 0; i < SLOTS; i++) {
            if (idle.compareAndSet((first + i) % SLOTS, null, used)) {
                return;
            }
        }
    }

    /** The slot where this thread looks first: mostly it finds the buffer that it gave back last. */
    private static int place() {
        return (int) (Thread.currentThread().getId() % SLOTS);
    }
}
