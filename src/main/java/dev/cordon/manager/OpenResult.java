package dev.cordon.manager;

/** The result of opening a connection's place in a manager. */
public sealed interface OpenResult {
    /**
     * The connection belongs to this manager now.
     *
     * @param created whether the manager was made for this connection; false when the session had one
     */
    record Opened(WebSocketManager manager, boolean created) implements OpenResult {}

    /** The user's managers, or the session's connections, are at their limit. */
    record LimitReached(Limit limit) implements OpenResult {}

    /** It cannot be found out now whether there is room. The client may try again. */
    record Unavailable() implements OpenResult {}

    /** The connection ended meanwhile, or has its place already. No answer is needed. */
    record Gone() implements OpenResult {}

    /** The limit that was reached. */
    enum Limit {
        MANAGERS_PER_USER,
        CONNECTIONS_PER_MANAGER
    }
}
