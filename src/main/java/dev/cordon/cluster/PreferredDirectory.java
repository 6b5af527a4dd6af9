package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Two directories of the same nodes. A node beats in both, and is there while it is in either: a node whose preferred
 * directory has ended, or is cut off from this node's, still serves its connections. While the preferred one can be
 * reached, it says which nodes are lost, because it notices sooner. Nobody waits for the preferred one for longer than
 * {@link BoundedCalls#PATIENCE}, so that it does not delay the heartbeats in the other one. Thread-safe.
 */
public final class PreferredDirectory implements NodeDirectory {
    private static final System.Logger LOG = System.getLogger(PreferredDirectory.class.getName());

    private final NodeDirectory preferred;
    private final NodeDirectory other;
    private final BoundedCalls calls = new BoundedCalls("cordon-nodes");
    /** Told in answers that came too late. */
    private final Queue<Node> lostLate = new ConcurrentLinkedQueue<>();

    public PreferredDirectory(NodeDirectory preferred, NodeDirectory other) {
        this.preferred = preferred;
        this.other = other;
    }

    @Override
    public Beat beat(State state, Load load) {
        Beat beat = other.beat(state, load);
        try {
            Beat first = calls.call(() -> preferred.beat(state, load), late -> lostLate.addAll(late.lost()));
            List<Node> lost = new ArrayList<>(first.lost());
            for (Node late = lostLate.poll(); late != null; late = lostLate.poll()) {
                lost.add(late);
            }
            return new Beat(both(first.nodes(), beat.nodes()), lost);
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
            return both(calls.call(preferred::nodes, late -> {}), nodes);
        } catch (LogUnavailableException e) {
            return nodes;
        }
    }

    @Override
    public void leave() {
        try {
            calls.run(preferred::leave);
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "The node could not leave the preferred directory: {0}", e.getMessage());
        }
        other.leave();
    }
}
