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
     * @param address name of its machine and port, for people
     * @param startedAt by the clock of the directory
     * @param load at its last heartbeat
     */
    record Node(String id, String version, String address, State state, Instant startedAt, Load load) {}

    /**
     * What a node bears.
     *
     * @param connections all sockets, those without a token included
     * @param heapUsed bytes
     * @param heapMax bytes
     */
    record Load(long users, long connections, long heapUsed, long heapMax) {}

    /**
     * The answer to a heartbeat.
     *
     * @param nodes the nodes that live, the one that asks included, in the order in which they started
     * @param lost the nodes that this heartbeat has removed, as they were at their last heartbeat. They were silent for
     *     {@link #LOST_AFTER}, or the carrier knows that they ended. Each comes in one answer to one node. A node that
     *     left comes in none
     */
    record Beat(List<Node> nodes, List<Node> lost) {
        public Beat {
            nodes = List.copyOf(nodes);
            lost = List.copyOf(lost);
        }
    }

    /**
     * Says that this node lives, and removes those that are lost. A node judges others only when it has itself beaten
     * for {@link #LOST_AFTER} without a pause: after a failure of the directory all are silent.
     *
     * @throws dev.cordon.log.LogUnavailableException if the directory cannot be reached
     */
    Beat beat(State state, Load load);

    /**
     * Returns the nodes that live, in the order in which they started.
     *
     * @throws dev.cordon.log.LogUnavailableException if the directory cannot be reached
     */
    List<Node> nodes();

    /** Removes this node, which stops. */
    void leave();
}
