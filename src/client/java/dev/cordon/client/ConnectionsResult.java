package dev.cordon.client;

import java.time.Instant;
import java.util.List;

/**
 * The connections of a user.
 *
 * @param connections in the order of the answer; empty if the user is away
 */
public record ConnectionsResult(List<Connected> connections) {
    public ConnectionsResult {
        connections = List.copyOf(connections);
    }

    /**
     * One connection.
     *
     * @param client its id
     * @param user its user
     * @param session its session
     * @param node the {@code uid} of its node, as in {@link InfoResult}
     * @param end when it ends unless its client brings a fresh token
     * @param channels the channels it is subscribed to
     */
    public record Connected(
            String client, String user, String session, String node, Instant end, List<String> channels) {
        public Connected {
            channels = List.copyOf(channels);
        }
    }
}
