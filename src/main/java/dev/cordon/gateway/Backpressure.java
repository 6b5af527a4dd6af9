package dev.cordon.gateway;

import dev.cordon.protocol.Command;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Holds back the reading of a connection whose commands wait for the log's database. Counts nothing, and so costs nothing, while the log does
 * not wait. Thread-safe.
 */
final class Backpressure {
    /** Bytes of payload, and {@link #A_COMMAND} for each command, from where on a connection is not read. */
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

    /** Whether reading must stop; then {@code more} runs once there is room. */
    boolean pause(Runnable more) {
        if (!full()) {
            return false;
        }
        paused.set(more);
        // What was full may have been emptied before that: whoever takes the task out runs it.
        return full() || paused.getAndSet(null) == null;
    }

    /** Some have been carried out. */
    void ease(boolean held) {
        if (paused.get() != null && (!held || !full())) {
            Runnable more = paused.getAndSet(null);
            if (more != null) {
                more.run();
            }
        }
    }
}
