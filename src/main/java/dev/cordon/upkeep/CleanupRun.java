package dev.cordon.upkeep;

import java.time.Duration;
import java.util.List;

/** A cleanup that was: how long ago it ended, and what each of its sweeps did. */
public record CleanupRun(Duration ago, List<SweepReport> reports) {
    public long found() {
        return reports.stream().mapToLong(SweepReport::found).sum();
    }

    public long removed() {
        return reports.stream().mapToLong(SweepReport::removed).sum();
    }

    public Duration took() {
        return reports.stream().map(SweepReport::took).reduce(Duration.ZERO, Duration::plus);
    }
}
