package dev.cordon.socket;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /** A handshake with a ticket may be for another gateway. */
    private static final String TICKET = "x-cordon-ticket";

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
        Fields fields = new Fields();
        for (int i = 1; i < lines.length; i++) {
            if (!fields.take(lines[i])) {
                return Optional.empty();
            }
        }
        int query = first[1].indexOf('?');
        String path = query < 0 ? first[1] : first[1].substring(0, query);
        return fields.handshake(path, end);
    }

    static boolean isGet(byte[] bytes, int length) {
        if (length < START.length) {
            return false;
        }
        for (int i = 0; i < START.length; i++) {
            if (bytes[i] != START[i]) {
                return false;
            }
        }
        return true;
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

    /** The header fields that matter here, each at most once. */
    private static final class Fields {
        private @Nullable String host;
        private @Nullable String origin;
        private @Nullable String key;
        private @Nullable String upgrade;
        private @Nullable String connection;
        private @Nullable String version;

        /** False when the line makes the request one for the container. */
        boolean take(String line) {
            int colon = line.indexOf(':');
            if (colon <= 0 || line.charAt(colon - 1) == ' ' || line.charAt(0) == ' ') {
                return false;
            }
            String value = line.substring(colon + 1).trim();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "host" -> {
                    return host == null && (host = value) != null;
                }
                case "origin" -> {
                    return origin == null && (origin = value) != null;
                }
                case "sec-websocket-key" -> {
                    return key == null && (key = value) != null;
                }
                case "upgrade" -> {
                    return upgrade == null && (upgrade = value) != null;
                }
                case "connection" -> {
                    return connection == null && (connection = value) != null;
                }
                case "sec-websocket-version" -> {
                    return version == null && (version = value) != null;
                }
                case "content-length", "transfer-encoding", "expect", "te", "trailer", "http2-settings", TICKET -> {
                    return false;
                }
                default -> {
                    return true;
                }
            }
        }

        Optional<PlainHandshake> handshake(String path, int end) {
            if (host == null
                    || host.isEmpty()
                    || key == null
                    || !Handshake.isKey(key)
                    || !"13".equals(version)
                    || !"websocket".equalsIgnoreCase(upgrade)
                    || connection == null
                    || !Handshake.lists(connection, "upgrade")) {
                return Optional.empty();
            }
            return Optional.of(new PlainHandshake(path, host, Optional.ofNullable(origin), key, end));
        }
    }
}
