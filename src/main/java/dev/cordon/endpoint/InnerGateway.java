package dev.cordon.endpoint;

import dev.cordon.auth.OneTimeTickets;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * A gateway of its own for the node's synthetic users, beside that of the users: same classes, other factory, log, counters and keys. A
 * handshake gets there by a ticket that only this process can have, and has still to present a token, which that gateway's verifier
 * checks with a key that the users' verifier does not know, and the other way round.
 */
public record InnerGateway(OneTimeTickets tickets, GatewaySockets sockets) {
    /** The request header that carries the ticket. */
    public static final String HEADER = "X-Cordon-Ticket";

    Optional<GatewaySockets> admits(HttpServletRequest request) {
        String ticket = request.getHeader(HEADER);
        return ticket != null && tickets.redeem(ticket) ? Optional.of(sockets) : Optional.empty();
    }
}
