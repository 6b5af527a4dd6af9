package dev.cordon.client;

import java.util.List;

/**
 * The state of the nodes that answered.
 *
 * @param nodes the asked node first
 * @param silent the {@code uid} of each node that did not answer within two seconds
 */
public record InfoResult(List<NodeState> nodes, List<String> silent) {
    public InfoResult {
        nodes = List.copyOf(nodes);
        silent = List.copyOf(silent);
    }

    /**
     * One node.
     *
     * @param uid id of the node from its start to its end
     * @param version such as {@code cordon 1.0.0}
     * @param state {@code ready} or {@code draining}
     * @param uptimeSeconds since its start
     * @param users users with a connection
     * @param clients open sockets
     */
    public record NodeState(String uid, String version, String state, long uptimeSeconds, long users, long clients) {}
}
