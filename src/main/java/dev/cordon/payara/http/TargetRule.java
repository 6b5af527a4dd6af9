package dev.cordon.payara.http;

import dev.cordon.http.Ascii;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A check of a request's target (RFC 9112 §3.2): a path, an absolute http address, or {@code *} with OPTIONS. */
final class TargetRule {
    private TargetRule() {}

    /** @throws HttpFaultException if the target is invalid */
    static void check(byte[] bytes, int from, int to, boolean options) {
        for (int i = from; i < to; i++) {
            if (bytes[i] <= ' ' || bytes[i] == '#') {
                throw HttpFaultException.bad("the target has a character that no address may have: percent-encode it");
            }
        }
        if (from < to && bytes[from] == '/') {
            path(bytes, from, to);
        } else if (to - from != 1 || bytes[from] != '*' || !options) {
            absolute(bytes, from, to);
        }
    }

    private static void absolute(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        boolean http = Ascii.is("http", bytes, from, colon) || Ascii.is("https", bytes, from, colon);
        if (!http || to - colon < 3 || bytes[colon + 1] != '/' || bytes[colon + 2] != '/') {
            throw HttpFaultException.bad("the target must be a path that begins with a slash, or an http address");
        }
        int authority = colon + 3;
        int end = authority;
        while (end < to && bytes[end] != '/' && bytes[end] != '?') {
            end++;
        }
        if (!HostRule.valid(bytes, authority, end)) {
            throw HttpFaultException.bad("the target names no valid host and port");
        }
        path(bytes, end, to);
    }

    /**
     * Checks that each percent sign begins an escape (RFC 3986 §2.1) and that the escapes stand for UTF-8 text without
     * NUL. The query is left to the application.
     */
    private static void path(byte[] bytes, int from, int to) {
        ByteArrayOutputStream escaped = null;
        for (int i = from; i < to && bytes[i] != '?'; i++) {
            if (bytes[i] == '%') {
                if (!escape(bytes, i, to)) {
                    throw HttpFaultException.bad(
                            "a percent sign in the path is not followed by two hexadecimal digits");
                }
                escaped = escaped == null ? new ByteArrayOutputStream() : escaped;
                escaped.write((Ascii.hex(bytes[i + 1]) << 4) | Ascii.hex(bytes[i + 2]));
                i += 2;
            } else if (escaped != null) {
                escaped.write(bytes[i]);
            }
        }
        if (escaped != null) {
            text(escaped.toByteArray());
        }
    }

    private static void text(byte[] escaped) {
        try {
            if (StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(escaped))
                    .chars()
                    .allMatch(c -> c != 0)) {
                return;
            }
        } catch (CharacterCodingException e) {
            throw HttpFaultException.bad("the path's escapes are not UTF-8");
        }
        throw HttpFaultException.bad("the path holds an escaped NUL");
    }

    /** Whether two hexadecimal digits follow a percent sign. */
    static boolean escape(byte[] bytes, int at, int to) {
        return to - at > 2 && Ascii.hex(bytes[at + 1]) >= 0 && Ascii.hex(bytes[at + 2]) >= 0;
    }
}
