package dev.cordon.kpi;

import static dev.cordon.kpi.Figure.counter;
import static dev.cordon.kpi.Figure.gauge;
import static dev.cordon.kpi.Figure.seconds;

import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.CleanupInterval;
import java.util.List;

/** Whether the node is kept up. */
final class UpkeepFigures {
    private UpkeepFigures() {}

    static List<Figure> of(Sources sources, CleanupInterval interval) {
        Cleanup of = sources.cleanup();
        return List.of(
                counter("cleanup_runs", of::runs).means("Cleanups run.").then("Must move once an interval."),
                counter("cleanup_found", of::found)
                        .means("Things that cleanups found due for removal.")
                        .then(
                                "Most things are removed at once, elsewhere: a rise of stray connections is worth a look."),
                counter("cleanup_removed", of::removed)
                        .means("Of them, those removed.")
                        .then("Less than found: something holds on; the server's log names the sweep."),
                counter("cleanup_failures", of::failed)
                        .means("Sweeps that failed.")
                        .then("Must stay 0: the server's log has the error."),
                gauge(
                                "cleanup_left",
                                () -> of.last().stream()
                                        .mapToLong(report -> Math.abs(report.found() - report.removed()))
                                        .sum())
                        .means("Things that the last cleanup found and did not remove.")
                        .then("Must be 0: the server's log names the sweep."),
                gauge(
                                "cleanup_age_intervals",
                                () -> (double) of.sinceLastRun().toNanos()
                                        / interval.duration().toNanos())
                        .means("Time since the last cleanup, or since the start, in cleanup intervals.")
                        .then("Over 2 it is overdue, whatever the interval."),
                seconds("cleanup_age", () -> of.sinceLastRun().toNanos())
                        .means("Time since the last cleanup, or since the start.")
                        .then("Over two intervals readiness turns DOWN: restart the node, and report it."),
                seconds("tick_age", () -> sources.tick().sinceLastRun().toNanos())
                        .means("Time since the last tick, which pings and keeps deadlines twice a second.")
                        .then(
                                "Over 10 s readiness turns DOWN, over 30 s liveness: restart the node, keep a thread dump."));
    }
}
