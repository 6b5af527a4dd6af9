package dev.cordon.websocket;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A pool of direct buffers, in which outgoing frames are assembled and into which sockets are read. Direct, or the channel would copy
 * once more. Not thread-local, because the server empties its threads' locals after each request. Lock-free.
 *
 * <p>A pool of its own: a buffer is one piece that a channel can write, is held for one write, and is taken several times a message.
 * The blocks of {@code OffHeapFrames} are held for seconds, under a lock and a bound.
 */
public final class DirectBuffers {
    /** Room for a joined frame of 64 KiB and its header. */
    public static final int CAPACITY = 65 * 1024;

    /** Buffers kept; more may be in use at a time. */
    private static final int SLOTS = 16;

    private final AtomicReferenceArray<ByteBuffer> idle = new AtomicReferenceArray<>(SLOTS);

    /** An empty buffer, for the caller alone until it gives it back. */
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

    /** Takes one back; the caller must not touch it afterwards. Beyond {@link #SLOTS} it is garbage. */
    public void give(ByteBuffer used) {
        int first = place();
        for (int i = 0; i < SLOTS; i++) {
            if (idle.compareAndSet((first + i) % SLOTS, null, used)) {
                return;
            }
        }
    }

    /** Where this thread looks first: mostly it finds what it gave back last. */
    private static int place() {
        return (int) (Thread.currentThread().getId() % SLOTS);
    }
}
