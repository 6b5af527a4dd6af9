package dev.cordon.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The list of the nodes that share the log. Thread-safe. */
public interface NodeDirectory {
    /** Time without a heartbeat after which a node counts as lost. */
    Duration LOST_AFTER = Duration.ofSeconds(10);

    /** What a node says of itself. */
    enum State {
        READY,
        DRAINING
    }

    /**
     * A node.
     *
     * @param id random, new at each start
     * @param version version of Cordon
     * @param startedAt by the clock of the directory
     */
    record Node(String id, String version, State state, Instant startedAt) {}

    /**
     * Says that this node lives, and returns the nodes that do, this one included, in the order in which they started.
     *
     * @throws dev.cordon.log.LogUnavailableException if the directory cannot be reached
     */
    List<Node> beat(State state);

    /** Removes this node, which stops. */
    void leave();
}
