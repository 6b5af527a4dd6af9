package dev.cordon.protocol.json;

import java.nio.charset.StandardCharsets;

/** A decoder of JSON strings (RFC 8259 §7). Stateless; any thread. */
final class JsonStrings {
    private JsonStrings() {}

    /**
     * Checks an escape.
     *
     * @param at offset behind the backslash
     * @return offset behind the escape
     * @throws InvalidJsonException if the grammar has no such escape
     */
    static int escapeEnd(byte[] source, int at, int to) {
        if (at < to) {
            switch (source[at]) {
                case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                    return at + 1;
                }
                case 'u' -> {
                    if (to - at > 4 && hex(source, at + 1)) {
                        return at + 5;
                    }
                }
                default -> {}
            }
        }
        throw JsonScanner.malformed();
    }

    private static boolean hex(byte[] source, int from) {
        for (int i = from; i < from + 4; i++) {
            if (source[i] < 0 || Character.digit(source[i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Decodes a string that the scanner has checked. The range excludes the quotes. */
    static String text(byte[] source, int from, int to) {
        String raw = new String(source, from, to - from, StandardCharsets.UTF_8);
        int escape = raw.indexOf('\\');
        return escape < 0 ? raw : unescaped(raw, escape);
    }

    private static String unescaped(String raw, int firstEscape) {
        StringBuilder text = new StringBuilder(raw.length()).append(raw, 0, firstEscape);
        int i = firstEscape;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char kind = raw.charAt(i++);
            switch (kind) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, i, i + 4, 16));
                    i += 4;
                }
                default -> text.append(kind);
            }
        }
        return text.toString();
    }
}
