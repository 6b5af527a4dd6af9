package dev.cordon.client;

import java.util.concurrent.TimeUnit;

/** Bounds what waits for an answer: commands, and their bytes. Thread-safe. */
final class Room {
    private final int maxCalls;
    private final long maxBytes;
    private int calls;
    private long bytes;
    private int waiting;

    Room(int maxCalls, long maxBytes) {
        this.maxCalls = maxCalls;
        this.maxBytes = maxBytes;
    }

    /** Returns false if there is no room now. A command that is larger than all room has room alone. */
    synchronized boolean tryTake(int size) {
        if (calls >= maxCalls || (calls > 0 && bytes + size > maxBytes)) {
            return false;
        }
        calls++;
        bytes += size;
        return true;
    }

    /**
     * Waits for room.
     *
     * @param deadline in the time of {@link System#nanoTime}
     * @return false if there was none until the deadline
     */
    synchronized boolean take(int size, long deadline) throws InterruptedException {
        while (!tryTake(size)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            waiting++;
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } finally {
                waiting--;
            }
        }
        return true;
    }

    synchronized void release(int count, long size) {
        calls -= count;
        bytes -= size;
        if (waiting > 0) {
            notifyAll();
        }
    }

    /** Number of commands that have no answer yet. */
    synchronized int taken() {
        return calls;
    }

    @Override
    public synchronized String toString() {
        return calls + " of " + maxCalls + " commands with " + bytes + " of " + maxBytes + " bytes";
    }
}
