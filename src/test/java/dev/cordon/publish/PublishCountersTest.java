package dev.cordon.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.metric.Metric;
import org.junit.jupiter.api.Test;

class PublishCountersTest {
    @Test
    void definesEachOfItsCounters() {
        assertThat(new PublishCounters().metrics().all())
                .extracting(Metric::name)
                .contains(
                        "cordon_without_connection_total",
                        "cordon_publish_failures_total",
                        "cordon_idempotency_keys_forgotten_total");
    }
}
