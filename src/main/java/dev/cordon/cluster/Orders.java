package dev.cordon.cluster;

import dev.cordon.manager.DisconnectOrder;
import java.time.Duration;
import java.util.List;

/** The carrier of orders between nodes. An order reaches each node that lives, once. Thread-safe. */
public interface Orders {
    /** Time for which an order is kept for nodes that could not read it. */
    Duration KEPT = Duration.ofMinutes(10);

    /**
     * Passes an order on to the other nodes, and hints them to read it.
     *
     * @throws dev.cordon.log.LogUnavailableException if it may not have been stored
     */
    void send(DisconnectOrder order);

    /**
     * The orders of other nodes that were not returned before.
     *
     * @throws dev.cordon.log.LogUnavailableException if they cannot be read
     */
    List<Received> fresh();

    /**
     * Removes the orders that are older than {@link #KEPT}.
     *
     * @throws dev.cordon.log.LogUnavailableException if they cannot be removed
     */
    void sweep();

    /** @param age time since the order was given; connections that are younger are not meant */
    record Received(DisconnectOrder order, Duration age) {}
}
