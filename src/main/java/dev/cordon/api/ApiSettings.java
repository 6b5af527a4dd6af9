package dev.cordon.api;

/**
 * The limits of the server API.
 *
 * @param maxMessageBytes {@code cordon.message.max-bytes}: largest payload of one message, in bytes
 * @param errors {@code cordon.api.error-mode}
 */
public record ApiSettings(int maxMessageBytes, ErrorMode errors) {
    private static final int MIB = 1024 * 1024;

    /** Largest body of a request, in bytes. One message of the largest size always fits. */
    private static final int MAX_BODY_BYTES = 8 * MIB;

    /**
     * @throws IllegalArgumentException if a setting is not positive or too large for a request; the message names the
     *     setting
     */
    public ApiSettings {
        if (maxMessageBytes <= 0) {
            throw new IllegalArgumentException("cordon.message.max-bytes must be positive");
        }
    }

    ApiSettings(int maxMessageBytes) {
        this(maxMessageBytes, ErrorMode.TRANSPORT);
    }

    int maxBodyBytes() {
        return Math.max(MAX_BODY_BYTES, (int) Math.min(maxMessageBytes + (long) MIB, Integer.MAX_VALUE - MIB));
    }
}
