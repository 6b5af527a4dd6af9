package dev.cordon.upkeep;

import java.time.Duration;
import java.util.List;

/** The report of a past cleanup: the time since its end, and the report of each sweep. */
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
