package dev.cordon.stream;

import dev.cordon.auth.InvalidTokenException;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.endpoint.ServletHandshake;
import dev.cordon.gateway.Admission;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.HandshakeRejection;
import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.http.Exchange;
import dev.cordon.http.Exchanges;
import dev.cordon.protocol.json.JsonWriter;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** The servlet for {@code POST /connection/ticket}: gives a one-time ticket for a bearer token (ADR 0037). */
@WebServlet(urlPatterns = "/connection/ticket", asyncSupported = true)
public class TicketServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final String SCHEME = "Bearer ";

    private final transient Gateway gateway;
    private final transient Admission admission;
    private final transient TokenVerifier verifier;
    private final transient StreamTickets tickets;
    private final transient Exchanges exchanges;

    @Inject
    public TicketServlet(Gateway gateway, TokenVerifier verifier, StreamTickets tickets, Exchanges exchanges) {
        this.gateway = gateway;
        this.admission = new Admission(gateway);
        this.verifier = verifier;
        this.tickets = tickets;
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
        ServletHandshake head = new ServletHandshake(request);
        Optional<HandshakeRejection> rejection = asks ? admission.rejectOrigin(head) : admission.rejectStream(head);
        if (rejection.isPresent()) {
            gateway.counters().reject(rejection.get().reason());
            StreamAnswer.error(exchange, rejection.get());
        } else if (asks) {
            StreamAnswer.preflight(exchange, request, "POST");
        } else if (verifier.waitsNow()) {
            exchange.patiently(() -> give(exchange, request));
        } else {
            give(exchange, request);
        }
    }

    private void give(Exchange exchange, HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            reject(exchange, request, 401, "no token: send Authorization: Bearer <token>");
            return;
        }
        try {
            Optional<String> ticket = tickets.issue(
                    verifier.verify(authorization.substring(SCHEME.length()).strip()), PageOrigin.of(request));
            if (ticket.isEmpty()) {
                StreamAnswer.error(
                        exchange, request, 429, "too many tickets are unused: each opens a stream within 30 s");
                return;
            }
            StreamAnswer.json(
                    exchange,
                    request,
                    new JsonWriter(96)
                            .raw("{\"ticket\":")
                            .quoted(ticket.get())
                            .raw(",\"expires_in\":")
                            .number(StreamTickets.LIFE.toSeconds())
                            .raw("}"));
        } catch (InvalidTokenException e) {
            switch (e.reason()) {
                case EXPIRED -> reject(exchange, request, 401, "the token has expired: send a fresh one");
                case INVALID -> reject(exchange, request, 401, "invalid token: " + e.getMessage());
                case KEYS_UNAVAILABLE ->
                    StreamAnswer.error(exchange, request, 503, "the token's keys cannot be fetched now: try again");
            }
        }
    }

    private void reject(Exchange exchange, HttpServletRequest request, int status, String message) {
        gateway.counters().reject(Rejected.TOKEN);
        StreamAnswer.error(exchange, request, status, message);
    }
}
