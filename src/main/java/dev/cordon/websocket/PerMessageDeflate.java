package dev.cordon.websocket;

import dev.cordon.websocket.ExtensionOffer.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The negotiation of the extension permessage-deflate (RFC 7692 §7.1). Both sides go without context takeover: each
 * message is compressed alone, so that no connection needs memory of its own and receivers can share a frame. Stateless.
 */
public final class PerMessageDeflate {
    private static final String NAME = "permessage-deflate";

    private static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";

    /** RFC 7692 §7.1.1.2 lets the server demand the second from a client that has not offered it. */
    private static final String ANSWER = NAME + "; server_no_context_takeover; client_no_context_takeover";

    /** The only window that {@link java.util.zip.Deflater} has: 32 KiB. */
    private static final String WINDOW = "15";

    private static final Pattern WINDOW_BITS = Pattern.compile("[89]|1[0-5]");

    private PerMessageDeflate() {}

    /** Whether the values of {@code Sec-WebSocket-Extensions} follow the grammar; if not, the handshake must fail. */
    public static boolean wellFormed(List<String> fields) {
        return ExtensionOffer.read(fields).isPresent();
    }

    /**
     * Returns the answer's {@code Sec-WebSocket-Extensions} to the first offer that can be met; empty if there is none.
     * A handshake may offer several, and other extensions too.
     *
     * @param fields the values of the request's {@code Sec-WebSocket-Extensions}
     */
    public static Optional<String> answer(List<String> fields) {
        return ExtensionOffer.read(fields).orElse(List.of()).stream()
                .filter(offer -> offer.name().equals(NAME) && acceptable(offer))
                .map(PerMessageDeflate::answer)
                .findFirst();
    }

    private static String answer(ExtensionOffer offer) {
        boolean window =
                offer.parameters().stream().anyMatch(each -> each.name().equals(SERVER_MAX_WINDOW_BITS));
        return window ? ANSWER + "; " + SERVER_MAX_WINDOW_BITS + "=" + WINDOW : ANSWER;
    }

    /** Whether each parameter is known, comes once and has a value that is allowed and possible (RFC 7692 §7.1). */
    private static boolean acceptable(ExtensionOffer offer) {
        Set<String> seen = new HashSet<>();
        return offer.parameters().stream().allMatch(each -> seen.add(each.name()) && acceptable(each));
    }

    private static boolean acceptable(Parameter parameter) {
        Optional<String> value = parameter.value();
        return switch (parameter.name()) {
            case "server_no_context_takeover", "client_no_context_takeover" -> value.isEmpty();
            case SERVER_MAX_WINDOW_BITS -> value.filter(WINDOW::equals).isPresent();
            // A client that uses a smaller window is understood in any case.
            case "client_max_window_bits" ->
                value.isEmpty() || WINDOW_BITS.matcher(value.get()).matches();
            default -> false;
        };
    }
}
