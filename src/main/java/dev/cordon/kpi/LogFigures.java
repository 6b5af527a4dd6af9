package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counters;
import static dev.cordon.kpi.Figure.gauge;

import dev.cordon.log.LogStats;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.UserLog;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the log holds, and what left it. */
final class LogFigures {
    private static final System.Logger LOG = System.getLogger(LogFigures.class.getName());

    private LogFigures() {}

    static List<Figure> of(Sources sources) {
        Supplier<LogStats> stats = new Recent<>(reading(sources.log()), sources.ticker());
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

    /** While the log cannot be asked, the figures stay what they were. */
    private static Supplier<LogStats> reading(UserLog log) {
        AtomicReference<LogStats> last = new AtomicReference<>(LogStats.NONE);
        return () -> {
            try {
                last.set(log.stats());
            } catch (LogUnavailableException e) {
                LOG.log(Level.DEBUG, "The log''s figures cannot be read: {0}", e.getMessage());
            }
            return Objects.requireNonNull(last.get());
        };
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
