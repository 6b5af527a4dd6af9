package dev.cordon.endpoint;

import dev.cordon.gateway.Admission;
import dev.cordon.gateway.HandshakeRejection;
import dev.cordon.gateway.HandshakeRequest;
import dev.cordon.gateway.SocketCounters.Way;
import dev.cordon.gateway.Subprotocols;
import dev.cordon.http.ErrorAnswer;
import dev.cordon.protocol.RateLimitedLog;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * The servlet filter that has each handshake checked ({@link Admission}) before the container handles it. Declared in
 * web.xml before the container's own filter. A rejection has its exact status and one line of JSON, and leaves nothing
 * behind.
 */
public class UpgradeFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient GatewaySockets users;
    private final transient TransportSelector transports;
    private final transient InnerGateway inner;
    private final transient ServerPlatform platform;
    private final transient RateLimitedLog log = new RateLimitedLog(System.getLogger(UpgradeFilter.class.getName()));

    @Inject
    public UpgradeFilter(
            GatewaySockets users, TransportSelector transports, InnerGateway inner, ServerPlatform platform) {
        this.users = users;
        this.transports = transports;
        this.inner = inner;
        this.platform = platform;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HandshakeRequest handshake = new ServletHandshake(request);
        GatewaySockets sockets = sockets(request);
        Optional<HandshakeRejection> rejection =
                users.gateway().accepting() ? sockets.reject(handshake) : Optional.of(Admission.STOPPING);
        if (rejection.isPresent()) {
            reject(sockets, response, rejection.get());
            return;
        }
        sockets.gateway().counters().take(Way.CONTAINER);
        if (transports.own()) {
            transports.upgrade(request, response, sockets, sockets == users);
        } else {
            HandshakeHeaders.begin(sockets.gateway().headersForHooks(handshake));
            try {
                chain.doFilter(
                        platform.forContainer(new UpgradeRequest(request), sockets, Subprotocols.encoding(handshake)),
                        response);
            } finally {
                HandshakeHeaders.end();
            }
        }
    }

    /** Returns the gateway's sockets for a request. The container's own engine can serve only the users' gateway. */
    private GatewaySockets sockets(HttpServletRequest request) {
        return transports.own() ? inner.admits(request).orElse(users) : users;
    }

    private void reject(GatewaySockets sockets, HttpServletResponse response, HandshakeRejection why)
            throws IOException {
        log.warn(
                why.reason().name(),
                "A handshake was rejected with " + why.status() + ": " + why.message() + why.detail());
        sockets.gateway().counters().reject(why.reason());
        response.setStatus(why.status());
        if (why.status() == 503 || why.status() == 429) {
            response.setHeader("Retry-After", "1");
        } else if (why.status() == 426) {
            response.setHeader("Upgrade", "websocket");
            // The container sends no length beside an Upgrade header: the end of the connection ends the answer.
            // StrictRequests adds "Upgrade": the container closes the connection only if the value is "close" alone.
            response.setHeader("Connection", "close");
            response.setHeader("Sec-WebSocket-Version", "13");
        }
        response.setContentType("application/json");
        byte[] body = ErrorAnswer.body(why.status(), why.message());
        response.setContentLength(body.length + 1);
        response.getOutputStream().write(body);
        response.getOutputStream().write('\n');
    }
}
