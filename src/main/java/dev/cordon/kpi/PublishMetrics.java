package dev.cordon.kpi;

import dev.cordon.metric.Metric;
import dev.cordon.publish.Idempotency;
import java.util.List;

/** The metrics of publishing that are no counters. */
final class PublishMetrics {
    private PublishMetrics() {}

    static List<Metric> of(Idempotency idempotency) {
        return List.of(Metric.gauge("idempotency_keys", idempotency::size)
                .means("Idempotency keys remembered now; at most 100,000.")
                .then("Near the bound: keys will be forgotten early."));
    }
}
