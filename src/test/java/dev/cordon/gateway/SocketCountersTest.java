package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.SocketCounters.Way;
import dev.cordon.metric.Metric;
import org.junit.jupiter.api.Test;

class SocketCountersTest {
    private final SocketCounters counters = new SocketCounters();

    @Test
    void countsEachWayInByItself() {
        counters.take(Way.CONTAINER);
        counters.take(Way.SHORTCUT);
        counters.take(Way.SHORTCUT);

        assertThat(counters.taken(Way.CONTAINER)).isEqualTo(1);
        assertThat(counters.taken(Way.SHORTCUT)).isEqualTo(2);
    }

    @Test
    void definesAMetricForEachOfItsCounters() {
        assertThat(counters.metrics().all())
                .extracting(Metric::name)
                .contains(
                        "cordon_commands_total",
                        "cordon_sends_total",
                        "cordon_reads_in_place_total",
                        "cordon_handshakes_total",
                        "cordon_rejected_total",
                        "cordon_cuts_total");
    }
}
