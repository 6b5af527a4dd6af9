package dev.cordon.manager;

import dev.cordon.log.UserLog;
import java.util.List;
import java.util.Optional;

/**
 * The manager of one session of one user. It holds that session's connections and nothing of any other. Made and
 * released by {@link WebSocketManagerFactory}; lives as long as it has a connection.
 *
 * <p>Thread-safe: the list of connections is replaced as a whole, in the factory's atomic step for the user. Delivery
 * reads a snapshot.
 */
public final class WebSocketManager {
    private final ManagerKey key;
    private volatile List<Connection> connections = List.of();

    WebSocketManager(ManagerKey key) {
        this.key = key;
    }

    public ManagerKey key() {
        return key;
    }

    /** Snapshot, oldest first. */
    public List<Connection> connections() {
        return connections;
    }

    public Optional<Connection> oldest() {
        return connections.stream().findFirst();
    }

    /** Nanoseconds since the last sign of life of any of its connections. */
    public long silence() {
        return connections.stream()
                .mapToLong(connection -> connection.liveness().silence())
                .min()
                .orElse(0);
    }

    void add(Connection connection) {
        connections = CopyOnWriteLists.with(connections, connection);
    }

    /** Removes a connection. Returns true when it was the last one. */
    boolean remove(Connection connection) {
        connections = CopyOnWriteLists.without(connections, connection);
        return connections.isEmpty();
    }

    /** Delivers a publication to each connection subscribed to its channel. Returns how many get it. */
    int deliver(Delivery delivery, UserLog log, WriteBatch writes) {
        int handed = 0;
        List<Connection> snapshot = connections;
        for (int i = 0; i < snapshot.size(); i++) {
            if (snapshot.get(i).deliver(delivery, log, writes)) {
                handed++;
            }
        }
        return handed;
    }
}
