package dev.cordon.protocol;

/**
 * The subject of a verified token. One issuer a deployment, so that the subject alone names the user.
 *
 * @param value 1–256 UTF-8 bytes without control characters; compared byte by byte, never folded or normalised
 */
public record UserId(String value) {
    /** Upper bound of a user's name, in UTF-8 bytes. */
    public static final int MAX_BYTES = 256;

    /** @throws IllegalArgumentException if the value is empty, too long or has a control character */
    public UserId {
        Text.checked("user", value, MAX_BYTES);
    }

    // Written out: the keys of every look-up on a message's walk, and a record's own go through method handles.
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
