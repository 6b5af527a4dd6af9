package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two directories of the same nodes. A node beats in both, and is there while it is in either: a node whose preferred
 * directory has ended, or is cut off from this node's, still serves its connections. While the preferred one can be
 * reached, it says which nodes are lost, because it notices sooner. Thread-safe.
 */
public final class PreferredDirectory implements NodeDirectory {
    private final NodeDirectory preferred;
    private final NodeDirectory other;

    public PreferredDirectory(NodeDirectory preferred, NodeDirectory other) {
        this.preferred = preferred;
        this.other = other;
    }

    @Override
    public Beat beat(State state, Load load) {
        Beat beat = other.beat(state, load);
        try {
            Beat first = preferred.beat(state, load);
            return new Beat(both(first.nodes(), beat.nodes()), first.lost());
        } catch (LogUnavailableException e) {
            return beat;
        }
    }

    /** Of a node that is in both, the first entry counts. */
    private static List<Node> both(List<Node> first, List<Node> second) {
        Map<String, Node> byId = new LinkedHashMap<>();
        first.forEach(node -> byId.put(node.id(), node));
        second.forEach(node -> byId.putIfAbsent(node.id(), node));
        return byId.values().stream()
                .sorted(Comparator.comparing(Node::startedAt).thenComparing(Node::id))
                .toList();
    }

    @Override
    public List<Node> nodes() {
        List<Node> nodes = other.nodes();
        try {
            return both(preferred.nodes(), nodes);
        } catch (LogUnavailableException e) {
            return nodes;
        }
    }

    @Override
    public void leave() {
        preferred.leave();
        other.leave();
    }
}
