package dev.cordon.log;

import java.util.ArrayDeque;

/**
 * Blocks of heap for large payloads, used again and again: a flood of them would otherwise be copied by the collector, message by
 * message, to where it keeps what lives long. Blocks in use and idle ones together are never more than were in use at one time. Thread-safe.
 */
class BlockPool {
    /** Bytes of a block; the last one of a payload is on average half empty. */
    static final int BLOCK = 8 * 1024;

    private final ArrayDeque<byte[]> idle = new ArrayDeque<>();

    /** Blocks that hold so many bytes together, for the caller alone until it gives them back. What is in them is left from another use. */
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

    /** Takes blocks back, which the caller must not touch any more. */
    void give(byte[][] blocks) {
        synchronized (idle) {
            for (byte[] block : blocks) {
                idle.addLast(block);
            }
        }
    }

    /** Lets the collector have half of what is idle. */
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
