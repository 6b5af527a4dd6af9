package dev.cordon.payara;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A bounded table of routes and what answers requests on them. A server is reached by few names, but these come from
 * the network. When the table is full, a new route replaces an unused one, or any one if all were used. Thread-safe.
 */
final class Routes<T> {
    static final int MAX = 64;

    private final Map<Route, Known<T>> known = new ConcurrentHashMap<>();

    /**
     * The address of a request; its scheme belongs to the listener.
     *
     * @param path of a handshake: the whole path; of a POST: the path up to its last slash
     */
    record Route(String host, String path) {}

    private static final class Known<T> {
        private final T to;
        private volatile boolean used;

        Known(T to) {
            this.to = to;
        }
    }

    synchronized void learn(Route route, T to) {
        if (known.size() >= MAX && !known.containsKey(route)) {
            makeRoom();
        }
        known.put(route, new Known<>(to));
    }

    private void makeRoom() {
        Route goes = null;
        for (Map.Entry<Route, Known<T>> each : known.entrySet()) {
            if (!each.getValue().used) {
                goes = each.getKey();
                break;
            }
        }
        if (goes == null) {
            known.values().forEach(each -> each.used = false);
            goes = known.keySet().iterator().next();
        }
        known.remove(goes);
    }

    @Nullable
    T to(Route route) {
        Known<T> found = known.get(route);
        if (found == null) {
            return null;
        }
        if (!found.used) {
            // Written seldom, because all threads read this field.
            found.used = true;
        }
        return found.to;
    }

    void clear() {
        known.clear();
    }
}
