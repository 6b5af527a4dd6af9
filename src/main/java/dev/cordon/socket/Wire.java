package dev.cordon.socket;

import dev.cordon.manager.Transport;

/**
 * Moves the bytes of one upgraded connection. At most one write is under way; nothing here blocks or throws, and no callback runs under
 * a lock. Input is handed to the {@link WireSocket} by one thread at a time.
 */
interface Wire {
    /** Sends a frame. Completion means that the container or the kernel took it. */
    void write(Outgoing frame, Transport.Completion done);

    /** Says that nothing more will be written, where the container can, so that the peer closes too. */
    void finish();

    /** Closes, letting what was written drain. Idempotent. */
    void close();

    /** Frees the socket at once, whatever is still to be written. Idempotent. */
    void abort();
}
