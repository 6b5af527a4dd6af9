package dev.cordon.protocol;

/**
 * The id of one browser or device of a user, from the client or from the token's {@code sid}. An id is unique within
 * its user only: two users with the same session id share nothing.
 *
 * @param value 1–128 UTF-8 bytes without control characters
 */
public record SessionId(String value) {
    /** Longest id, in bytes of UTF-8. */
    public static final int MAX_BYTES = 128;

    /** @throws IllegalArgumentException if the value is empty, too long or has a control character */
    public SessionId {
        NameRule.check("session", value, MAX_BYTES);
    }

    @Override
    public String toString() {
        return value;
    }
}
