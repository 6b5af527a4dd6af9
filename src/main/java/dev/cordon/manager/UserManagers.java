package dev.cordon.manager;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The managers of one user. Changed only inside the factory's atomic step for that user; read as a snapshot from anywhere.
 */
final class UserManagers {
    private volatile List<WebSocketManager> managers = List.of();

    OpenResult open(Connection connection, UserContext context, Limits limits) {
        Optional<WebSocketManager> existing = find(context.key());
        if (existing.isEmpty() && managers.size() >= limits.maxManagersPerUser()) {
            return new OpenResult.LimitReached(OpenResult.Limit.MANAGERS_PER_USER);
        }
        WebSocketManager manager = existing.orElseGet(() -> new WebSocketManager(context.key()));
        if (manager.connections().size() >= limits.maxConnectionsPerManager()) {
            return new OpenResult.LimitReached(OpenResult.Limit.CONNECTIONS_PER_MANAGER);
        }
        // Its context is set before it can be found closed: whoever closes it from now on releases it here.
        if (!connection.connected(context)) {
            return new OpenResult.Gone();
        }
        manager.add(connection);
        if (existing.isEmpty()) {
            managers = Stream.concat(managers.stream(), Stream.of(manager)).toList();
        }
        return new OpenResult.Opened(manager, existing.isEmpty());
    }

    /** The manager, when it was itself released with its last connection. */
    Optional<WebSocketManager> release(Connection connection, ManagerKey key) {
        Optional<WebSocketManager> manager = find(key);
        if (manager.isEmpty() || !manager.get().remove(connection)) {
            return Optional.empty();
        }
        managers = managers.stream().filter(other -> other != manager.get()).toList();
        return manager;
    }

    int deliver(Delivery delivery, Cork cork) {
        int handed = 0;
        List<WebSocketManager> snapshot = managers;
        for (int i = 0; i < snapshot.size(); i++) {
            handed += snapshot.get(i).deliver(delivery, cork);
        }
        return handed;
    }

    boolean isEmpty() {
        return managers.isEmpty();
    }

    List<WebSocketManager> snapshot() {
        return managers;
    }

    private Optional<WebSocketManager> find(ManagerKey key) {
        return managers.stream().filter(manager -> manager.key().equals(key)).findFirst();
    }
}
