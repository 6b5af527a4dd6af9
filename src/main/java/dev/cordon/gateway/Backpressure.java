package dev.cordon.gateway;

import dev.cordon.protocol.Command;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The backpressure on a connection whose commands wait for the log's database: reading pauses while too many wait.
 * Commands are counted only while commands must wait, so that otherwise this costs nothing. Thread-safe.
 */
final class Backpressure {
    /** Bytes of payload, plus {@link #A_COMMAND} for each command, at which reading pauses. */
    static final long MOST = 256 * 1024;

    private static final long A_COMMAND = 512;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> paused = new AtomicReference<>();

    void add(Command command) {
        bytes.addAndGet(weight(command));
    }

    void remove(Command command) {
        if (bytes.get() > 0) {
            bytes.addAndGet(-weight(command));
        }
    }

    private static long weight(Command command) {
        if (command instanceof Command.Publish publish) {
            return A_COMMAND + publish.data().size();
        }
        return A_COMMAND + (command instanceof Command.Rpc rpc ? rpc.data().size() : 0);
    }

    private boolean full() {
        return bytes.get() >= MOST;
    }

    /** Whether reading must pause. If this returns true, {@code more} runs once there is room. */
    boolean pause(Runnable more) {
        if (!full()) {
            return false;
        }
        paused.set(more);
        // The commands may have been carried out before the task was set. The thread that takes the task out runs it.
        return full() || paused.getAndSet(null) == null;
    }

    /** Resumes reading if there is room again. Called after commands have been carried out. */
    void ease(boolean held) {
        if (paused.get() != null && (!held || !full())) {
            Runnable more = paused.getAndSet(null);
            if (more != null) {
                more.run();
            }
        }
    }
}
