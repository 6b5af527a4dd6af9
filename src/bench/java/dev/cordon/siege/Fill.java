package dev.cordon.siege;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Fills one share of the heap until something has to go.
 *
 * @param share as the figures name it
 * @param attack that fills it
 * @param counter that moves when something went
 * @param label of that counter
 */
record Fill(String share, Attack attack, String counter, String label) {
    /**
     * Those that can be filled from outside. An address in a rate limiter is forgotten 10 ms later: {@code RateLimiterTest} fills that share.
     * Only back ends fill groups, and {@code MemoryUserGroupsTest} does.
     */
    static List<Fill> all(long heapMegabytes) {
        return List.of(
                new Fill("half_received", new UsersHalfFrames(), "cordon_cuts_total", "half_received"),
                new Fill("queues", new StalledReaders(), "cordon_closes_total", "3008"),
                new Fill("history", new FreshChannels(500, 1), "cordon_log_left_total", "log_full"),
                new Fill("positions", new AcknowledgedTopics(), "cordon_ack_positions_dropped_total", ""),
                new Fill("idempotency_keys", new KeyedPublishes(), "cordon_idempotency_keys_forgotten_total", ""),
                new Fill(
                        "connections",
                        new Crowd((int) ((heapMegabytes - 48) * 17.5) + 200),
                        "cordon_rejected_total",
                        "connection_cap"));
    }

    /** Goes on until the counter moves; false when it has not by then. */
    boolean within(Duration most, BesiegedNode node, InetAddress from) {
        double before = value(node);
        long end = System.nanoTime() + most.toNanos();
        while (System.nanoTime() - end < 0 && node.alive()) {
            try {
                attack.round(node, from);
            } catch (IOException e) {
                // Rejected on the way: the counter tells whether that was for want of room.
                Attack.pause(Duration.ofMillis(100));
            }
            if (value(node) > before) {
                return true;
            }
        }
        return false;
    }

    private double value(BesiegedNode node) {
        return BesiegedNode.metric(node.metrics(), counter, label);
    }
}
