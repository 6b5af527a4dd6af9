package dev.cordon.console;

import dev.cordon.manager.Connection;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.UserId;
import java.util.Map;

/** One user's state for the console: sessions on this node, their connections, and closed connections. Thread-safe. */
final class UserView {
    private final WebSocketManagerFactory factory;
    private final ClosedConnections closes;

    UserView(WebSocketManagerFactory factory, ClosedConnections closes) {
        this.factory = factory;
        this.closes = closes;
    }

    Map<String, Object> read(UserId user) {
        return Map.of(
                "user", user.value(),
                "managers",
                        factory.managersOf(user).stream().map(UserView::manager).toList(),
                "closes", closes.of(user).stream().map(UserView::close).toList());
    }

    private static Map<String, Object> manager(WebSocketManager manager) {
        return Map.of(
                "session", manager.key().session().value(),
                "connections",
                        manager.connections().stream().map(UserView::connection).toList());
    }

    private static Map<String, Object> connection(Connection connection) {
        return Map.of(
                "id", connection.id().value(),
                "state", connection.state().name(),
                "address", connection.remoteAddress(),
                "age_seconds", connection.liveness().age() / 1e9,
                "silence_seconds", connection.liveness().silence() / 1e9,
                "sent_bytes", connection.sentBytes(),
                "waiting_messages", connection.queuedMessages(),
                "waiting_bytes", connection.queuedBytes());
    }

    static Map<String, Object> close(ClosedConnection close) {
        return Map.of(
                "at", close.at().toEpochMilli(),
                "user", close.user().value(),
                "session", close.session().value(),
                "connection", close.connection().value(),
                "code", close.disconnect().code(),
                "reason", close.disconnect().reason(),
                "final", close.disconnect().isFinal(),
                "waiting_messages", close.waiting(),
                "lived_seconds", close.lived().toNanos() / 1e9);
    }
}
