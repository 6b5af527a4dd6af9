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
 * The export of all metrics to MicroProfile Metrics, for {@code /metrics}. It registers counters and gauges only, because the container
 * exports wrong values for the other kinds (docs/platform.md, MicroProfile). A MicroProfile counter holds its own value, so {@link #sync}
 * raises it to the metric's value; a timer calls this twice a second. A redeployment starts with a registry of its own. Thread-safe.
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

    /** Registers a metric without a unit, because the container would append the unit to a name that has it already. */
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
     * Raises the exported counters to their present values and moves the windows of the latencies on. A metric that cannot be read does
     * not stop the others.
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
