package dev.cordon.gateway;

import java.util.Set;

/**
 * Settings of the handshake and the connect command.
 *
 * @param allowedOrigins {@code cordon.allowed-origins}; if empty, the server's own origin only
 * @param connectRatePerAddress {@code cordon.connect-rate-per-address}: handshakes a second, 0 for no limit; four
 *     seconds' worth may come at once
 * @param connectRatePerUser {@code cordon.connect-rate-per-user}: connects a minute, 0 for no limit; a minute's worth
 *     may come at once
 * @param maxMessageBytes {@code cordon.message.max-bytes}: most bytes of one message's payload
 */
public record SocketSettings(
        Set<String> allowedOrigins, int connectRatePerAddress, int connectRatePerUser, int maxMessageBytes) {
    /** Most payload bytes that fit into a client's frame, with room for the command around the payload. */
    static final int MAX_MESSAGE_BYTES = 1_000 * 1024;

    /** @throws IllegalArgumentException if a setting is invalid; the message names it */
    public SocketSettings {
        try {
            allowedOrigins = new Origins(allowedOrigins).allowed();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cordon.allowed-origins: " + e.getMessage(), e);
        }
        notNegative("connect-rate-per-address", connectRatePerAddress);
        notNegative("connect-rate-per-user", connectRatePerUser);
        if (maxMessageBytes <= 0 || maxMessageBytes > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("cordon.message.max-bytes is " + maxMessageBytes + " but must be 1 to "
                    + MAX_MESSAGE_BYTES + " (1,000 KiB: a frame of a client has 1 MiB at most)");
        }
    }

    private static void notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException("cordon." + name + " is " + value + " but must be 0 or more");
        }
    }
}
