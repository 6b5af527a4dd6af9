package dev.cordon.websocket;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of arrays, in which a long message is joined from several reads. A new array each time would be half of the
 * garbage of a long message, and in none of the processor's caches. An array is made as long as a message needs, and
 * pooled afterwards. So a client that announces much and sends little takes no more memory than without the pool. An
 * array contains bytes of an earlier message: read only what you have written yourself. Lock-free.
 *
 * <p>Separate from the other pools: the decoder needs one array in one piece, of the message's length; other pools give
 * fixed sizes.
 */
final class MessageArrays {
    /** Shortest pooled array in bytes: pooling a shorter one does not pay. */
    static final int SHORTEST = 8 * 1024;

    /** Longest pooled array in bytes. */
    static final int LONGEST = 128 * 1024;

    /** Most idle arrays in the pool; more may be in use at a time. */
    static final int SLOTS = 16;

    private final AtomicReferenceArray<byte @Nullable []> idle = new AtomicReferenceArray<>(SLOTS);

    /** Returns an array of at least this length in bytes. It belongs to the caller until {@link #give}. */
    byte[] take(int atLeast) {
        if (atLeast >= SHORTEST && atLeast <= LONGEST) {
            for (int i = 0; i < SLOTS; i++) {
                byte[] kept = idle.get(i);
                if (kept != null && kept.length >= atLeast && idle.compareAndSet(i, kept, null)) {
                    return kept;
                }
            }
        }
        return new byte[atLeast];
    }

    /**
     * Returns an array to the pool, if a slot is empty or has a shorter array. The caller must not touch the array
     * afterwards.
     */
    void give(byte[] used) {
        if (used.length < SHORTEST || used.length > LONGEST) {
            return;
        }
        for (int i = 0; i < SLOTS; i++) {
            byte[] kept = idle.get(i);
            if ((kept == null || kept.length < used.length) && idle.compareAndSet(i, kept, used)) {
                return;
            }
        }
    }
}
