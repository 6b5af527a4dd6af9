package dev.cordon.endpoint;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.heap.HeapAccount;
import dev.cordon.http.PlainPosts;
import dev.cordon.http.ServerLayer;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.Wire;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Access to the server's connections below Servlet, if Cordon knows the server's network layer. Thread-safe. */
public interface ServerConnections extends ServerLayer {
    /** Whether the network layer is known. If not, {@link #under} is always empty. */
    boolean known();

    /** The connection over which a request came; empty if it is hidden. */
    Optional<RawConnection> under(HttpServletRequest request);

    /**
     * Guards the server's listeners until {@link #end}. No client can hold a thread of a listener by not reading its
     * answers (ADR 0013). Only those with access can read the server's own figures. The log names the listeners that
     * are not guarded.
     *
     * @param access who may read the figures
     */
    void guard(FiguresAccess access);

    @Override
    default Optional<Runnable> cutter(HttpServletRequest request) {
        return under(request).map(raw -> raw::cut);
    }

    /** Adds the memory that unread answers take, and their bound, to the account of the heap. */
    void enter(HeapAccount account);

    /** Bytes of partly received request heads. */
    long halfReceivedBytes();

    /**
     * Cuts connections whose answers are not read, and those whose request head does not arrive completely in time. Due
     * every half second. Takes no lock that {@link #end} waits for.
     */
    void sweep();

    /** Undoes the effects of {@link RawConnection#learn} and {@link RawConnection#readInPlace}. Idempotent. */
    void endDirectRequests();

    /** Restores the server to its original state. Idempotent. */
    void end();

    /** One connection of the server's network layer. */
    interface RawConnection {
        /** Frees the socket at once and drops unwritten bytes. Idempotent. */
        void cut();

        /**
         * Bounds the bytes of answers that wait in the server for the peer to read. Beyond the bound the response's
         * stream is not ready. The bound holds until the connection's next request.
         */
        void boundWaiting(int bytes);

        /**
         * Runs a task once the connection has closed, where the server can notice that the peer has closed its side while
         * its request is being answered. The answer must be the connection's last: what the peer still sends is dropped.
         * Does nothing with TLS and with HTTP/2.
         */
        void whenClosed(Runnable task);

        /**
         * Closes the output side after the written bytes, so that the peer can still finish its own output (RFC 9112
         * §9.6). Does nothing with TLS, where the peer could not tell this from an attack, or while the kernel has not
         * taken all bytes.
         */
        void endOutput();

        /**
         * Makes the container release a handler. By itself it does so only when it closes a connection that is still
         * open.
         */
        void forget(HttpUpgradeHandler handler);

        /**
         * Takes the connection away from the container, which then forgets the connection's request and the handler.
         * Empty if the connection must stay, because the peer's bytes need more than the bare socket.
         */
        Optional<DirectWire> takeOver(HttpUpgradeHandler from);

        /**
         * Takes the answer to a suspended request away from the container, which then forgets the request. Nothing of the
         * answer, not even its head, has been written. Empty if the answer must stay, because it needs more than the bare
         * socket: TLS, HTTP/2 or HTTP/1.0.
         */
        Optional<DirectAnswer> takeAnswer();

        /**
         * From now on, has short reads of the same listener's sockets handled by the thread that saw the bytes arrive,
         * where that is possible.
         */
        void readInPlace();

        /**
         * From now on, has handshakes to the same listener, host and path served without the container, where that is
         * possible.
         */
        void learn(String host, String path, GatewaySockets sockets);

        /**
         * From now on, has plain POSTs to the same listener, host and base path answered without the container, where
         * that is possible.
         */
        void learn(String host, String base, PlainPosts to);
    }

    /** A wire that bypasses the container. */
    interface DirectWire extends Wire {
        /** Starts to read. Bytes that came with the handshake have been received before. */
        void start(WebSocketConnection to);
    }

    /** The answer to one request past the container: the last bytes of its connection. One write is under way at a time. */
    interface DirectAnswer {
        /** Runs a task once the connection has closed, whoever closed it. What the peer still sends is dropped. Call it once. */
        void whenClosed(Runnable task);

        /**
         * Writes bytes. If this returns false, one of the two callbacks follows, perhaps on another thread.
         *
         * @return whether the kernel has taken all bytes
         */
        boolean write(byte[] bytes, Runnable written, Consumer<Throwable> failed) throws IOException;

        /** Closes the connection behind the bytes that the kernel has taken. Idempotent. */
        void close();

        /** Frees the socket at once and drops unwritten bytes. Idempotent. */
        void cut();
    }

    /** The connections of a server whose network layer is not known. */
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
                            "This server's listeners are unknown: clients that do not read the answers of its pages,"
                                    + " metrics or health can block its threads, and /metrics and /openapi are open to everybody");
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
