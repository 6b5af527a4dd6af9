package dev.cordon.socket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An opening handshake (RFC 6455 §4.2.1) read from the bytes of one request, when nothing about it is out of the ordinary. Deliberately
 * strict: what this does not take for one, well-formed or not, is left to the container's parser.
 *
 * @param path as it was sent, without the query
 * @param end where the request ends in the bytes it was read from; what follows are the client's first frames
 */
record PlainHandshake(String path, String host, Optional<String> origin, String key, int end) {
    /** A request that is longer is none of the ordinary kind. */
    static final int MAX_BYTES = 4096;

    /** Fields that are looked at; none of them may come twice. */
    private static final Set<String> ONCE =
            Set.of("host", "origin", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version");

    /** Fields with which a request is no plain handshake. One with a ticket may be for another gateway. */
    private static final Set<String> UNUSUAL = Set.of(
            "content-length",
            "transfer-encoding",
            "expect",
            "te",
            "trailer",
            "http2-settings",
            InnerGateway.HEADER.toLowerCase(Locale.ROOT));

    private static final byte[] START = "GET /".getBytes(StandardCharsets.US_ASCII);

    /** What is at the start of the bytes; empty when it is not a whole and plain handshake. */
    static Optional<PlainHandshake> read(byte[] bytes, int length) {
        int end = isGet(bytes, length) ? endOfHead(bytes, length) : -1;
        if (end < 0) {
            return Optional.empty();
        }
        String[] lines = new String(bytes, 0, end - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3 || !first[2].equals("HTTP/1.1")) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            if (!take(lines[i], fields)) {
                return Optional.empty();
            }
        }
        int query = first[1].indexOf('?');
        String path = query < 0 ? first[1] : first[1].substring(0, query);
        return handshake(path, fields, end);
    }

    /** Notes a header field that matters here; false when the line makes the request one for the container. */
    private static boolean take(String line, Map<String, String> fields) {
        int colon = line.indexOf(':');
        if (colon <= 0 || line.charAt(colon - 1) == ' ' || line.charAt(0) == ' ') {
            return false;
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        if (UNUSUAL.contains(name)) {
            return false;
        }
        return !ONCE.contains(name)
                || fields.put(name, line.substring(colon + 1).trim()) == null;
    }

    private static boolean isGet(byte[] bytes, int length) {
        return length >= START.length && Arrays.equals(bytes, 0, START.length, START, 0, START.length);
    }

    /** Behind the empty line; -1 when there is none, or when a line ends otherwise than by CR LF, or holds what is not printable ASCII. */
    private static int endOfHead(byte[] bytes, int length) {
        int most = Math.min(length, MAX_BYTES);
        for (int i = 0; i < most; i++) {
            byte b = bytes[i];
            if (b == '\r') {
                if (i + 1 >= most || bytes[i + 1] != '\n') {
                    return -1;
                }
                if (i + 3 < most && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                    return i + 4;
                }
                i++;
            } else if (b < ' ' || b > '~') {
                return -1;
            }
        }
        return -1;
    }

    private static Optional<PlainHandshake> handshake(String path, Map<String, String> fields, int end) {
        String host = fields.getOrDefault("host", "");
        String key = fields.getOrDefault("sec-websocket-key", "");
        return !host.isEmpty()
                        && Handshake.isKey(key)
                        && "13".equals(fields.get("sec-websocket-version"))
                        && "websocket".equalsIgnoreCase(fields.get("upgrade"))
                        && Handshake.lists(fields.getOrDefault("connection", ""), "upgrade")
                ? Optional.of(new PlainHandshake(path, host, Optional.ofNullable(fields.get("origin")), key, end))
                : Optional.empty();
    }
}
