package dev.cordon.websocket;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The state that a group of WebSockets shares: the bound on partly received messages, and the time limit of close
 * handshakes. Thread-safe.
 */
public final class WebSockets {
    private final PartialMessages partial;
    private final ClosingConnections closing;
    private final LongSupplier nanos;

    /**
     * @param partialBytes bytes that all partly received messages may take together
     * @param cut receives the cause of each connection that is cut for its partly received message
     * @param nanos a clock as {@link System#nanoTime}
     */
    public WebSockets(LongSupplier partialBytes, Consumer<CloseCause> cut, LongSupplier nanos) {
        this.partial = new PartialMessages(partialBytes, cut, nanos);
        this.closing = new ClosingConnections(nanos);
        this.nanos = nanos;
    }

    /** The messages that have not arrived completely. */
    public PartialMessages partialMessages() {
        return partial;
    }

    ClosingConnections closing() {
        return closing;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    /** Number of connections that have begun to close and have not ended. */
    public int closingNow() {
        return closing.size();
    }

    /** Frees the sockets whose close handshake takes too long. Returns their number. Due twice a second. */
    public int sweepClosing() {
        return closing.sweep();
    }

    /** Cuts connections whose message did not arrive completely in time. Returns their number. Due twice a second. */
    public int sweepPartial() {
        return partial.sweep();
    }

    /** Waits at most 2 s until all connections have closed, and frees the rest. For the end of the application. */
    public void awaitClosed() {
        closing.awaitAll();
    }
}
