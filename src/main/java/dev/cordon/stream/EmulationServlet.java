package dev.cordon.stream;

import dev.cordon.endpoint.ServletHandshake;
import dev.cordon.gateway.Admission;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.HandshakeRejection;
import dev.cordon.http.Exchange;
import dev.cordon.http.Exchanges;
import dev.cordon.protocol.KnownFields;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The servlet for {@code POST /emulation}: the way back of two-way streams (docs/protocol.md, Two-way streams). An
 * unknown session, one of another origin and one that has ended are answered alike.
 */
@WebServlet(urlPatterns = "/emulation", asyncSupported = true)
public class EmulationServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    /** Most bytes of a request: a frame in which each character is escaped by another, and the fields around it. */
    static final int MAX_BODY = 2 * StreamSession.MAX_FRAME + 1024;

    private static final KnownFields FIELDS = KnownFields.of("the request", "session", "node", "data");

    private final transient StreamRelay streams;
    private final transient Gateway gateway;
    private final transient Admission admission;
    private final transient Exchanges exchanges;

    @Inject
    public EmulationServlet(StreamRelay streams, Gateway gateway, Exchanges exchanges) {
        this.streams = streams;
        this.gateway = gateway;
        this.admission = new Admission(gateway);
        this.exchanges = exchanges.strangers();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exchange exchange = exchanges.open(request, response);
        boolean asks = request.getMethod().equals("OPTIONS");
        if (!asks && !request.getMethod().equals("POST")) {
            StreamAnswer.wrongMethod(exchange, "POST");
            return;
        }
        Optional<HandshakeRejection> rejection = admission.rejectOrigin(new ServletHandshake(request));
        if (rejection.isPresent()) {
            gateway.counters().reject(rejection.get().reason());
            StreamAnswer.error(exchange, rejection.get());
        } else if (asks) {
            StreamAnswer.preflight(exchange, request, "POST");
        } else if (binary(request)) {
            StreamAnswer.error(exchange, request, 415, "streams over HTTP are JSON, not protobuf");
        } else {
            exchange.read(MAX_BODY, body -> carryOut(exchange, request, body));
        }
    }

    private static boolean binary(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
    }

    private void carryOut(Exchange exchange, HttpServletRequest request, byte[] body) {
        if (body.length > MAX_BODY) {
            tooLong(exchange, request);
            return;
        }
        StreamRelay.Sender from;
        String node;
        byte[] frame;
        try {
            JsonFields fields = JsonFields.read(body);
            FIELDS.check(fields);
            from = new StreamRelay.Sender(
                    fields.string("session", ""),
                    PageOrigin.of(request),
                    Optional.ofNullable(request.getHeader("Host")).orElse(""));
            node = fields.string("node", "");
            frame = fields.string("data", "").getBytes(StandardCharsets.UTF_8);
        } catch (InvalidJsonException e) {
            StreamAnswer.error(exchange, request, 400, String.valueOf(e.getMessage()));
            return;
        }
        if (frame.length > StreamSession.MAX_FRAME) {
            tooLong(exchange, request);
        } else if (streams.takes(from, frame)) {
            StreamAnswer.taken(exchange, request);
        } else if (!streams.mayPassOn(node)) {
            unknown(exchange, request);
        } else if (frame.length > StreamRelay.MAX_FRAME) {
            StreamAnswer.error(
                    exchange,
                    request,
                    413,
                    "the stream is on another node, to which no more than " + StreamRelay.MAX_FRAME
                            + " bytes are passed on: let the load balancer send a client to one node");
        } else {
            exchange.patiently(() -> passOn(exchange, request, node, from, frame));
        }
    }

    private void passOn(
            Exchange exchange, HttpServletRequest request, String node, StreamRelay.Sender from, byte[] frame) {
        switch (streams.passOn(node, from, frame)) {
            case TAKEN -> StreamAnswer.taken(exchange, request);
            case UNKNOWN -> unknown(exchange, request);
            case UNANSWERED ->
                StreamAnswer.error(
                        exchange,
                        request,
                        503,
                        "the node of this stream did not answer; it may have the commands nevertheless");
        }
    }

    private static void unknown(Exchange exchange, HttpServletRequest request) {
        StreamAnswer.error(
                exchange,
                request,
                404,
                "no such stream on this node: it has ended, or the load balancer spreads a client over nodes");
    }

    private static void tooLong(Exchange exchange, HttpServletRequest request) {
        StreamAnswer.error(exchange, request, 413, "the commands have over " + StreamSession.MAX_FRAME + " bytes");
    }
}
