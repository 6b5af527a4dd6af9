package dev.cordon.upkeep;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Ticker;
import dev.cordon.metric.MetricList;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** The cleanup: runs all sweeps one after the other and reports each. A sweep that fails does not stop the others. */
public final class Cleanup {
    private static final System.Logger LOG = System.getLogger(Cleanup.class.getName());

    private final List<Sweep> sweeps;
    private final Ticker ticker;
    private final MetricList metrics = new MetricList();

    private final LongAdder runs = metrics.counter("cleanup_runs", "Cleanups run.", "Must rise once an interval.");

    private final LongAdder found = metrics.counter(
            "cleanup_found",
            "Items that cleanups found due for removal.",
            "Most items are removed at once, before a cleanup; look into a rise of stray connections.");

    private final LongAdder removed = metrics.counter(
            "cleanup_removed",
            "Items that cleanups removed.",
            "Less than found: some could not be removed; the server's log names the sweep.");

    private final LongAdder failed =
            metrics.counter("cleanup_failures", "Sweeps that failed.", "Must stay 0: the server's log has the error.");

    private volatile long lastRun;
    private volatile Optional<String> underWay = Optional.empty();
    private volatile List<SweepReport> last = List.of();
    private volatile List<Run> past = List.of();

    /** Runs that are remembered; a newer one replaces the oldest. */
    static final int REMEMBERED = 50;

    private record Run(long endedAt, List<SweepReport> reports) {}

    public Cleanup(List<Sweep> sweeps, Ticker ticker) {
        this.sweeps = List.copyOf(sweeps);
        this.ticker = ticker;
        this.lastRun = ticker.nanos();
    }

    /** One cleanup; callers wait for each other. */
    public synchronized List<SweepReport> run() {
        List<SweepReport> reports = new ArrayList<>();
        for (Sweep sweep : sweeps) {
            underWay = Optional.of(sweep.name());
            try {
                reports.add(timed(sweep));
            } catch (LogUnavailableException e) {
                // The loss of the log was logged once; the next run sweeps.
                LOG.log(Level.DEBUG, "Cleanup: the sweep of {0} waits for the log: {1}", sweep.name(), e.getMessage());
            } catch (OutOfMemoryError e) {
                OutOfMemory.ends(e);
            } catch (RuntimeException | Error e) {
                failed.increment();
                LOG.log(Level.ERROR, "Cleanup: the sweep of " + sweep.name() + " failed", e);
            }
        }
        underWay = Optional.empty();
        last = List.copyOf(reports);
        lastRun = ticker.nanos();
        past = Stream.concat(Stream.of(new Run(lastRun, last)), past.stream())
                .limit(REMEMBERED)
                .toList();
        runs.increment();
        return last;
    }

    private SweepReport timed(Sweep sweep) {
        long start = ticker.nanos();
        Sweep.Found of = sweep.run();
        SweepReport report =
                new SweepReport(sweep.name(), of.found(), of.removed(), Duration.ofNanos(ticker.nanos() - start));
        found.add(of.found());
        removed.add(of.removed());
        LOG.log(
                of.found() == of.removed() ? (of.found() == 0 ? Level.DEBUG : Level.INFO) : Level.WARNING,
                "Cleanup of {0}: found {1}, removed {2}, took {3} ms",
                report.sweep(),
                report.found(),
                report.removed(),
                report.took().toMillis());
        return report;
    }

    /** The definitions of the counters of all runs. */
    public MetricList metrics() {
        return metrics;
    }

    /** The name of the sweep that runs now. */
    public Optional<String> underWay() {
        return underWay;
    }

    /** Reports of the last run. */
    public List<SweepReport> last() {
        return last;
    }

    /** The last runs, the newest first: what each swept, and how long ago. */
    public List<CleanupRun> past() {
        long now = ticker.nanos();
        return past.stream()
                .map(run -> new CleanupRun(Duration.ofNanos(now - run.endedAt()), run.reports()))
                .toList();
    }

    /** Time since the last run ended, or since the start. */
    public Duration sinceLastRun() {
        return Duration.ofNanos(ticker.nanos() - lastRun);
    }

    public long found() {
        return found.sum();
    }

    public long removed() {
        return removed.sum();
    }

    public long failed() {
        return failed.sum();
    }

    public long runs() {
        return runs.sum();
    }
}
