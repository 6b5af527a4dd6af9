package dev.cordon.protocol.json;

/**
 * A validator of UTF-8 (RFC 3629), for whole texts and for texts that arrive in pieces. A browser that receives invalid
 * UTF-8 closes its connection with 1007 (RFC 6455 §8.1). The state between two pieces is one number: 0 between
 * characters, else the range of the next byte and the count of bytes to come. Stateless; any thread.
 */
public final class Utf8 {
    /** State between two characters. A text starts and must end in this state. */
    public static final int BOUNDARY = 0;

    /** State after invalid bytes, whatever follows. */
    public static final int INVALID = -1;

    private Utf8() {}

    /** Returns true if the bytes are a complete text in UTF-8. */
    public static boolean valid(byte[] bytes) {
        return check(BOUNDARY, bytes, 0, bytes.length) == BOUNDARY;
    }

    /** Returns true if UTF-8 can encode the text: the text has no half of a surrogate pair. */
    public static boolean wellFormed(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Validates the next piece of a text.
     *
     * @param state {@link #BOUNDARY}, or the result of the call for the piece before
     * @return the state behind the piece, or {@link #INVALID}
     */
    public static int check(int state, byte[] bytes, int from, int to) {
        int now = state;
        int at = from;
        while (at < to && now != INVALID) {
            if (now == BOUNDARY) {
                at = skipAscii(bytes, at, to);
                if (at == to) {
                    return BOUNDARY;
                }
                now = first(bytes[at++] & 0xFF);
            } else {
                now = next(now, bytes[at++] & 0xFF);
            }
        }
        return now;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = SwarScan.skipAscii(bytes, from, to);
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** The range of the second byte excludes overlong forms, surrogates and code points beyond U+10FFFF. */
    private static int first(int lead) {
        if (lead >= 0xC2 && lead <= 0xDF) {
            return expect(1, 0x80, 0xBF);
        }
        return switch (lead) {
            case 0xE0 -> expect(2, 0xA0, 0xBF);
            case 0xED -> expect(2, 0x80, 0x9F);
            case 0xF0 -> expect(3, 0x90, 0xBF);
            case 0xF1, 0xF2, 0xF3 -> expect(3, 0x80, 0xBF);
            case 0xF4 -> expect(3, 0x80, 0x8F);
            default -> lead >= 0xE1 && lead <= 0xEF ? expect(2, 0x80, 0xBF) : INVALID;
        };
    }

    private static int next(int state, int octet) {
        int low = (state >> 8) & 0xFF;
        int high = (state >> 16) & 0xFF;
        if (octet < low || octet > high) {
            return INVALID;
        }
        int left = (state & 0xFF) - 1;
        return left == 0 ? BOUNDARY : expect(left, 0x80, 0xBF);
    }

    private static int expect(int left, int low, int high) {
        return left | (low << 8) | (high << 16);
    }
}
