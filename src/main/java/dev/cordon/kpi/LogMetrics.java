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
                                "Follows users of the last ack.ttl; those without publications or readers are then forgotten by the cleanup."),
                gauge("log_publications", () -> stats.get().publications())
                        .means("Publications retained.")
                        .then("For sizing."),
                gauge("log_bytes", () -> stats.get().bytes())
                        .means("Payload bytes retained.")
                        .then(
                                "For sizing. In memory cordon_memory_used_bytes{share=history} is what counts against history.total-max-bytes: with what channels take beside it."),
                counter("log_channels_evicted", () -> stats.get().channelsEvicted())
                        .means("Channels given up for want of room, with all that was known of them.")
                        .then(
                                "Moves: clients of these users are told recovered:false; raise history.total-max-bytes, or find who publishes to fresh channels."));
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
                "Publications that left the log: by age, by the channel's limit, by the limit of all, or on request.",
                "channel_full: history.size is short for this load. log_full: raise history.total-max-bytes or add a node.");
    }
}
