package dev.cordon.legacy;

import dev.cordon.legacy.MigrationReport.Call;
import dev.cordon.legacy.MigrationReport.Path;
import dev.cordon.metric.LabelledCounter;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a migration, each with its definition as a metric. Their number is fixed: no label is a user or a
 * call site. All stay 0 while the application does not use the {@link MigrationAdapter}. Thread-safe.
 */
public final class MigrationCounters {
    private final MetricList metrics = new MetricList();
    private final Map<Path, Map<Call, LongAdder>> calls = MigrationReport.counters();
    private volatile @Nullable MigrationAdapter adapter;

    private final LabelledCounter<Path> paths = metrics.counters(
            "migration_calls",
            "path",
            Path.class,
            "Calls of the migration adapter by the path that served them: the singleton, the factory, or both.",
            "Raise cordon.migration.share until legacy stands still; then replace the calls that the console lists.");

    final LongAdder divergences = new LongAdder();

    public MigrationCounters() {
        metrics.add(Metric.gauge("migration_legacy_connections", () -> of(MigrationAdapter::legacyConnections))
                .means("Open connections that the singleton serves.")
                .then("Falls to 0 as clients reconnect after cordon.migration.share has become 100."));
        metrics.add(Metric.gauge("migration_factory_connections", () -> of(MigrationAdapter::factoryConnections))
                .means("Open connections that the factory serves and that the migration adapter opened.")
                .then("Falls to 0 as clients connect to /connection/websocket themselves."));
        metrics.add(Metric.gauge("migration_call_sites", () -> of(MigrationAdapter::callSites))
                .means("Places in the application's code that have called the migration adapter.")
                .then("The console lists them, each with the direct call that takes its place."));
        metrics.add(
                Metric.counter("migration_divergences", this::settled)
                        .means(
                                "Messages that the singleton or the factory delivered otherwise than they were sent, as the shadow comparison saw it.")
                        .then(
                                "The console lists users and causes: leaked, lost, reordered, duplicated, late, unasked, refused."));
    }

    void count(Path path, Call call) {
        took(path);
        MigrationReport.counter(calls, path, call).increment();
    }

    void took(Path path) {
        paths.add(path, 1);
    }

    /** The calls so far. */
    MigrationReport report() {
        return MigrationReport.of(calls);
    }

    /** Called once, by the adapter that counts here. */
    void countFor(MigrationAdapter made) {
        adapter = made;
    }

    /** The adapter, if the application uses it. */
    public Optional<MigrationAdapter> adapter() {
        return Optional.ofNullable(adapter);
    }

    private long of(ToLongFunction<MigrationAdapter> figure) {
        MigrationAdapter of = adapter;
        return of == null ? 0 : figure.applyAsLong(of);
    }

    /** No timer looks for lost messages: whoever reads this counter does. */
    private long settled() {
        MigrationAdapter of = adapter;
        if (of != null) {
            of.settle();
        }
        return divergences.sum();
    }

    /** The definitions of all metrics of this class. */
    public MetricList metrics() {
        return metrics;
    }
}
