package dev.cordon.endpoint;

/** The setting {@code cordon.transport}: the way that the bytes of sockets take (ADR 0003). */
public enum TransportKind {
    /** The fastest way that this server allows. */
    AUTO,
    /**
     * As {@link #AUTO}, but every handshake goes through the container, so that its access log and its other filters
     * see all of them (ADR 0006).
     */
    DIRECT,
    /** Cordon's own frames through Servlet's streams. */
    SERVLET,
    /** The container's own WebSocket engine, through the {@code @ServerEndpoint}. */
    CONTAINER
}
