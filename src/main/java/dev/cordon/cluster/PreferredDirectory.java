package dev.cordon.cluster;

import dev.cordon.log.LogUnavailableException;
import java.util.List;

/**
 * Two directories of the same nodes. A node beats in both. The preferred one says who is there while it can be reached;
 * then the other one's rows are kept for those that need them, and its lost nodes are told by the preferred one.
 * Thread-safe.
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
            return preferred.beat(state, load);
        } catch (LogUnavailableException e) {
            return beat;
        }
    }

    @Override
    public List<Node> nodes() {
        try {
            return preferred.nodes();
        } catch (LogUnavailableException e) {
            return other.nodes();
        }
    }

    @Override
    public void leave() {
        preferred.leave();
        other.leave();
    }
}
