package dev.cordon.endpoint;

/** {@code cordon.transport}: which way the bytes go (ADR 0003). */
public enum TransportKind {
    /** The fastest way that this server allows. */
    AUTO,
    /** As {@link #AUTO}, but every handshake goes through the container: its access log and its other filters see them all (ADR 0006). */
    DIRECT,
    /** Our own frames through Servlet's streams. */
    SERVLET,
    /** The container's own WebSocket engine, through the {@code @ServerEndpoint}. */
    CONTAINER
}
