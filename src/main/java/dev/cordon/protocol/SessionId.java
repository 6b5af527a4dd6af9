package dev.cordon.protocol;

/**
 * One browser or device of a user, named by the client or by the token's {@code sid}. It means something only together with
 * its user: two users may carry the same session id and share nothing.
 *
 * @param value 1–128 UTF-8 bytes without control characters
 */
public record SessionId(String value) {
    /** Upper bound of a session's name, in UTF-8 bytes. */
    public static final int MAX_BYTES = 128;

    /** @throws IllegalArgumentException if the value is empty, too long or has a control character */
    public SessionId {
        Text.checked("session", value, MAX_BYTES);
    }

    @Override
    public String toString() {
        return value;
    }
}
