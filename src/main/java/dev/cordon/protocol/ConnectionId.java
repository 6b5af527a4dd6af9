package dev.cordon.protocol;

import java.util.UUID;

/**
 * The id of one connection, in the connect reply ({@code client}) and in the server API. Only the server makes these
 * ids.
 */
public record ConnectionId(String value) {
    /** @throws IllegalArgumentException if the value is empty, longer than 64 bytes or has a control character */
    public ConnectionId {
        NameRule.check("client", value, 64);
    }

    /** Returns a new random id of 122 bits. */
    public static ConnectionId random() {
        return new ConnectionId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
