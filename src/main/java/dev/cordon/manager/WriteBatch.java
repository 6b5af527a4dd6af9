package dev.cordon.manager;

import java.util.ArrayList;
import java.util.List;

/**
 * The connections whose queues one batch of work has filled. The queue of each is written once, when the batch is
 * closed. Confined to the thread of the batch. {@link #close} must follow, or the frames wait for the next drain.
 */
public final class WriteBatch implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>(4);

    void add(Connection connection) {
        if (connections.size() > 16 || !connections.contains(connection)) {
            connections.add(connection);
        }
    }

    /** Writes the queues of the connections. The batch can be used again. */
    @Override
    public void close() {
        for (int i = 0; i < connections.size(); i++) {
            connections.get(i).drain();
        }
        connections.clear();
    }
}
