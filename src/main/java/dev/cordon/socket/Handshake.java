package dev.cordon.socket;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The form of an opening handshake (RFC 6455 §4.2.1), which Tyrus does not insist on. */
final class Handshake {
    private Handshake() {}

    /** What is wrong with it, in words for its sender; empty when nothing is. */
    static Optional<Refusal> flaw(HttpServletRequest request) {
        if (!request.getMethod().equals("GET")) {
            return bad("a WebSocket handshake is a GET request");
        }
        if (!request.getProtocol().equals("HTTP/1.1")) {
            return bad("a WebSocket handshake is an HTTP/1.1 request");
        }
        if (Collections.list(request.getHeaders("Host")).size() != 1) {
            return bad("a WebSocket handshake names its Host once");
        }
        if (!hasToken(request, "Upgrade", "websocket") || !hasToken(request, "Connection", "upgrade")) {
            return Optional.of(new Refusal(426, "this address speaks WebSocket only: Upgrade: websocket is missing"));
        }
        if (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null) {
            return bad("a WebSocket handshake has no body");
        }
        if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
            return Optional.of(new Refusal(426, "Sec-WebSocket-Version must be 13"));
        }
        List<String> keys = Collections.list(request.getHeaders("Sec-WebSocket-Key"));
        if (keys.size() != 1 || !isKey(keys.get(0))) {
            return bad("Sec-WebSocket-Key must be given once, 16 bytes in base64");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> bad(String why) {
        return Optional.of(new Refusal(400, why));
    }

    private static boolean hasToken(HttpServletRequest request, String header, String token) {
        return Collections.list(request.getHeaders(header)).stream().anyMatch(value -> lists(value, token));
    }

    /** Whether a header's value, a list, has the token; in any case of letters. */
    static boolean lists(String value, String token) {
        for (String element : value.split(",", -1)) {
            if (element.trim().toLowerCase(Locale.ROOT).equals(token)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the one subprotocol offered is Protobuf's; without an offer, JSON is meant. */
    static boolean offersProtobufOnly(HttpServletRequest request) {
        List<String> offers = Collections.list(request.getHeaders("Sec-WebSocket-Protocol"));
        return offers.size() == 1 && offers.get(0).trim().equals("centrifuge-protobuf");
    }

    /** Sixteen bytes in base64. */
    static boolean isKey(String value) {
        try {
            return value.length() == 24 && Base64.getDecoder().decode(value).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** An answer instead of the upgrade. */
    record Refusal(int status, String message) {}
}
