package dev.cordon.console;

import dev.cordon.metric.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.openmbean.SimpleType;

/** JMX attributes that show metrics: each has the value of a metric, and the metric's meaning as its description. Thread-safe. */
final class MetricAttributes {
    /** What the runtime says of an attribute of an MXBean that is a {@code long}. */
    private static final ImmutableDescriptor OPEN_TYPE =
            new ImmutableDescriptor(Map.of("openType", SimpleType.LONG, "originalType", "long"));

    private final Map<String, Metric> metrics = new TreeMap<>();

    /**
     * @param names metrics by attribute, as they stand in {@code /metrics}
     * @throws IllegalArgumentException if there is no such metric
     */
    MetricAttributes(Map<String, String> names, List<Metric> all) {
        Map<String, Metric> byId = all.stream().collect(Collectors.toMap(Metric::id, Function.identity()));
        names.forEach((attribute, id) -> {
            Metric metric = byId.get(id);
            if (metric == null) {
                throw new IllegalArgumentException("an attribute of a metric that does not exist: " + id);
            }
            metrics.put(attribute, metric);
        });
    }

    List<MBeanAttributeInfo> infos() {
        return metrics.entrySet().stream()
                .map(each -> new MBeanAttributeInfo(
                        each.getKey(), "long", each.getValue().meaning(), true, false, false, OPEN_TYPE))
                .toList();
    }

    /** The metric's value now; empty for an attribute that shows none. */
    Optional<Long> value(String attribute) {
        return Optional.ofNullable(metrics.get(attribute))
                .map(metric -> (long) metric.value().getAsDouble());
    }
}
