package dev.cordon.console;

import dev.cordon.manager.Connection;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.protocol.UserId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The users who take most of the node: by bytes sent and by bytes that wait. Connections that follow the console are left out, because an
 * operator who looks would lead the list.
 */
final class TopUsers {
    static final int SHOWN = 10;

    private final Map<UserId, Share> shares = new HashMap<>();

    /** Confined to the thread that counts. */
    private static final class Share {
        private int managers;
        private int connections;
        private long sentBytes;
        private long waitingMessages;
        private long waitingBytes;
    }

    TopUsers(WebSocketManagerFactory factory) {
        for (WebSocketManager manager : factory.managers()) {
            List<Connection> connections = manager.connections().stream()
                    .filter(connection -> !ConsoleFeed.isFed(connection))
                    .toList();
            if (connections.isEmpty()) {
                continue;
            }
            Share share = shares.computeIfAbsent(manager.key().user(), user -> new Share());
            share.managers++;
            for (Connection connection : connections) {
                share.connections++;
                share.sentBytes += connection.sentBytes();
                share.waitingMessages += connection.queuedMessages();
                share.waitingBytes += connection.queuedBytes();
            }
        }
    }

    /** Users by bytes sent to their present connections, most first. */
    List<Map<String, Object>> byBytes() {
        return top(Comparator.comparingLong(of -> of.sentBytes));
    }

    /** Users by bytes that wait for them, most first; without those for whom nothing waits. */
    List<Map<String, Object>> byQueue() {
        return top(Comparator.<Share>comparingLong(of -> of.waitingBytes).thenComparingLong(of -> of.waitingMessages))
                .stream()
                .filter(user -> !Long.valueOf(0).equals(user.get("waiting_messages")))
                .toList();
    }

    private List<Map<String, Object>> top(Comparator<Share> order) {
        return shares.entrySet().stream()
                .sorted(Map.Entry.<UserId, Share>comparingByValue(order).reversed())
                .limit(SHOWN)
                .map(each -> shown(each.getKey(), each.getValue()))
                .toList();
    }

    private static Map<String, Object> shown(UserId user, Share share) {
        return Map.of(
                "user", user.value(),
                "managers", share.managers,
                "connections", share.connections,
                "sent_bytes", share.sentBytes,
                "waiting_messages", share.waitingMessages,
                "waiting_bytes", share.waitingBytes);
    }
}
