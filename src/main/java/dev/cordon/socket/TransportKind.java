package dev.cordon.socket;

/** {@code cordon.transport}: which way the bytes go (ADR 0003). */
public enum TransportKind {
    /** The fastest way that this server allows. */
    AUTO,
    /** Our own frames through Servlet's streams. */
    SERVLET,
    /** The container's own WebSocket engine, through the {@code @ServerEndpoint}. */
    CONTAINER
}
