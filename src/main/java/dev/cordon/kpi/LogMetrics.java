package dev.cordon.kpi;

import static dev.cordon.metric.Metric.counter;
import static dev.cordon.metric.Metric.counters;
import static dev.cordon.metric.Metric.gauge;

import dev.cordon.log.LogStats;
import dev.cordon.metric.Metric;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The metrics of the log: what it holds, and what has left it. */
final class LogMetrics {
    private LogMetrics() {}

    static List<Metric> of(Sources sources) {
        Supplier<LogStats> stats = new CachedReading<>(sources.log()::stats, LogStats.NONE, sources.ticker());
        List<Metric> now = List.of(
                gauge("log_channels", () -> stats.get().channels())
                        .means("Channels that the log knows.")
                        .then(
                                "Follows the users of the last ack.ttl: later the cleanup forgets channels without publications and readers."),
                gauge("log_publications", () -> stats.get().publications())
                        .means("Publications retained.")
                        .then("For sizing."),
                gauge("log_bytes", () -> stats.get().bytes())
                        .means("Payload bytes retained.")
                        .then("For sizing. With the log in memory, cordon_memory_used_bytes{share=history} counts"
                                + " against history.total-max-bytes: it includes what the channels take"
                                + " beside the payloads."),
                counter("log_channels_evicted", () -> stats.get().channelsEvicted())
                        .means("Channels removed for lack of room, with all their state.")
                        .then(
                                "Rises: clients of these users get recovered:false. Raise history.total-max-bytes, or find the back end that publishes to many new channels."));
        return Stream.concat(now.stream(), left(stats).stream()).toList();
    }

    private static List<Metric> left(Supplier<LogStats> stats) {
        return counters(
                "log_left",
                "reason",
                Map.of(
                        "expired", () -> stats.get().expired(),
                        "channel_full", () -> stats.get().evictedByChannelLimit(),
                        "log_full", () -> stats.get().evictedByTotalLimit(),
                        "removed", () -> stats.get().removed()),
                "Publications that left the log: by age, by the channel's limit, by the limit of all channels together, or on request.",
                "channel_full: history.size is short for this load. log_full: raise history.total-max-bytes or add a node.");
    }
}
