package dev.cordon.stream;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The two-way streams of this node by their session: 192 random bits, which only the stream's client is told. Whoever
 * knows a session may send commands as that client, from a page of the same origin. One entry for each open stream.
 * Thread-safe.
 */
public final class StreamSessions {
    private static final int BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, StreamSession> open = new ConcurrentHashMap<>();
    private final Optional<String> node;

    /** @param node id of this node, which clients are told beside the session; empty for a node that is alone */
    public StreamSessions(Optional<String> node) {
        this.node = node;
    }

    Optional<String> node() {
        return node;
    }

    /** Returns the name of a new session. */
    String name() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    void add(String name, StreamSession session) {
        open.put(name, session);
    }

    void remove(String name) {
        open.remove(name);
    }

    Optional<StreamSession> find(String name) {
        return Optional.ofNullable(open.get(name));
    }
}
