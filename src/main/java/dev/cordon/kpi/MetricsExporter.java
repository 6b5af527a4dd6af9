package dev.cordon.kpi;

import dev.cordon.metric.Metric;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * Puts the metrics into MicroProfile Metrics, for {@code /metrics}. Only the kinds whose values the container exports rightly are used:
 * counters and gauges (docs/platform.md, MicroProfile). A MicroProfile counter cannot be read from elsewhere, so {@link #sync} brings it
 * up to the metric's value: a timer does, twice a second. A redeployment starts with a registry of its own. Thread-safe.
 */
@ApplicationScoped
public class MetricsExporter {
    private final List<Exported> counters = new ArrayList<>();
    private final Optional<Kpis> kpis;

    private static final class Exported {
        private final Metric metric;
        private final Counter counter;
        private long told;

        Exported(Metric metric, Counter counter) {
            this.metric = metric;
            this.counter = counter;
        }

        void sync() {
            long value = (long) metric.value().getAsDouble();
            if (value > told) {
                counter.inc(value - told);
                told = value;
            }
        }
    }

    @Inject
    public MetricsExporter(MetricRegistry registry, Kpis kpis, AlertBoard board, AlertWebhook webhook) {
        this.kpis = Optional.of(kpis);
        Stream.of(kpis.metrics(), board.metrics(), webhook.metrics())
                .flatMap(List::stream)
                .forEach(metric -> register(registry, metric));
    }

    /** For the container's client proxy only; never runs code of this class. */
    protected MetricsExporter() {
        this.kpis = Optional.empty();
    }

    /** Without a unit in the metadata: the container would append it to the name, which has it already. */
    private void register(MetricRegistry registry, Metric metric) {
        Metadata metadata = Metadata.builder()
                .withName(metric.name())
                .withDescription(metric.meaning())
                .build();
        Tag[] tags = tags(metric.labels());
        if (metric.type() == Metric.Type.COUNTER) {
            counters.add(new Exported(metric, registry.counter(metadata, tags)));
        } else {
            registry.gauge(metadata, metric.value()::getAsDouble, tags);
        }
    }

    private static Tag[] tags(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> new Tag(label.getKey(), label.getValue()))
                .toArray(Tag[]::new);
    }

    /**
     * Brings the exported counters up to date and the latencies' windows on. A metric that cannot be read keeps no other from it.
     *
     * @throws IllegalStateException at the end, when a metric could not be read
     */
    public synchronized void sync() {
        kpis.ifPresent(Kpis::tick);
        List<RuntimeException> failures = new ArrayList<>();
        for (Exported exported : counters) {
            try {
                exported.sync();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " metrics could not be read", failures.get(0));
        }
    }
}
