package dev.cordon.manager;

/** What became of a request to open. */
public sealed interface OpenResult {
    /**
     * The connection belongs to this manager now.
     *
     * @param created whether the manager was made for it; false when the session had one
     */
    record Opened(WebSocketManager manager, boolean created) implements OpenResult {}

    /** The user's managers, or the session's connections, are at their limit. */
    record LimitReached(Limit limit) implements OpenResult {}

    /** The connection ended meanwhile, or has its place already; there is nobody to answer. */
    record Gone() implements OpenResult {}

    /** Which limit. */
    enum Limit {
        MANAGERS_PER_USER,
        CONNECTIONS_PER_MANAGER
    }
}
