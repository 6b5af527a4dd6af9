package dev.cordon.socket;

import dev.cordon.http.ErrorAnswer;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.socket.SocketCounters.Refused;
import dev.cordon.socket.SocketCounters.Way;
import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Looks at a handshake before the container does: ready? well-formed? from an allowed page? not too often? room left? Declared in
 * web.xml before the container's own filter. A refusal has its exact status and one line of JSON, and leaves nothing behind.
 */
public class UpgradeFilter extends HttpFilter {
    private static final long serialVersionUID = 1;

    private final transient Gateway users;
    private final transient Engine engine;
    private final transient InnerGateway inner;
    private final transient RateLimitedLog log = new RateLimitedLog(System.getLogger(UpgradeFilter.class.getName()));

    @Inject
    public UpgradeFilter(Gateway users, Engine engine, InnerGateway inner) {
        this.users = users;
        this.engine = engine;
        this.inner = inner;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // The container's own engine knows one gateway only.
        Gateway gateway = engine.own() ? inner.admits(request).orElse(users) : users;
        if (!users.factory.accepting()) {
            refuse(gateway, response, Refused.NOT_READY, 503, "shutting down, come back in a moment");
            return;
        }
        Optional<Handshake.Refusal> flaw = Handshake.flaw(request);
        if (flaw.isEmpty() && Handshake.offersProtobufOnly(request)) {
            gateway.refusals.offersProtobuf(request.getRemoteAddr());
        }
        if (flaw.isPresent()) {
            refuse(
                    gateway,
                    response,
                    Refused.MALFORMED,
                    flaw.get().status(),
                    flaw.get().message());
        } else if (!originAllowed(gateway, request)) {
            refuse(
                    gateway,
                    response,
                    Refused.ORIGIN,
                    403,
                    "this page's origin is not in cordon.allowed-origins",
                    ": " + request.getHeader("Origin") + ", and the socket's own is " + self(request)
                            + "; add the page's there, or open the page where its socket is");
        } else if (!gateway.addressMayConnect(request.getRemoteAddr())) {
            refuse(
                    gateway,
                    response,
                    Refused.RATE_ADDRESS,
                    429,
                    "too many handshakes from this address",
                    " (cordon.connect-rate-per-address)");
        } else if (!gateway.takesOneMore()) {
            refuse(
                    gateway,
                    response,
                    Refused.CONNECTION_CAP,
                    503,
                    "this node has all the connections it may have",
                    " (cordon.max-connections)");
        } else if (engine.own()) {
            gateway.counters.take(Way.CONTAINER);
            engine.upgrade(request, response, gateway, gateway == users);
        } else {
            gateway.counters.take(Way.CONTAINER);
            chain.doFilter(new UpgradeRequest(request, gateway), response);
        }
    }

    private static boolean originAllowed(Gateway gateway, HttpServletRequest request) {
        return gateway.originAllowed(Optional.ofNullable(request.getHeader("Origin")), self(request));
    }

    /** The origin of a page that this server gave out at the address that the handshake was sent to. */
    private static String self(HttpServletRequest request) {
        return request.getScheme() + "://" + request.getHeader("Host");
    }

    private void refuse(Gateway gateway, HttpServletResponse response, Refused reason, int status, String message)
            throws IOException {
        refuse(gateway, response, reason, status, message, "");
    }

    /** @param more for the log only, which a browser's user does not see: a page learns of every refusal nothing but 1006 */
    private void refuse(
            Gateway gateway, HttpServletResponse response, Refused reason, int status, String message, String more)
            throws IOException {
        log.warn(reason.name(), "A handshake was refused with " + status + ": " + message + more);
        gateway.counters.refuse(reason);
        response.setStatus(status);
        if (status == 503 || status == 429) {
            response.setHeader("Retry-After", "1");
        } else if (status == 426) {
            response.setHeader("Upgrade", "websocket");
            // The container tells no length beside an Upgrade header: the end of the connection ends the answer.
            // StrictRequests adds "Upgrade": the container closes behind the one word alone.
            response.setHeader("Connection", "close");
            response.setHeader("Sec-WebSocket-Version", "13");
        }
        response.setContentType("application/json");
        byte[] body = ErrorAnswer.body(status, message);
        response.setContentLength(body.length + 1);
        response.getOutputStream().write(body);
        response.getOutputStream().write('\n');
    }
}
