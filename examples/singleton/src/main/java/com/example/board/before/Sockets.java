package com.example.board.before;

import jakarta.websocket.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

/** The singleton: one map of all users' sockets, which all code may reach. */
public final class Sockets {
    private static final Sockets INSTANCE = new Sockets();

    private final Map<String, Map<String, Session>> users = new ConcurrentHashMap<>();

    private Sockets() {}

    public static Sockets getInstance() {
        return INSTANCE;
    }

    public String connect(String user, Session session) {
        users.computeIfAbsent(user, of -> new ConcurrentHashMap<>()).put(session.getId(), session);
        return session.getId();
    }

    public void disconnect(Session session) {
        users.values().forEach(sessions -> sessions.remove(session.getId()));
        users.values().removeIf(Map::isEmpty);
    }

    public List<String> connections(String user) {
        return new ArrayList<>(users.getOrDefault(user, Map.of()).keySet());
    }

    public void sendToUser(String user, String json) {
        users.getOrDefault(user, Map.of()).values().forEach(session -> send(session, json));
    }

    public void sendToConnection(String id, String json) {
        users.values().forEach(sessions -> {
            Session session = sessions.get(id);
            if (session != null) {
                send(session, json);
            }
        });
    }

    public void broadcastExcept(String json, String... except) {
        Set<String> left = Set.of(except);
        users.keySet().stream().filter(user -> !left.contains(user)).forEach(user -> sendToUser(user, json));
    }

    public int stats() {
        return users.values().stream().mapToInt(Map::size).sum();
    }

    private static void send(Session session, String json) {
        Future<Void> unused = session.getAsyncRemote().sendText(json);
    }
}
