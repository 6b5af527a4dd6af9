package dev.cordon.manager;

import java.util.ArrayList;
import java.util.List;

/**
 * Gathers the connections that a batch of work gave something to, and lets each write once when the batch is done. Confined to
 * the thread that runs the batch; {@link #close} must follow, or what was offered waits for the next drain.
 */
public final class Cork implements AutoCloseable {
    private final List<Connection> corked = new ArrayList<>(4);

    void add(Connection connection) {
        if (corked.size() > 16 || !corked.contains(connection)) {
            corked.add(connection);
        }
    }

    /** Writes what was gathered. The cork can be used again. */
    @Override
    public void close() {
        for (int i = 0; i < corked.size(); i++) {
            corked.get(i).drain();
        }
        corked.clear();
    }
}
