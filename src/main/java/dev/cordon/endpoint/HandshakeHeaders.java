package dev.cordon.endpoint;

import jakarta.websocket.Session;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a handshake for hooks, on their way through the container's engine: from {@link UpgradeFilter} over
 * {@link EndpointConfigurator#modifyHandshake} to {@link GatewayEndpoint}. The engine calls the configurator within the
 * filter, on the same thread. One that used another thread would pass no headers on.
 *
 * <p>The engine's own copy of the headers is not used: Tyrus splits their values at commas, which makes two cookies of
 * one.
 *
 * @param values {@link dev.cordon.gateway.Gateway#headersForHooks}
 */
record HandshakeHeaders(Map<String, String> values) {
    private static final String PROPERTY = HandshakeHeaders.class.getName();

    private static final HandshakeHeaders NONE = new HandshakeHeaders(Map.of());

    /** Of the handshake that a thread is handling; a thread of the server keeps nothing of it. */
    private static final ThreadLocal<@Nullable HandshakeHeaders> UNDER_WAY = new ThreadLocal<>();

    HandshakeHeaders {
        values = Map.copyOf(values);
    }

    /** This thread handles a handshake, until {@link #end}. */
    static void begin(Map<String, String> values) {
        UNDER_WAY.set(new HandshakeHeaders(values));
    }

    static void end() {
        UNDER_WAY.remove();
    }

    /**
     * Keeps the headers of this thread's handshake, or that it has none.
     *
     * @param properties of the one connection that it becomes
     */
    static void keep(Map<String, Object> properties) {
        HandshakeHeaders headers = UNDER_WAY.get();
        properties.put(PROPERTY, headers == null ? NONE : headers);
    }

    /** The headers of the handshake that has become a session. */
    static Map<String, String> of(Session session) {
        return session.getUserProperties().get(PROPERTY) instanceof HandshakeHeaders kept ? kept.values() : Map.of();
    }
}
