package dev.cordon.gateway;

import dev.cordon.protocol.Command;
import org.jspecify.annotations.Nullable;

/**
 * The backpressure on a connection whose commands wait for the log's database: reading pauses while too many wait.
 * Commands are counted only while commands must wait, so that otherwise this costs nothing. Thread-safe.
 */
final class Backpressure {
    /** Bytes of payload, plus {@link #A_COMMAND} for each command, at which reading pauses. */
    static final long MOST = 256 * 1024;

    private static final long A_COMMAND = 512;

    /** Bytes that wait. Written under this object's lock. */
    private volatile long bytes;

    /** Resumes reading; null while reading goes on. Written under this object's lock. */
    private volatile @Nullable Runnable paused;

    synchronized void add(Command command) {
        bytes += weight(command);
    }

    void remove(Command command) {
        if (bytes > 0) {
            subtract(weight(command));
        }
    }

    private synchronized void subtract(long weight) {
        bytes -= weight;
    }

    private static long weight(Command command) {
        if (command instanceof Command.Publish publish) {
            return A_COMMAND + publish.data().size();
        }
        return A_COMMAND + (command instanceof Command.Rpc rpc ? rpc.data().size() : 0);
    }

    private boolean full() {
        return bytes >= MOST;
    }

    /** Whether reading must pause. If this returns true, {@code more} runs once there is room. */
    boolean pause(Runnable more) {
        return full() && pauseIfFull(more);
    }

    private synchronized boolean pauseIfFull(Runnable more) {
        if (!full()) {
            return false;
        }
        paused = more;
        return true;
    }

    /** Resumes reading if there is room again. Called after commands have been carried out. */
    void ease(boolean held) {
        if (paused != null && (!held || !full())) {
            Runnable more = takePaused();
            if (more != null) {
                more.run();
            }
        }
    }

    private synchronized @Nullable Runnable takePaused() {
        Runnable more = paused;
        paused = null;
        return more;
    }
}
