package dev.cordon.protocol;

/**
 * The id of a user: the subject of a verified token. A deployment has one issuer, so the subject alone is unique.
 *
 * @param value 1–256 UTF-8 bytes without control characters; compared byte by byte, never folded or normalised
 */
public record UserId(String value) {
    /** Longest id, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256;

    /** @throws IllegalArgumentException if the value is empty, too long or has a control character */
    public UserId {
        NameRule.check("user", value, MAX_BYTES);
    }

    // Written by hand: every delivery looks users up, and the methods of a record go through method handles.
    @Override
    public boolean equals(Object other) {
        return other instanceof UserId that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
