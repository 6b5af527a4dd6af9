package dev.cordon.payara.http;

import dev.cordon.http.Ascii;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A request's target (RFC 9112 §3.2): a path, an absolute http address, or {@code *} of OPTIONS. */
final class TargetRule {
    private TargetRule() {}

    /** @throws HttpFaultException when it is none of these */
    static void check(byte[] bytes, int from, int to, boolean options) {
        for (int i = from; i < to; i++) {
            if (bytes[i] <= ' ' || bytes[i] == '#') {
                throw HttpFaultException.bad("the target holds what no address may: percent-encode it");
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

    /** Percent signs begin escapes (RFC 3986 §2.1), which stand for text. A query is its application's affair. */
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

    /** Whether a percent sign has its two digits. */
    static boolean escape(byte[] bytes, int at, int to) {
        return to - at > 2 && Ascii.hex(bytes[at + 1]) >= 0 && Ascii.hex(bytes[at + 2]) >= 0;
    }
}
