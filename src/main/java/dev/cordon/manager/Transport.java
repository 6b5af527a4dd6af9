package dev.cordon.manager;

import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;

/**
 * The transport of one connection, which is the boundary to the container.
 *
 * <p>At most one write is under way at a time. No method blocks or throws; the completion gets every failure. The
 * completion may be called on the caller's thread before {@link #write} returns, or later on another.
 */
public interface Transport {
    /** Sends one frame. Completion means that the container took it, not that the peer has it. */
    void write(Frame frame, Completion completion);

    /**
     * Sends a close frame with the code and reason, and frees the socket. Idempotent; runs no callback under a lock.
     */
    void close(Disconnect disconnect);

    /** The encoding that the handshake has selected. It never changes. */
    default Encoding encoding() {
        return Encoding.JSON;
    }

    /** Its name, as hooks are told it: that of Centrifugo's proxy contract. */
    default String name() {
        return "websocket";
    }

    /** The peer's address, for the log and the operator. */
    String remoteAddress();

    /** Whether the peer only listens: it cannot answer a ping. */
    default boolean listensOnly() {
        return false;
    }

    /** The callback for the end of a write. Called once. */
    interface Completion {
        void written();

        void failed(Throwable cause);
    }
}
