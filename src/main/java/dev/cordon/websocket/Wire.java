package dev.cordon.websocket;

/**
 * The byte transport of one upgraded connection. At most one write is under way. No method blocks or throws, and no
 * callback runs under a lock. One thread at a time hands input to the {@link WebSocketConnection}.
 */
public interface Wire {
    /** Sends a frame. Completion means that the container or the kernel has accepted the frame. */
    void write(ServerFrame frame, Completion done);

    /** Closes the output side, where the container can, so that the peer closes too. */
    void finish();

    /** Closes the connection after the written bytes have drained. Idempotent. */
    void close();

    /** Frees the socket at once and drops unwritten bytes. Idempotent. */
    void abort();

    /** The callback of one write. Called once with its outcome, on the writer's thread or another. */
    interface Completion {
        void written();

        void failed(Throwable cause);
    }
}
