package dev.cordon.gateway;

import dev.cordon.gateway.SocketCounters.Rejected;
import java.util.Optional;

/**
 * The admission check of an opening handshake, the same for every way in. It tests in this order: the node serves, the
 * form is valid, the page's origin is allowed, there is room, and the address keeps its rate. Thread-safe.
 */
public final class Admission {
    /** The rejection by a node that is stopping. */
    public static final HandshakeRejection STOPPING =
            new HandshakeRejection(Rejected.NOT_READY, 503, "shutting down, come back in a moment", "");

    private final Gateway gateway;

    public Admission(Gateway gateway) {
        this.gateway = gateway;
    }

    /**
     * Checks a handshake. A handshake that passes all other checks takes one from its address's rate.
     *
     * @return empty if the handshake is accepted
     */
    public Optional<HandshakeRejection> reject(HandshakeRequest request) {
        if (!gateway.accepting()) {
            return Optional.of(STOPPING);
        }
        Optional<HandshakeRejection> flaw = Handshake.flaw(request);
        if (flaw.isPresent()) {
            return flaw;
        }
        return rejectWellFormed(request);
    }

    /**
     * Checks the request that opens a stream over HTTP: like a handshake, but for the form that WebSockets ask for.
     *
     * @return empty if the stream may open
     */
    public Optional<HandshakeRejection> rejectStream(HandshakeRequest request) {
        if (!gateway.accepting()) {
            return Optional.of(STOPPING);
        }
        Optional<HandshakeRejection> flaw = hostless(request);
        return flaw.isPresent() ? flaw : rejectWellFormed(request);
    }

    /** Checks only the origin of a request. Returns empty if pages of its origin may connect. */
    public Optional<HandshakeRejection> rejectOrigin(HandshakeRequest request) {
        Optional<HandshakeRejection> flaw = hostless(request);
        return flaw.isPresent() ? flaw : foreign(request);
    }

    private static Optional<HandshakeRejection> hostless(HandshakeRequest request) {
        return request.header("Host").size() == 1
                ? Optional.empty()
                : Optional.of(
                        new HandshakeRejection(Rejected.MALFORMED, 400, "the request must name its Host once", ""));
    }

    private Optional<HandshakeRejection> foreign(HandshakeRequest request) {
        Optional<String> origin = request.header("Origin").stream().findFirst();
        String self = self(request);
        if (!gateway.originAllowed(origin, self)) {
            return Optional.of(new HandshakeRejection(
                    Rejected.ORIGIN,
                    403,
                    "this page's origin is not in cordon.allowed-origins",
                    ": " + origin.orElse("") + "; the server's own origin is " + self
                            + "; add the page's origin to the setting, or open the page from the server's origin"));
        }
        return Optional.empty();
    }

    private Optional<HandshakeRejection> rejectWellFormed(HandshakeRequest request) {
        Optional<HandshakeRejection> foreign = foreign(request);
        if (foreign.isPresent()) {
            return foreign;
        }
        if (!gateway.hasRoom()) {
            return Optional.of(new HandshakeRejection(
                    Rejected.CONNECTION_CAP,
                    503,
                    "this node has all the connections it may have",
                    " (cordon.max-connections)"));
        }
        if (!gateway.addressMayConnect(request.remoteAddress())) {
            return Optional.of(new HandshakeRejection(
                    Rejected.RATE_ADDRESS,
                    429,
                    "too many handshakes from this address",
                    " (cordon.connect-rate-per-address)"));
        }
        return Optional.empty();
    }

    /** The server's own origin, as a handshake of good form addressed it. */
    private static String self(HandshakeRequest request) {
        return request.scheme() + "://" + request.header("Host").get(0);
    }
}
