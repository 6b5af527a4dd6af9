package dev.cordon.websocket;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of arrays, in which a long message is joined that comes in several reads. A new array each time would be half of the garbage
 * of a long message, and in none of the processor's caches. An array is made as long as a message needs, and kept afterwards. So a
 * client that announces much and sends little takes no more memory than without the pool. An array contains bytes of an earlier
 * message: read only what you have written yourself. Lock-free.
 *
 * <p>A pool of its own: the decoder needs one array in one piece, of the message's length, where other pools give fixed sizes.
 */
final class MessageArrays {
    /** Shorter ones are not worth it. */
    static final int SHORTEST = 8 * 1024;

    /** Longer ones are not kept. */
    static final int LONGEST = 128 * 1024;

    /** Arrays kept; more may be in use at a time. */
    static final int SLOTS = 16;

    private final AtomicReferenceArray<byte @Nullable []> idle = new AtomicReferenceArray<>(SLOTS);

    /** An array for the caller alone, until it gives it back. */
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

    /** Takes one back, where there is a place or a shorter one's; the caller must not touch it afterwards. */
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
