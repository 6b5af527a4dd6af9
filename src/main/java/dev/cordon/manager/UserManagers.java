package dev.cordon.manager;

import dev.cordon.log.UserLog;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The managers of one user. Changed only inside the factory's atomic step for that user; any thread reads a snapshot.
 */
final class UserManagers {
    private volatile List<WebSocketManager> managers = List.of();

    OpenResult open(Connection connection, UserContext context, Limits limits) {
        WebSocketManager existing = find(context.key());
        if (existing == null && managers.size() >= limits.maxManagersPerUser()) {
            return new OpenResult.LimitReached(OpenResult.Limit.MANAGERS_PER_USER);
        }
        WebSocketManager manager = existing == null ? new WebSocketManager(context.key()) : existing;
        if (manager.connections().size() >= limits.maxConnectionsPerManager()) {
            return new OpenResult.LimitReached(OpenResult.Limit.CONNECTIONS_PER_MANAGER);
        }
        // Sets the context first: a thread that closes the connection from now on also releases it here.
        if (!connection.connect(context)) {
            return new OpenResult.Gone();
        }
        manager.add(connection);
        if (existing == null) {
            managers = CopyOnWriteLists.with(managers, manager);
        }
        return new OpenResult.Opened(manager, existing == null);
    }

    /** Releases a connection. Returns the manager if it was released too, with its last connection. */
    Optional<WebSocketManager> release(Connection connection, ManagerKey key) {
        WebSocketManager manager = find(key);
        if (manager == null || !manager.remove(connection)) {
            return Optional.empty();
        }
        managers = CopyOnWriteLists.without(managers, manager);
        return Optional.of(manager);
    }

    int deliver(Delivery delivery, UserLog log, WriteBatch writes) {
        int handed = 0;
        List<WebSocketManager> snapshot = managers;
        for (int i = 0; i < snapshot.size(); i++) {
            handed += snapshot.get(i).deliver(delivery, log, writes);
        }
        return handed;
    }

    boolean isEmpty() {
        return managers.isEmpty();
    }

    List<WebSocketManager> snapshot() {
        return managers;
    }

    @Nullable
    WebSocketManager find(ManagerKey key) {
        List<WebSocketManager> snapshot = managers;
        for (int i = 0; i < snapshot.size(); i++) {
            if (snapshot.get(i).key().equals(key)) {
                return snapshot.get(i);
            }
        }
        return null;
    }
}
