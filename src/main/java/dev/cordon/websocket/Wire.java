package dev.cordon.websocket;

/**
 * Moves the bytes of one upgraded connection. At most one write is under way; nothing here blocks or throws, and no callback runs under
 * a lock. Input is handed to the {@link WebSocketConnection} by one thread at a time.
 */
public interface Wire {
    /** Sends a frame. Completion means that the container or the kernel took it. */
    void write(ServerFrame frame, Completion done);

    /** Says that nothing more will be written, where the container can, so that the peer closes too. */
    void finish();

    /** Closes, letting what was written drain. Idempotent. */
    void close();

    /** Frees the socket at once, whatever is still to be written. Idempotent. */
    void abort();

    /** Told once how a write ended, on the writer's thread or another. */
    interface Completion {
        void written();

        void failed(Throwable cause);
    }
}
