package dev.cordon.protocol;

/**
 * The name of a group of users, given by the back end. Groups of a token, such as the publisher's, are something else.
 *
 * @param value 1–128 UTF-8 bytes without control characters; compared byte by byte, never folded or normalised
 */
public record GroupName(String value) {
    /** Longest name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 128;

    /** @throws IllegalArgumentException if the value is empty, too long or has a control character */
    public GroupName {
        NameRule.check("group", value, MAX_BYTES);
    }

    @Override
    public String toString() {
        return value;
    }
}
