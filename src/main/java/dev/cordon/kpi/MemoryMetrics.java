package dev.cordon.kpi;

import static dev.cordon.metric.Metric.gauge;

import dev.cordon.metric.Metric;
import java.util.List;

/** The metrics of the heap in use and of leaked managers. */
final class MemoryMetrics {
    private MemoryMetrics() {}

    static List<Metric> of(MemoryWatch memory, LeakWatch leaks) {
        return List.of(
                gauge("heap_live_bytes", memory::live)
                        .means("Heap in use after the last collection of the old generation; 0 before the first.")
                        .then("For sizing: near the maximum, add heap or a node."),
                gauge("memory_per_user_bytes", memory::perUser)
                        .means(
                                "heap_live_bytes minus its lowest value since the start, divided by the users connected then.")
                        .then("Above its threshold: look at log_bytes and queue_bytes."),
                gauge("memory_growth_bytes", memory::growth)
                        .means(
                                "Growth of heap_live_bytes within the last hour, beyond 100 KB for each additional user.")
                        .then("Above its threshold: compare two heap dumps."),
                gauge("managers_uncollected", leaks::uncollected)
                        .means("Released managers that are not yet garbage collected; at most 10,000 are watched.")
                        .then("Falls to 0 with each collection of the old generation."),
                gauge("leaked_managers", leaks::leaked)
                        .means(
                                "Managers released over five minutes ago that survived two collections of the old generation since.")
                        .then("Must be 0: take a heap dump and find the references to WebSocketManager."));
    }
}
