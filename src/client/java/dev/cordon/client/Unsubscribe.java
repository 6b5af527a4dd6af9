package dev.cordon.client;

import java.util.Optional;

/**
 * Unsubscribes the connections that a user has now from a channel of the user, in a cluster on every node, and tells
 * their clients.
 *
 * @param user the user
 * @param channel {@code #user} or {@code topic#user}
 * @param session if present, only connections of this session
 * @param client if present, only this connection
 */
public record Unsubscribe(String user, String channel, Optional<String> session, Optional<String> client)
        implements Command<UnsubscribeResult> {
    /** All connections of a user. */
    public Unsubscribe(String user, String channel) {
        this(user, channel, Optional.empty(), Optional.empty());
    }

    @Override
    public boolean repeatable() {
        return true;
    }

    /** Shows neither user nor channel. */
    @Override
    public String toString() {
        return "Unsubscribe";
    }
}
