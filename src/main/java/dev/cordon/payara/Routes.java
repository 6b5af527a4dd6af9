package dev.cordon.payara;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who answers what is sent where, for the few names that a server is reached by. The names come from the network, so there is an end to them:
 * for one more, one goes that has not been asked for, where there is one. Thread-safe.
 */
final class Routes<T> {
    static final int MAX = 64;

    private final Map<Route, Known<T>> known = new ConcurrentHashMap<>();

    /**
     * Where a request is sent to; the scheme belongs to the listener.
     *
     * @param path whole, of a handshake; of a POST up to its last slash
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
            // Written seldom: it is read by all threads.
            found.used = true;
        }
        return found.to;
    }

    void clear() {
        known.clear();
    }
}
