package dev.cordon.stream;

import dev.cordon.auth.Identity;
import dev.cordon.endpoint.ServletHandshake;
import dev.cordon.gateway.Admission;
import dev.cordon.gateway.CommandHandler;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.HandshakeRejection;
import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.gateway.SocketCounters.Way;
import dev.cordon.http.Exchange;
import dev.cordon.http.Exchanges;
import dev.cordon.http.Query;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.json.Utf8;
import dev.cordon.stream.StreamRequest.UnusableException;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The servlet that opens streams over HTTP. It has each request checked like a handshake, and makes a connection of it.
 * From then on the request belongs to its {@link StreamTransport}, and no thread to the request (ADR 0037).
 */
@WebServlet(
        urlPatterns = {
            "/connection/uni_sse",
            "/connection/uni_http_stream",
            "/connection/http_stream",
            "/connection/sse"
        },
        asyncSupported = true)
public class StreamServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    /** Most bytes of a connect request, as of the frames of a socket before its connect is accepted. */
    static final int MAX_BODY = 64 * 1024;

    private final transient Gateway gateway;
    private final transient Admission admission;
    private final transient StreamResponses responses;
    private final transient Exchanges exchanges;
    private final transient StreamTickets tickets;
    private final transient StreamSessions sessions;
    private final transient RateLimitedLog log = new RateLimitedLog(System.getLogger(StreamServlet.class.getName()));

    @Inject
    public StreamServlet(
            Gateway gateway,
            StreamResponses responses,
            Exchanges exchanges,
            StreamTickets tickets,
            StreamSessions sessions) {
        this.gateway = gateway;
        this.admission = new Admission(gateway);
        this.responses = responses;
        this.exchanges = exchanges.strangers();
        this.tickets = tickets;
        this.sessions = sessions;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exchange exchange = exchanges.open(request, response);
        StreamKind kind = StreamKind.at(request.getServletPath()).orElseThrow();
        String methods = kind.methods();
        ServletHandshake head = new ServletHandshake(request);
        boolean asks = request.getMethod().equals("OPTIONS");
        if (!asks && !kind.takes(request.getMethod())) {
            StreamAnswer.wrongMethod(exchange, methods);
            return;
        }
        Optional<HandshakeRejection> rejection = asks ? admission.rejectOrigin(head) : admission.rejectStream(head);
        if (rejection.isPresent()) {
            reject(exchange, rejection.get());
        } else if (asks) {
            StreamAnswer.preflight(exchange, request, methods);
        } else if (request.getMethod().equals("POST")) {
            exchange.read(MAX_BODY, body -> open(exchange, request, kind, Optional.of(body)));
        } else {
            open(exchange, request, kind, Optional.empty());
        }
    }

    private void reject(Exchange exchange, HandshakeRejection why) {
        log.warn(
                why.reason().name(),
                "A stream was rejected with " + why.status() + ": " + why.message() + why.detail());
        gateway.counters().reject(why.reason());
        StreamAnswer.error(exchange, why);
    }

    private void open(Exchange exchange, HttpServletRequest request, StreamKind kind, Optional<byte[]> body) {
        if (body.isPresent() && body.get().length > MAX_BODY) {
            StreamAnswer.error(exchange, request, 413, "the connect request has over " + MAX_BODY + " bytes");
            return;
        }
        try {
            if (kind.oneWay()) {
                StreamRequest asked = StreamRequest.read(
                        Query.of(request), header(request, "Authorization"), header(request, "Last-Event-ID"), body);
                open(
                        exchange,
                        request,
                        kind,
                        asked.connect().getBytes(StandardCharsets.UTF_8),
                        identity(asked, request));
            } else {
                open(exchange, request, kind, commands(request, body), Optional.empty());
            }
        } catch (UnusableException e) {
            boolean token = e.status() == 401;
            gateway.counters().reject(token ? Rejected.TOKEN : Rejected.BAD_REQUEST);
            gateway.rejections().tell(request.getRemoteAddr(), e.status(), String.valueOf(e.getMessage()));
            StreamAnswer.error(exchange, request, e.status(), String.valueOf(e.getMessage()));
        }
    }

    /** Returns the first frame of a two-way client: the body of a POST, or else a parameter. */
    private static byte[] commands(HttpServletRequest request, Optional<byte[]> body) throws UnusableException {
        if (body.isEmpty()) {
            return Query.of(request)
                    .value("cf_connect")
                    .orElseThrow(() -> new UnusableException(400, "the parameter cf_connect is missing"))
                    .getBytes(StandardCharsets.UTF_8);
        }
        if (!Utf8.valid(body.get())) {
            throw new UnusableException(400, "the body is not UTF-8: streams over HTTP are JSON, not protobuf");
        }
        return body.get();
    }

    private Optional<Identity> identity(StreamRequest asked, HttpServletRequest request) throws UnusableException {
        if (asked.ticket().isEmpty()) {
            return Optional.empty();
        }
        Optional<Identity> known = tickets.redeem(
                asked.ticket().get(),
                PageOrigin.of(request),
                header(request, "Host").orElse(""));
        if (known.isEmpty()) {
            throw new UnusableException(
                    401,
                    "the ticket is not valid: it opens one stream, within 30 s, from the origin that asked for it");
        }
        return known;
    }

    private void open(
            Exchange exchange, HttpServletRequest request, StreamKind kind, byte[] connect, Optional<Identity> known) {
        Map<String, String> headers = gateway.headersForHooks(new ServletHandshake(request));
        Map<String, String> answerHeaders = new HashMap<>(PageOrigin.headers(request));
        if (request.getProtocol().startsWith("HTTP/1.")) {
            // Nothing can follow on a connection that is read for its end alone.
            answerHeaders.put("Connection", "close");
        }
        String remoteAddress = request.getRemoteAddr();
        Optional<AsyncContext> async = exchange.handOver();
        if (async.isEmpty()) {
            return;
        }
        String session = kind.oneWay() ? "" : sessions.name();
        StreamTransport transport = null;
        boolean opened = false;
        try {
            transport = new StreamTransport(
                    responses.of(async.get(), request),
                    kind,
                    new StreamEncoder(kind, session, sessions.node()),
                    answerHeaders,
                    remoteAddress,
                    () -> sessions.remove(session));
            open(transport, kind, session, connect, PageOrigin.of(request), headers, known);
            opened = true;
        } catch (IOException | RuntimeException e) {
            // The client has gone meanwhile.
            gateway.failed(e);
        } finally {
            if (!opened) {
                giveUp(transport, async.get());
            }
        }
    }

    private void open(
            StreamTransport transport,
            StreamKind kind,
            String session,
            byte[] connect,
            Optional<String> origin,
            Map<String, String> headers,
            Optional<Identity> known) {
        transport.start();
        Optional<CommandHandler> opened = gateway.opened(transport, headers, known);
        opened.ifPresent(handler -> {
            transport.listen(handler);
            gateway.counters().take(Way.STREAM);
            if (!kind.oneWay()) {
                sessions.add(session, new StreamSession(handler, origin));
            }
            handler.frame(connect, 0, connect.length);
            if (transport.ended()) {
                // Perhaps it has ended before it was entered.
                sessions.remove(session);
            }
        });
    }

    private static void giveUp(@Nullable StreamTransport transport, AsyncContext async) {
        if (transport != null) {
            transport.fail();
            return;
        }
        try {
            async.complete();
        } catch (IllegalStateException e) {
            // The container has ended the request before.
        }
    }

    private static Optional<String> header(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }
}
