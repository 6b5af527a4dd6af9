package dev.cordon.kpi;

import static dev.cordon.metric.Metric.gauge;

import dev.cordon.manager.FactoryStats;
import dev.cordon.metric.Metric;
import java.util.List;
import java.util.function.Supplier;

/** The metrics of what the factory holds now. */
public final class ManagerMetrics {
    private ManagerMetrics() {}

    /** @param stats read for each value; {@code /metrics} wants one reading for all values of a scrape */
    public static List<Metric> of(Supplier<FactoryStats> stats) {
        return List.of(
                gauge("users", () -> stats.get().users())
                        .means("Users with a connection.")
                        .then("For sizing."),
                gauge("managers", () -> stats.get().managers())
                        .means("Managers alive: sessions with a connection.")
                        .then("Equals managers created minus managers released; otherwise something leaks."),
                gauge("connections", () -> stats.get().connections())
                        .means("Open sockets, including those that have not presented a token.")
                        .then("Near max-connections: add a node."),
                gauge("connections_opening", () -> stats.get().opening())
                        .means("Sockets that have not presented a token yet.")
                        .then("High: clients open sockets and never connect; find out where they come from."),
                gauge("queue_messages", () -> stats.get().queuedMessages())
                        .means("Messages waiting in all outbound queues.")
                        .then("Grows: readers or the network are slower than the publishers."),
                gauge("queue_bytes", () -> stats.get().queuedBytes())
                        .means("Bytes waiting in all outbound queues.")
                        .then("Memory that slow readers take; large messages wait outside the heap. Bounded by"
                                + " queue.max-bytes for each connection, and by queue.total-max-bytes for all"
                                + " that do not read."));
    }
}
