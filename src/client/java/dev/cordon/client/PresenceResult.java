package dev.cordon.client;

import java.util.List;

/**
 * The connections that are subscribed to a channel.
 *
 * @param connections in the order of the answer; empty if the owner is away
 */
public record PresenceResult(List<Present> connections) {
    public PresenceResult {
        connections = List.copyOf(connections);
    }

    /**
     * One connection.
     *
     * @param client its id
     * @param user its user, the channel's owner
     * @param session its session
     * @param node the {@code uid} of its node, as in {@link InfoResult}
     */
    public record Present(String client, String user, String session, String node) {}
}
