package dev.cordon.socket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who answers what is sent where, for the few names that a server is reached by. The names come from the network, so there is an end to
 * them: one more and all are forgotten, and those in use are learned again with the next request that the container leads here.
 * Thread-safe.
 */
final class Routes<T> {
    static final int MAX = 64;

    private final Map<Route, T> known = new ConcurrentHashMap<>();

    /**
     * Where a request is sent to; the scheme belongs to the listener.
     *
     * @param path whole, of a handshake; of a POST up to its last slash
     */
    record Route(String host, String path) {}

    void learn(Route route, T to) {
        if (known.size() >= MAX && !known.containsKey(route)) {
            known.clear();
        }
        known.put(route, to);
    }

    @Nullable
    T to(Route route) {
        return known.get(route);
    }

    void clear() {
        known.clear();
    }
}
