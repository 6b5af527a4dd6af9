package dev.cordon.protocol;

/** The rule for names from clients and tokens. */
final class NameRule {
    private NameRule() {}

    /**
     * Checks a name: 1 to {@code maxBytes} UTF-8 bytes, well-formed, no control characters.
     *
     * @throws IllegalArgumentException if the name breaks the rule; the message does not quote the name
     */
    static String check(String what, String value, int maxBytes) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        if (value.length() > maxBytes) {
            throw tooLong(what, maxBytes);
        }
        int bytes = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c)) {
                throw new IllegalArgumentException(what + " has a control character");
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(what + " has half a surrogate pair");
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        if (bytes > maxBytes) {
            throw tooLong(what, maxBytes);
        }
        return value;
    }

    private static IllegalArgumentException tooLong(String what, int maxBytes) {
        return new IllegalArgumentException(what + " is longer than " + maxBytes + " bytes");
    }
}
