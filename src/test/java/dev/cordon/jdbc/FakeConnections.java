package dev.cordon.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Connections without a database, which note what is done with them. Any of a connection's methods may be made to fail. */
final class FakeConnections implements Connections {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Map<String, String> failing = new ConcurrentHashMap<>();

    /** @param method of a connection, which from now on fails with an SQL state */
    FakeConnections failing(String method, String state) {
        failing.put(method, state);
        return this;
    }

    List<String> events() {
        return List.copyOf(events);
    }

    @Override
    public Connection take() {
        events.add("take");
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    String name = method.getName();
                    events.add(
                            switch (name) {
                                case "setAutoCommit" -> name + " " + arguments[0];
                                case "setNetworkTimeout" -> name + " " + arguments[1];
                                default -> name;
                            });
                    String state = failing.get(name);
                    if (state == null && name.equals("setAutoCommit")) {
                        state = failing.get(name + " " + arguments[0]);
                    }
                    if (state != null) {
                        throw new SQLException("no " + name, state);
                    }
                    return null;
                });
    }

    @Override
    public void giveBack(Connection connection, boolean broken) {
        events.add(broken ? "broken" : "back");
    }

    @Override
    public void forget() {
        events.add("forget");
    }

    @Override
    public void close() {
        events.add("close");
    }
}
