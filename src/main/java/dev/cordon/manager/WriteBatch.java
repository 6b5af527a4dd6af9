package dev.cordon.manager;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections whose queues one batch of work has filled. The queue of each is written once, when the batch is
 * closed or has {@link #MAX_CONNECTIONS}. Confined to the thread of the batch. {@link #close} must follow, or the
 * frames wait for the next drain.
 */
public final class WriteBatch implements AutoCloseable {
    /**
     * Maximum of connections. Few enough that the processor still has their queues in its first cache when they are
     * written, and that the first publication does not wait long for the last (ADR 0012).
     */
    static final int MAX_CONNECTIONS = 32;

    private static final System.Logger LOG = System.getLogger(WriteBatch.class.getName());

    private final List<Connection> connections = new ArrayList<>(4);

    void add(Connection connection) {
        if (connections.contains(connection)) {
            return;
        }
        connections.add(connection);
        if (connections.size() >= MAX_CONNECTIONS) {
            close();
        }
    }

    /** Writes the queues of the connections, each whatever becomes of the others. The batch can be used again. */
    @Override
    public void close() {
        for (int i = 0; i < connections.size(); i++) {
            try {
                connections.get(i).drain();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "The queue of a connection could not be written", e);
            }
        }
        connections.clear();
    }
}
