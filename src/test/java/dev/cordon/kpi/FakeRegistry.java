package dev.cordon.kpi;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Gauge;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** A metric registry that keeps counters and gauges and rejects anything else. */
final class FakeRegistry {
    final Map<String, Counter> counters = new LinkedHashMap<>();
    final Map<String, Gauge<?>> gauges = new LinkedHashMap<>();
    final Map<String, String> descriptions = new LinkedHashMap<>();

    MetricRegistry registry() {
        return (MetricRegistry) Proxy.newProxyInstance(
                MetricRegistry.class.getClassLoader(), new Class<?>[] {MetricRegistry.class}, (proxy, method, args) -> {
                    Metadata metadata = (Metadata) args[0];
                    String id = id(metadata.getName(), (Tag[]) args[args.length - 1]);
                    descriptions.put(id, metadata.getDescription());
                    return switch (method.getName()) {
                        case "counter" -> counters.computeIfAbsent(id, i -> new FakeCounter());
                        case "gauge" -> gauges.computeIfAbsent(id, i -> gauge((Supplier<?>) args[1]));
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    private static String id(String name, Tag[] tags) {
        Map<String, String> labels = new TreeMap<>();
        Arrays.stream(tags).forEach(tag -> labels.put(tag.getTagName(), tag.getTagValue()));
        return labels.isEmpty() ? name : name + labels;
    }

    private static Gauge<Number> gauge(Supplier<?> value) {
        return () -> (Number) value.get();
    }

    double value(String id) {
        Counter counter = counters.get(id);
        if (counter != null) {
            return counter.getCount();
        }
        Gauge<?> gauge = gauges.get(id);
        if (gauge == null) {
            throw new AssertionError("not registered: " + id);
        }
        return gauge.getValue().doubleValue();
    }

    private static final class FakeCounter implements Counter {
        private long count;

        @Override
        public void inc() {
            inc(1);
        }

        @Override
        public void inc(long more) {
            if (more < 0) {
                throw new IllegalArgumentException("a counter goes up only");
            }
            count += more;
        }

        @Override
        public long getCount() {
            return count;
        }
    }
}
