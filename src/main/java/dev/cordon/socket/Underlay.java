package dev.cordon.socket;

import dev.cordon.heap.HeapAccount;
import dev.cordon.http.PlainPosts;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.util.Map;
import java.util.Optional;

/** The server's network layer under Servlet, where it is one that we know. Thread-safe. */
interface Underlay {
    /** The connection that a request came over; empty when it hides. */
    Optional<RawConnection> under(HttpServletRequest request);

    /**
     * Sees to it that no client holds a thread of these listeners by not reading its answers (ADR 0013), until {@link #end}.
     *
     * @param transports the server's own objects, by the names of their listeners
     * @param access who may see the figures on them
     * @return whether that holds for all of them; the log says of which it does not
     */
    boolean guard(Map<String, Object> transports, FiguresAccess access);

    /** Bytes of an answer's body that never make a thread wait; negative until {@link #guard} holds for all listeners. */
    int writtenAtOnce();

    /** Bytes of answers that their clients have not read, and how many there may be. */
    void enter(HeapAccount account);

    /** Bytes of requests' heads that have arrived in part. */
    long halfReceivedBytes();

    /** Due every half second: cuts connections whose answers are not read, and those whose request's head is not whole in time. Takes no lock that {@link #end} waits for. */
    void sweep();

    /** Undoes what {@link RawConnection#shorten} has done. Idempotent. */
    void endShortcuts();

    /** Leaves the server as it was found. Idempotent. */
    void end();

    /** One connection of it. */
    interface RawConnection {
        /** Frees the socket at once, with what it still had to write. Idempotent. */
        void cut();

        /**
         * Ends our side of the connection behind what was written, so that the peer can still say what it has to (RFC 9112 §9.6). Does nothing
         * where that cannot be told apart from an attack (TLS), or while the kernel has not taken all.
         */
        void endOutput();

        /** Makes the container let go of a handler, which it does by itself only when it closes a connection that is still whole. */
        void forget(HttpUpgradeHandler handler);

        /**
         * Takes the connection away from the container, which forgets the request that it came with, and the handler. Empty when it
         * has to stay: what the peer sends and gets needs more than the bare socket.
         */
        Optional<DirectWire> takeOver(HttpUpgradeHandler from);

        /** Spares the container the handshakes that come to the same listener for the same host and path from now on, where it can be. */
        void shorten(String host, String path, Gateway gateway);

        /** Spares the container the plain POSTs that come to the same listener for the same host, where it can be. */
        void shorten(String host, String base, PlainPosts to);
    }

    /** A wire past the container. */
    interface DirectWire extends Wire {
        /** Lets the bytes in; what came with the handshake has been received. */
        void start(WireSocket to);
    }
}
