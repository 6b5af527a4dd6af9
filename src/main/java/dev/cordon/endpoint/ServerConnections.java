package dev.cordon.endpoint;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.heap.HeapAccount;
import dev.cordon.http.PlainPosts;
import dev.cordon.http.ServerLayer;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.Wire;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.util.Optional;

/** The server's connections under Servlet, where its network layer is one that is known. Thread-safe. */
public interface ServerConnections extends ServerLayer {
    /** Whether the network layer is known: false means that no request leads to its connection. */
    boolean known();

    /** The connection that a request came over; empty when it hides. */
    Optional<RawConnection> under(HttpServletRequest request);

    /**
     * Sees to it that no client holds a thread of the server's listeners by not reading its answers (ADR 0013), and that nobody else reads the
     * server's own figures, until {@link #end}. The log says of which listeners that does not hold.
     *
     * @param access who may read the figures
     */
    void guard(FiguresAccess access);

    @Override
    default Optional<Runnable> cutter(HttpServletRequest request) {
        return under(request).map(raw -> raw::cut);
    }

    /** Adds what unread answers take, and may take, to the account of the heap. */
    void enter(HeapAccount account);

    /** Bytes of requests' heads that have arrived in part. */
    long halfReceivedBytes();

    /**
     * Cuts connections whose answers are not read, and those whose request's head is not whole in time. Due every half second. Takes no lock
     * that {@link #end} waits for.
     */
    void sweep();

    /** Undoes what {@link RawConnection#learn} and {@link RawConnection#readInPlace} have done. Idempotent. */
    void endDirectRequests();

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

        /** Has short reads of the same listener's sockets handled by the thread that saw the bytes arrive, where that can be. */
        void readInPlace();

        /** Has handshakes that come to the same listener for the same host and path served without the container, where that can be. */
        void learn(String host, String path, GatewaySockets sockets);

        /** Has plain POSTs that come to the same listener for the same host answered without the container, where that can be. */
        void learn(String host, String base, PlainPosts to);
    }

    /** A wire past the container. */
    interface DirectWire extends Wire {
        /** Lets the bytes in; what came with the handshake has been received. */
        void start(WebSocketConnection to);
    }

    /** A server whose network layer is not known. */
    ServerConnections UNKNOWN = new ServerConnections() {
        @Override
        public boolean known() {
            return false;
        }

        @Override
        public Optional<RawConnection> under(HttpServletRequest request) {
            return Optional.empty();
        }

        @Override
        public void guard(FiguresAccess access) {
            System.getLogger(ServerConnections.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "This server's listeners are not known: clients that do not read its own pages, metrics or health may hold its threads,"
                                    + " and /metrics and /openapi are open to everybody");
        }

        @Override
        public int writtenAtOnce() {
            return -1;
        }

        @Override
        public void enter(HeapAccount account) {}

        @Override
        public long halfReceivedBytes() {
            return 0;
        }

        @Override
        public void sweep() {}

        @Override
        public void endDirectRequests() {}

        @Override
        public void end() {}
    };
}
