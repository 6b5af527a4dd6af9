package dev.cordon.kpi;

import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import dev.cordon.upkeep.Duty;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The list of all metrics of a node, in the order of a message's way. docs/metrics.md lists the same, which a test checks. */
public final class Kpis {
    /** Half the time that latency quantiles cover. */
    static final Duration HALF_WINDOW = Duration.ofSeconds(30);

    static final Duration OBSERVED_EVERY = Duration.ofSeconds(5);

    private final List<Metric> metrics;
    private final Sources sources;
    private final Watches watches;
    private long rotatedAt;
    private long observedAt;

    public Kpis(Sources sources, Watches watches) {
        this.sources = sources;
        this.watches = watches;
        this.observedAt = sources.ticker().nanos();
        this.rotatedAt = sources.ticker().nanos();
        this.metrics = Stream.of(
                        sources.publishing().metrics().all(),
                        PublishMetrics.of(sources.idempotency()),
                        sources.counters().metrics().all(),
                        ManagerMetrics.of(new CachedReading<>(sources.factory()::stats, sources.ticker())),
                        CloseMetrics.of(sources.counters()),
                        sources.waysIn().stream()
                                .flatMap(list -> list.all().stream())
                                .toList(),
                        LogMetrics.of(sources),
                        LedgerMetrics.of(sources),
                        sources.cleanup().metrics().all(),
                        UpkeepMetrics.of(sources, watches.interval()),
                        DutyMetrics.of(sources.duties(), sources.tick()),
                        MemoryMetrics.of(watches.memory(), watches.leaks()),
                        HeapMetrics.of(sources.heap()),
                        watches.canary().metrics().all())
                .flatMap(List::stream)
                .toList();
    }

    /** All metrics; {@link Threshold} has the limits of some. */
    public List<Metric> metrics() {
        return metrics;
    }

    /** Names that an alert adds to its text, such as the duties that are late; empty if there are none. */
    String named(String kpi) {
        return switch (kpi) {
            case "duties_late" -> labels(sources.duties().late());
            case "duty_failures" -> labels(sources.duties().failedWithin(Growth.SPAN));
            default -> "";
        };
    }

    /** The parts that define their metrics with their counters. The canary ends its intervals itself. */
    private static Stream<MetricList> counted(Sources sources) {
        return Stream.concat(
                Stream.of(
                        sources.publishing().metrics(),
                        sources.counters().metrics(),
                        sources.cleanup().metrics()),
                sources.waysIn().stream());
    }

    private static String labels(List<Duty> duties) {
        return duties.stream().map(Duty::label).collect(Collectors.joining(", "));
    }

    /** Observes the watches and ends the interval of the latencies, each when it is due. Called by one timer, more often than {@link #HALF_WINDOW}. */
    synchronized void tick() {
        if (sources.ticker().nanos() - observedAt >= OBSERVED_EVERY.toNanos()) {
            observedAt = sources.ticker().nanos();
            watches.observe();
        }
        if (sources.ticker().nanos() - rotatedAt >= HALF_WINDOW.toNanos()) {
            rotatedAt = sources.ticker().nanos();
            counted(sources).forEach(MetricList::rotate);
        }
    }
}
