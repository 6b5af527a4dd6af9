package dev.cordon.socket;

import dev.cordon.heap.HeapAccount;
import dev.cordon.http.PlainPosts;
import dev.cordon.http.ServerLayer;
import dev.cordon.http.Shortening;
import dev.cordon.socket.Underlay.RawConnection;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Decides once which way sockets go, and answers the handshake when it is our own. Thread-safe. */
public final class Engine implements Shortening, ServerLayer {
    /** RFC 6455 §1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private final TransportKind kind;
    private final Optional<Underlay> underlay;

    /** @param cuts counts the connections that are cut below Servlet */
    public Engine(TransportKind kind, Cuts cuts) {
        this.kind = kind;
        this.underlay = underlay(cuts);
        LOG.log(Level.INFO, "cordon.transport {0}: {1}", kind.name().toLowerCase(Locale.ROOT), way());
    }

    private String way() {
        if (kind == TransportKind.CONTAINER) {
            return "sockets are the container's own";
        }
        return kind != TransportKind.SERVLET && underlay.isPresent()
                ? "sockets are served past the container, those with TLS through Servlet's streams"
                : "sockets are served through Servlet's streams";
    }

    /**
     * At the application's start: from now on no client holds a thread of these listeners by not reading its answers, whichever way sockets go
     * (ADR 0013). Where that cannot be, the log says so.
     *
     * @param transports the server's own objects, by the names of their listeners
     * @param access who may see the figures on them
     */
    public void guard(Map<String, Object> transports, FiguresAccess access) {
        if (transports.isEmpty() || underlay.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "This server''s listeners are not known: clients that do not read its own pages, metrics or health may hold its threads,"
                            + " and /metrics and /openapi are open to everybody");
        } else {
            underlay.get().guard(transports, access);
        }
    }

    /** Enters what answers take whose clients do not read. */
    public void enter(HeapAccount account) {
        underlay.ifPresent(known -> known.enter(account));
    }

    /** Bytes of requests' heads that have arrived in part. */
    public long halfReceivedBytes() {
        return underlay.map(Underlay::halfReceivedBytes).orElse(0L);
    }

    /** Due every half second: cuts connections whose answers are not read, and those whose request's head is not whole in time. */
    public void sweep() {
        underlay.ifPresent(Underlay::sweep);
    }

    /** Before the drain: handshakes go the container's way again. */
    public void endShortcuts() {
        underlay.ifPresent(Underlay::endShortcuts);
    }

    /** At the application's end: the server is left as it was found. */
    public void end() {
        underlay.ifPresent(Underlay::end);
    }

    private static Optional<Underlay> underlay(Cuts cuts) {
        try {
            return Optional.of(new GrizzlyUnderlay(cuts));
        } catch (LinkageError | IllegalStateException e) {
            LOG.log(
                    Level.WARNING,
                    "The server's network layer is not known, connections of clients that do not read may stay: " + e);
            return Optional.empty();
        }
    }

    @Override
    public int writtenAtOnce() {
        return underlay.isPresent() ? underlay.get().writtenAtOnce() : -1;
    }

    @Override
    public Optional<Runnable> cutter(HttpServletRequest request) {
        return underlay.flatMap(known -> known.under(request)).map(raw -> raw::cut);
    }

    /** Whether handshakes are answered here and not by the container. */
    boolean own() {
        return kind != TransportKind.CONTAINER;
    }

    /**
     * Answers a handshake that was found good (RFC 6455 §4.2.2) and takes the connection over.
     *
     * @param learn whether the next ones that come the same way are for this gateway too, and may go past the container (ADR 0006)
     */
    void upgrade(HttpServletRequest request, HttpServletResponse response, Gateway gateway, boolean learn)
            throws IOException, ServletException {
        Optional<RawConnection> raw = underlay.flatMap(known -> known.under(request));
        response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
        response.setHeader("Upgrade", "websocket");
        response.setHeader("Connection", "Upgrade");
        response.setHeader("Sec-WebSocket-Accept", accept(request.getHeader("Sec-WebSocket-Key")));
        WireUpgradeHandler handler = request.upgrade(WireUpgradeHandler.class);
        handler.serve(
                gateway, request.getRemoteAddr(), raw, kind == TransportKind.AUTO || kind == TransportKind.DIRECT);
        if (learn && shortens(request)) {
            raw.ifPresent(known -> known.shorten(request.getHeader("Host"), request.getRequestURI(), gateway));
        }
        response.flushBuffer();
    }

    @Override
    public void offer(HttpServletRequest request, String base, PlainPosts to) {
        if (shortens(request)) {
            try {
                underlay.flatMap(known -> known.under(request))
                        .ifPresent(known -> known.shorten(request.getHeader("Host"), base, to));
            } catch (RuntimeException e) {
                // The request has been carried out, and its answer must not be lost.
                LOG.log(Level.WARNING, "No shortcut past the container for " + base, e);
            }
        }
    }

    /** Whether the next requests of its kind may go past the container (ADR 0006, ADR 0010). */
    private boolean shortens(HttpServletRequest request) {
        return kind == TransportKind.AUTO && "http".equals(request.getScheme()) && request.getHeader("Host") != null;
    }

    /** The answer to a good handshake as it goes over the wire. */
    static String switching(String key) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + accept(key) + "\r\n\r\n";
    }

    static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
