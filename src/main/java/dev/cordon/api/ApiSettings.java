package dev.cordon.api;

/**
 * Bounds of the server API.
 *
 * @param maxMessageBytes {@code cordon.message.max-bytes}: payload of one message
 */
public record ApiSettings(int maxMessageBytes) {
    /** @throws IllegalArgumentException naming the setting that is not positive */
    public ApiSettings {
        if (maxMessageBytes <= 0) {
            throw new IllegalArgumentException("cordon.message.max-bytes must be positive");
        }
    }
}
