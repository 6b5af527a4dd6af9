package dev.cordon.kpi;

import dev.cordon.manager.Counters;
import dev.cordon.manager.Latency;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** All figures of a node, in the order of a message's walk. docs/metrics.md lists the same; a test holds the two together. */
public final class Kpis {
    /** Latency quantiles cover one to two of these. */
    static final Duration HALF_WINDOW = Duration.ofSeconds(30);

    private final List<Figure> figures;
    private final Sources sources;
    private long rotatedAt;

    public Kpis(Sources sources) {
        this.sources = sources;
        this.rotatedAt = sources.ticker().nanos();
        this.figures = Stream.of(
                        PublishFigures.of(sources),
                        DeliveryFigures.of(sources.counters()),
                        ManagerFigures.of(sources),
                        ConnectionFigures.of(sources.counters()),
                        FrontFigures.of(sources.front()),
                        LogFigures.of(sources),
                        LedgerFigures.of(sources),
                        LatencyFigures.of(sources.counters()),
                        UpkeepFigures.of(sources))
                .flatMap(List::stream)
                .toList();
    }

    /** What is measured; the limits that stand beside it are {@link Threshold}s. */
    public List<Figure> figures() {
        return figures;
    }

    /** Ends the interval of the latencies when it is due. Called by one timer, more often than {@link #HALF_WINDOW}. */
    synchronized void tick() {
        if (sources.ticker().nanos() - rotatedAt >= HALF_WINDOW.toNanos()) {
            rotatedAt = sources.ticker().nanos();
            Counters of = sources.counters();
            Stream.of(of.creation, of.delivery, of.cleanup).forEach(Latency::rotate);
        }
    }
}
