package dev.cordon.manager;

import dev.cordon.log.UserLog;
import java.util.List;
import java.util.Optional;

/**
 * Serves one session of one user: holds its connections and nothing of anyone else. Made and released by
 * {@link WebSocketManagerFactory}; lives as long as it has a connection.
 *
 * <p>Thread-safe: connections are a list replaced as a whole, under the factory's per-user atomicity; delivery reads a snapshot.
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

    /** True when this was its last connection. */
    boolean remove(Connection connection) {
        connections = CopyOnWriteLists.without(connections, connection);
        return connections.isEmpty();
    }

    /** Delivers a publication to each connection that is subscribed to its channel. Returns how many get it. */
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
