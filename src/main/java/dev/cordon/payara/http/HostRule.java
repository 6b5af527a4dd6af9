package dev.cordon.payara.http;

import dev.cordon.http.Ascii;

/**
 * A check of host and port, in the Host field and in an absolute target (RFC 9110 §7.2, RFC 3986 §3.2). User
 * information and an empty name are invalid.
 */
final class HostRule {
    private static final int MAX_PORT = 65_535;

    private HostRule() {}

    static boolean valid(byte[] bytes, int from, int to) {
        int end = from < to && bytes[from] == '[' ? literal(bytes, from, to) : name(bytes, from, to);
        return end > from && (end == to || (bytes[end] == ':' && port(bytes, end + 1, to)));
    }

    /** Returns the index behind a name; {@code from} if there is no valid name. */
    private static int name(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != ':') {
            if (bytes[i] == '%' && TargetRule.escape(bytes, i, to)) {
                i += 3;
            } else if (Ascii.host(bytes[i])) {
                i++;
            } else {
                return from;
            }
        }
        return i;
    }

    /** Returns the index behind an IPv6 address in brackets; {@code from} if there is no valid one. */
    private static int literal(byte[] bytes, int from, int to) {
        int colons = 0;
        for (int i = from + 1; i < to; i++) {
            if (bytes[i] == ']') {
                return colons >= 2 ? i + 1 : from;
            }
            if (bytes[i] == ':') {
                colons++;
            } else if (bytes[i] != '.' && Ascii.hex(bytes[i]) < 0) {
                return from;
            }
        }
        return from;
    }

    /** Whether a port is valid. It may be empty (RFC 3986 §3.2.3). */
    private static boolean port(byte[] bytes, int from, int to) {
        int port = 0;
        for (int i = from; i < to; i++) {
            if (!Ascii.digit(bytes[i])) {
                return false;
            }
            port = port * 10 + bytes[i] - '0';
            if (port > MAX_PORT) {
                return false;
            }
        }
        return true;
    }
}
