package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counters;
import static dev.cordon.kpi.Figure.gauge;

import dev.cordon.log.LogStats;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the log holds, and what left it. */
final class LogFigures {
    private LogFigures() {}

    static List<Figure> of(Sources sources) {
        Supplier<LogStats> stats = new Recent<>(sources.log()::stats, LogStats.NONE, sources.ticker());
        List<Figure> now = List.of(
                gauge("log_channels", () -> stats.get().channels())
                        .means("Channels that the log knows.")
                        .then("Follows users; those without publications or readers are forgotten by the cleanup."),
                gauge("log_publications", () -> stats.get().publications())
                        .means("Publications retained.")
                        .then("For sizing."),
                gauge("log_bytes", () -> stats.get().bytes())
                        .means("Payload bytes retained.")
                        .then("Near history.total-max-bytes: whole channels are about to be evicted."));
        return Stream.concat(now.stream(), left(stats).stream()).toList();
    }

    private static List<Figure> left(Supplier<LogStats> stats) {
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
