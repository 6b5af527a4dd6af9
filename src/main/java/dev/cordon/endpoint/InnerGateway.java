package dev.cordon.endpoint;

import dev.cordon.auth.OneTimeTickets;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * A separate gateway for the node's synthetic users. It has the classes of the users' gateway, but its own factory,
 * log, counters and keys. A handshake gets there with a ticket that only this process can have. It must still present a
 * token: each of the two gateways verifies tokens with a key that the other does not know.
 */
public record InnerGateway(OneTimeTickets tickets, GatewaySockets sockets) {
    /** The request header that carries the ticket. */
    public static final String HEADER = "X-Cordon-Ticket";

    Optional<GatewaySockets> admits(HttpServletRequest request) {
        String ticket = request.getHeader(HEADER);
        return ticket != null && tickets.redeem(ticket) ? Optional.of(sockets) : Optional.empty();
    }
}
