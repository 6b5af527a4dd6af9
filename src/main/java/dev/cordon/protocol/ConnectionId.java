package dev.cordon.protocol;

import java.util.UUID;

/** Names one connection, to its client ({@code client} in the connect reply) and to the server API. Made by the server only. */
public record ConnectionId(String value) {
    /** @throws IllegalArgumentException if the value is empty, longer than 64 bytes or has a control character */
    public ConnectionId {
        Text.checked("client", value, 64);
    }

    /** A fresh random id of 122 bits. */
    public static ConnectionId random() {
        return new ConnectionId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
