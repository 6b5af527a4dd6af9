package dev.cordon.manager;

import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;

/**
 * The wire of one connection, the boundary to the container.
 *
 * <p>At most one write is under way at a time. Nothing here blocks and nothing throws; whatever goes wrong is told to the
 * completion. The completion may be called on the caller's thread before {@link #write} returns, or later on another.
 */
public interface Transport {
    /** Sends one frame. Completion means that the container took it, not that the peer has it. */
    void write(Frame frame, Completion completion);

    /** Sends a close frame with the code and reason, and frees the socket. Idempotent; runs no callback under a lock. */
    void close(Disconnect disconnect);

    /** Where the peer comes from, for the log and the operator. */
    String remoteAddress();

    /** Told once how a write ended. */
    interface Completion {
        void written();

        void failed(Throwable cause);
    }
}
