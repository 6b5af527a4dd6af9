package dev.cordon.gateway;

import dev.cordon.protocol.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The negotiation of a connection's {@link Encoding}. The subprotocol of the handshake decides (RFC 6455 §1.9): the
 * first that the client offers and Cordon speaks. Without an offer the query does, {@code format=protobuf} or {@code
 * cf_protocol=protobuf}, as older clients have it. Without either, the connection speaks JSON.
 */
public final class Subprotocols {
    public static final String JSON = "centrifuge-json";
    public static final String PROTOBUF = "centrifuge-protobuf";

    private static final String HEADER = "Sec-WebSocket-Protocol";
    private static final List<String> PARAMETERS = List.of("format=", "cf_protocol=");

    private Subprotocols() {}

    /** Returns why a handshake cannot be met, in words for its sender; empty if it can. */
    static Optional<String> flaw(HandshakeRequest request) {
        List<String> offers = offers(request);
        if (!offers.isEmpty() && selected(offers).isEmpty()) {
            return Optional.of(
                    "none of the subprotocols offered is spoken here: offer " + JSON + ", " + PROTOBUF + " or none");
        }
        return asked(request.query()).stream().allMatch(value -> value.equals("json") || value.equals("protobuf"))
                ? Optional.empty()
                : Optional.of("format and cf_protocol must be json or protobuf");
    }

    /** Returns the subprotocol that the answer to an accepted handshake names. Empty if it names none. */
    public static Optional<String> selected(HandshakeRequest request) {
        return selected(offers(request));
    }

    /** @param offers the client's subprotocols, the one it prefers first */
    public static Optional<String> selected(List<String> offers) {
        return offers.stream()
                .filter(offer -> offer.equals(JSON) || offer.equals(PROTOBUF))
                .findFirst();
    }

    /** Returns the encoding that an accepted handshake selects. */
    public static Encoding encoding(HandshakeRequest request) {
        return encoding(selected(request), request.query());
    }

    /**
     * @param selected the subprotocol of the connection
     * @param query of the handshake, empty without one
     */
    public static Encoding encoding(Optional<String> selected, String query) {
        boolean protobuf = selected.isPresent()
                ? selected.get().equals(PROTOBUF)
                : asked(query).contains("protobuf");
        return protobuf ? Encoding.PROTOBUF : Encoding.JSON;
    }

    private static List<String> offers(HandshakeRequest request) {
        List<String> values = request.header(HEADER);
        if (values.isEmpty()) {
            return values;
        }
        List<String> offers = new ArrayList<>();
        for (String value : values) {
            for (String offer : value.split(",", -1)) {
                if (!offer.isBlank()) {
                    offers.add(offer.trim());
                }
            }
        }
        return offers;
    }

    /** Returns the values of the two parameters in a query. */
    private static List<String> asked(String query) {
        if (query.isEmpty()) {
            return List.of();
        }
        List<String> asked = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            for (String name : PARAMETERS) {
                if (pair.startsWith(name)) {
                    asked.add(pair.substring(name.length()));
                }
            }
        }
        return asked;
    }
}
