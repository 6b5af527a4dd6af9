package dev.cordon.client;

import java.util.Optional;

/**
 * Subscribes the connections that a user has now to a channel of the user, in a cluster on every node, and tells their
 * clients. It does not hold for connections that the user opens later.
 *
 * @param user the user
 * @param channel {@code #user} or {@code topic#user}
 * @param session if present, only connections of this session
 * @param client if present, only this connection
 * @param data if present, told to the clients: one JSON value, as text
 * @param since if present, each connection begins behind this position; the node answers by an error (code 112) if what
 *     followed is not all retained. Otherwise behind what its session has acknowledged, else with the next message
 */
public record Subscribe(
        String user,
        String channel,
        Optional<String> session,
        Optional<String> client,
        Optional<String> data,
        Optional<Position> since)
        implements Command<SubscribeResult> {
    /** All connections of a user. */
    public Subscribe(String user, String channel) {
        this(user, channel, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither user nor channel nor data. */
    @Override
    public String toString() {
        return "Subscribe";
    }
}
