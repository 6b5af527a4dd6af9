package dev.cordon.gateway;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The validator of an opening handshake's form (RFC 6455 §4.2.1), which Tyrus does not enforce. */
public final class Handshake {
    private Handshake() {}

    /** Returns the rejection of an invalid handshake, in words for its sender; empty if the form is valid. */
    public static Optional<HandshakeRejection> flaw(HandshakeRequest request) {
        if (!request.method().equals("GET")) {
            return bad("a WebSocket handshake is a GET request");
        }
        if (!request.protocol().equals("HTTP/1.1")) {
            return bad("a WebSocket handshake is an HTTP/1.1 request");
        }
        if (request.header("Host").size() != 1) {
            return bad("a WebSocket handshake names its Host once");
        }
        if (!hasToken(request, "Upgrade", "websocket") || !hasToken(request, "Connection", "upgrade")) {
            return malformed(426, "this address speaks WebSocket only: Upgrade: websocket is missing");
        }
        if (request.hasBody()) {
            return bad("a WebSocket handshake has no body");
        }
        List<String> versions = request.header("Sec-WebSocket-Version");
        if (versions.isEmpty() || !versions.get(0).equals("13")) {
            return malformed(426, "Sec-WebSocket-Version must be 13");
        }
        List<String> keys = request.header("Sec-WebSocket-Key");
        if (keys.size() != 1 || !isKey(keys.get(0))) {
            return bad("Sec-WebSocket-Key must be given once, 16 bytes in base64");
        }
        return Subprotocols.flaw(request).flatMap(Handshake::bad);
    }

    private static Optional<HandshakeRejection> bad(String why) {
        return malformed(400, why);
    }

    private static Optional<HandshakeRejection> malformed(int status, String why) {
        return Optional.of(new HandshakeRejection(SocketCounters.Rejected.MALFORMED, status, why, ""));
    }

    private static boolean hasToken(HandshakeRequest request, String header, String token) {
        for (String value : request.header(header)) {
            if (lists(value, token)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a header's comma-separated value contains the token, in any case of letters. */
    private static boolean lists(String value, String token) {
        for (String element : value.split(",", -1)) {
            if (element.trim().toLowerCase(Locale.ROOT).equals(token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKey(String value) {
        try {
            return value.length() == 24 && Base64.getDecoder().decode(value).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
