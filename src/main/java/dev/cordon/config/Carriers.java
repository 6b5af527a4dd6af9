package dev.cordon.config;

import dev.cordon.cluster.Inquiries;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.SharedSlots;
import dev.cordon.cluster.Wakeup;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What carries the news between the nodes, as {@code cordon.cluster} says.
 *
 * @param unavailable tells why this node cannot reach the others, beside what the log tells; empty while it can
 */
record Carriers(
        NodeDirectory directory,
        Wakeup wakeup,
        Orders orders,
        Inquiries inquiries,
        SharedSlots slots,
        Supplier<Optional<String>> unavailable) {}
