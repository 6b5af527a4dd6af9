package dev.cordon.protocol;

import java.nio.charset.StandardCharsets;

/** The rule for names that come from outside. */
final class Text {
    private Text() {}

    /**
     * Checks a name: 1 to {@code maxBytes} UTF-8 bytes, well-formed, no control characters.
     *
     * @throws IllegalArgumentException saying which rule the name breaks, without quoting it
     */
    static String checked(String what, String value, int maxBytes) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        if (value.length() > maxBytes || value.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new IllegalArgumentException(what + " is longer than " + maxBytes + " bytes");
        }
        value.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                throw new IllegalArgumentException(what + " has a control character");
            }
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException(what + " has half a surrogate pair");
            }
        });
        return value;
    }
}
