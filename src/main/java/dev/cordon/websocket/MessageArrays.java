package dev.cordon.websocket;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where long messages that come in several reads are joined, one after the other: a new array each would be half the garbage of a long
 * message, and none of it in the processor's caches. Made as long as is needed, and only then kept, so that who announces much and sends
 * little takes no more than without. What was in one before is still there: who takes one looks at nothing but what it wrote itself.
 * Lock-free.
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
