package dev.cordon.kpi;

import static dev.cordon.metric.Metric.gauge;
import static dev.cordon.metric.Metric.seconds;

import dev.cordon.metric.Metric;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.CleanupInterval;
import java.util.List;

/** The metrics of the cleanup and the tick that are no counters. */
final class UpkeepMetrics {
    private UpkeepMetrics() {}

    static List<Metric> of(Sources sources, CleanupInterval interval) {
        Cleanup of = sources.cleanup();
        return List.of(
                gauge(
                                "cleanup_left",
                                () -> of.last().stream()
                                        .mapToLong(report -> Math.abs(report.found() - report.removed()))
                                        .sum())
                        .means("Items that the last cleanup found and did not remove.")
                        .then("Must be 0: the server's log names the sweep."),
                gauge(
                                "cleanup_age_intervals",
                                () -> (double) of.sinceLastRun().toNanos()
                                        / interval.duration().toNanos())
                        .means("Time since the last cleanup, or since the start, in cleanup intervals.")
                        .then("Above its threshold, the cleanup is overdue."),
                seconds("cleanup_age", () -> of.sinceLastRun().toNanos())
                        .means("Time since the last cleanup, or since the start.")
                        .then("Over two intervals readiness turns DOWN: restart the node, and report it."),
                seconds("tick_age", () -> sources.tick().sinceLastRun().toNanos())
                        .means(
                                "Time since the last tick: the run, twice a second, that sends pings and enforces deadlines.")
                        .then(
                                "Over 10 s readiness turns DOWN, over 30 s liveness: restart the node, keep a thread dump."));
    }
}
