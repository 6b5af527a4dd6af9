package dev.cordon.http;

import java.nio.charset.StandardCharsets;

/** Character classes of HTTP's grammar, for single bytes and for names (RFC 9110 §5.6.2, RFC 3986 §2). */
public final class Ascii {
    private static final boolean[] TOKEN = table("!#$%&'*+-.^_`|~");
    private static final boolean[] HOST = table("-._~!$&'()*+,;=");

    private Ascii() {}

    private static boolean[] table(String punctuation) {
        boolean[] in = new boolean[128];
        for (int c = 0; c < in.length; c++) {
            in[c] = Character.isLetterOrDigit(c) || punctuation.indexOf(c) >= 0;
        }
        return in;
    }

    public static boolean token(byte b) {
        return b >= 0 && TOKEN[b];
    }

    /** Whether the bytes are a token, of at least one byte. */
    public static boolean token(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!token(bytes[i])) {
                return false;
            }
        }
        return to > from;
    }

    /** Whether the text begins with a token of this length; false for a length below 1. */
    public static boolean token(String text, int length) {
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                return false;
            }
        }
        return length > 0;
    }

    /** Whether a registered name may contain the byte, without percent-encoding (RFC 3986 §3.2.2). */
    public static boolean host(byte b) {
        return b >= 0 && HOST[b];
    }

    public static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** The value of a hexadecimal digit; -1 if the byte is none. */
    public static int hex(byte b) {
        return b < 0 ? -1 : Character.digit((char) b, 16);
    }

    public static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** Whether the bytes equal a text in lower case, ignoring the case of letters. */
    public static boolean is(String lower, byte[] bytes, int from, int to) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            int c = bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] + ('a' - 'A') : bytes[i];
            if (c != lower.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    public static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
