package dev.cordon.endpoint;

import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.Subprotocols;
import dev.cordon.http.PlainPosts;
import dev.cordon.http.Shortening;
import dev.cordon.websocket.SwitchingProtocols;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Selects once the way that sockets take, and answers handshakes unless the container does. Thread-safe. */
public final class TransportSelector implements Shortening {
    private static final System.Logger LOG = System.getLogger(TransportSelector.class.getName());

    private final TransportKind kind;
    private final ServerConnections connections;
    private final Set<DirectWay> without;

    /** @param without the ways past the container that are left out */
    public TransportSelector(TransportKind kind, ServerConnections connections, Set<DirectWay> without) {
        this.kind = kind;
        this.connections = connections;
        this.without = Set.copyOf(without);
        LOG.log(Level.INFO, "cordon.transport {0}: {1}", kind.name().toLowerCase(Locale.ROOT), way());
    }

    private String way() {
        if (kind == TransportKind.CONTAINER) {
            return "sockets are the container's own";
        }
        return kind != TransportKind.SERVLET && connections.known()
                ? "sockets are served past the container, those with TLS through Servlet's streams"
                : "sockets are served through Servlet's streams";
    }

    /** Whether Cordon answers handshakes instead of the container. */
    boolean own() {
        return kind != TransportKind.CONTAINER;
    }

    /**
     * Answers an accepted handshake (RFC 6455 §4.2.2) and takes the connection over.
     *
     * @param learn whether later handshakes on the same route are for this gateway too, and may bypass the container
     *     (ADR 0006)
     */
    void upgrade(HttpServletRequest request, HttpServletResponse response, GatewaySockets sockets, boolean learn)
            throws IOException, ServletException {
        Optional<RawConnection> raw = connections.under(request);
        response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
        ServletHandshake handshake = new ServletHandshake(request);
        Optional<String> extension = sockets.extension(handshake);
        SwitchingProtocols.headers(request.getHeader("Sec-WebSocket-Key"), Subprotocols.selected(handshake), extension)
                .forEach(response::setHeader);
        WireUpgradeHandler handler = request.upgrade(WireUpgradeHandler.class);
        handler.serve(
                sockets,
                Subprotocols.encoding(handshake),
                request.getRemoteAddr(),
                sockets.gateway().headersForHooks(handshake),
                extension.isPresent(),
                raw,
                kind == TransportKind.AUTO || kind == TransportKind.DIRECT);
        // Past the container only the headers of the handshake itself are read.
        if (learn && !sockets.gateway().keepsHeaders() && direct(DirectWay.DIRECT_HANDSHAKES, request)) {
            raw.ifPresent(known -> known.learn(request.getHeader("Host"), request.getRequestURI(), sockets));
        }
        if (direct(DirectWay.READS_IN_PLACE, request)) {
            raw.ifPresent(RawConnection::readInPlace);
        }
        response.flushBuffer();
    }

    /**
     * Takes the answer to a stream's suspended request away from the container (ADR 0041). Nothing of the answer has been
     * written.
     *
     * @param over the connection of the request
     * @return empty if the container is to answer
     */
    public Optional<DirectAnswer> takeStream(RawConnection over) {
        boolean past = (kind == TransportKind.AUTO || kind == TransportKind.DIRECT)
                && !without.contains(DirectWay.DIRECT_STREAMS);
        return past ? over.takeAnswer() : Optional.empty();
    }

    @Override
    public void offer(HttpServletRequest request, String base, PlainPosts to) {
        if (direct(DirectWay.DIRECT_PUBLISHES, request)) {
            try {
                connections.under(request).ifPresent(known -> known.learn(request.getHeader("Host"), base, to));
            } catch (RuntimeException e) {
                // The request has been carried out, so its answer must not be lost.
                LOG.log(Level.WARNING, "Requests to " + base + " go on through the container", e);
            }
        }
    }

    /** Whether later requests like this one may take the given way. */
    private boolean direct(DirectWay way, HttpServletRequest request) {
        return kind == TransportKind.AUTO
                && !without.contains(way)
                && "http".equals(request.getScheme())
                && request.getHeader("Host") != null;
    }
}
