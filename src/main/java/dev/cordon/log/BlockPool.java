package dev.cordon.log;

import java.util.ArrayDeque;

/**
 * A pool of heap blocks for large payloads. Without it, the collector would copy a flood of them, message by message,
 * to the old generation (ADR 0007). It holds no more blocks than were in use at one time. Thread-safe.
 *
 * <p>Not the same pool as the manager's {@code OffHeapFrames}: the log's own settings bound these blocks, and
 * {@link #trim} gives them back to the collector, which cannot be done with direct memory.
 */
class BlockPool {
    /** Bytes of a block; the last one of a payload is on average half empty. */
    static final int BLOCK = 8 * 1024;

    private final ArrayDeque<byte[]> idle = new ArrayDeque<>();

    /** Returns blocks for so many bytes, for the caller alone until it gives them back. They contain old bytes. */
    byte[][] take(int bytes) {
        byte[][] taken = new byte[(bytes + BLOCK - 1) / BLOCK][];
        synchronized (idle) {
            for (int i = 0; i < taken.length && !idle.isEmpty(); i++) {
                taken[i] = idle.removeLast();
            }
        }
        for (int i = 0; i < taken.length; i++) {
            taken[i] = taken[i] == null ? new byte[BLOCK] : taken[i];
        }
        return taken;
    }

    /** Takes blocks back. The caller must not touch them any more. */
    void give(byte[][] blocks) {
        synchronized (idle) {
            for (byte[] block : blocks) {
                idle.addLast(block);
            }
        }
    }

    /** Releases half of the idle blocks to the collector. */
    void trim() {
        synchronized (idle) {
            for (int surplus = (idle.size() + 1) / 2; surplus > 0; surplus--) {
                idle.removeLast();
            }
        }
    }

    int idle() {
        synchronized (idle) {
            return idle.size();
        }
    }
}
