package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.metric.Latency;
import dev.cordon.metric.Metric;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CountersTest {
    private final TestNode node = new TestNode(new TestLimits()
            .managers(2)
            .sockets(12)
            .policy(LimitPolicy.EVICT_OLDEST)
            .queue(3, 100_000)
            .build());

    /** All counts of a node by name: fields, reasons of drops, and the three distributions. */
    private Map<String, Long> all() {
        Map<String, Long> values = new TreeMap<>();
        try {
            for (Field field : Counters.class.getFields()) {
                Object value = field.get(node.counters);
                if (value instanceof LongAdder adder) {
                    values.put(field.getName(), adder.sum());
                } else if (value instanceof Latency latency) {
                    latency.rotate();
                    values.put(field.getName(), latency.window().getTotalCount());
                }
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
        for (Counters.Drop reason : Counters.Drop.values()) {
            values.put("dropped " + reason, node.counters.dropped(reason));
        }
        return values;
    }

    @Test
    @DisplayName("F45 every counter moves when what it counts happens")
    void everyCounterMovesWhenItsEventHappens() {
        assertThat(all().values()).hasSizeGreaterThan(20).containsOnly(0L);

        Peer alice = node.connect("alice", "one");
        alice.leave();
        Peer one = node.connect("alice", "one");
        Peer two = node.connect("alice", "two");
        node.publish("alice");
        Delivery old = node.appended(TestNode.personal("alice"), "{}");
        deliver(old);
        deliver(old);
        node.appended(TestNode.personal("alice"), "{}");
        deliver(node.appended(TestNode.personal("alice"), "{}"));
        deliverTo(one, node.appended(TestNode.personal("bob"), "{}"));
        evictAndProveDead(one, two);
        overflow();
        loseWhatFollows();
        fail();
        whileFull();

        assertThat(all()).allSatisfy((name, value) -> assertThat(value).as(name).isPositive());
        assertThat(node.counters.closes()).containsKeys(3000, 3008, 3011, 3012, 3504);
    }

    private void evictAndProveDead(Peer one, Peer two) {
        node.connect("alice", "three");
        node.time.advance(Duration.ofMillis(1));
        one.connection().heard();
        two.connection().heard();
        node.tick();
        node.connect("alice", "four");
        node.advance(Duration.ofSeconds(3));
    }

    private void overflow() {
        Peer slow = node.connect("carol", "s");
        slow.wire().mode(FakeTransport.Mode.HELD);
        for (int i = 0; i < 6; i++) {
            node.publish("carol");
        }
        Peer broken = node.connect("carol", "s");
        broken.wire().mode(FakeTransport.Mode.FAILING);
        node.publish("carol");
        assertThat(slow.connection().ending()).contains(Disconnect.SLOW);
    }

    /** Appends more than the log keeps before the connection gets any of it. */
    private void loseWhatFollows() {
        Peer erin = node.connect("erin", "s");
        for (int i = 0; i < 300; i++) {
            node.appended(TestNode.personal("erin"), "{}");
        }
        node.publish("erin");
        assertThat(erin.connection().ending()).contains(Disconnect.INSUFFICIENT_STATE);
        assertThat(node.counters.dropped(Counters.Drop.GONE)).isEqualTo(301);
    }

    private void fail() {
        Connection connection = node.accept(new FakeTransport()).connection();
        node.whenAsked = () -> {
            throw new IllegalStateException("no settings");
        };
        assertThatThrownBy(() -> node.factory.open(connection, TestNode.context("dave", "s")))
                .hasMessage("no settings");
        node.whenAsked = () -> {};
    }

    private void whileFull() {
        while (node.factory.accept(new FakeTransport()).isPresent()) {}
    }

    private void deliver(Delivery delivery) {
        try (WriteBatch writes = new WriteBatch()) {
            node.factory.deliver(delivery, node.log, writes);
        }
    }

    private void deliverTo(Peer peer, Delivery delivery) {
        try (WriteBatch writes = new WriteBatch()) {
            peer.connection().deliver(delivery, node.log, writes);
        }
    }

    @Test
    @DisplayName("F45 the reported sizes are the current ones")
    void theFactoryReportsTheCurrentSizes() {
        node.connect("alice", "one");
        node.connect("bob", "one");
        node.accept(new FakeTransport());
        Peer slow = node.connect("bob", "two");
        slow.wire().mode(FakeTransport.Mode.HELD);
        slow.connection().send(Frame.of("first"));
        slow.connection().drain();
        slow.connection().send(Frame.of("waits"));

        assertThat(node.factory.stats()).isEqualTo(new FactoryStats(2, 3, 4, 1, 1, 5));
    }

    @Test
    void countsEachUserOnce() {
        node.connect("alice", "one");
        node.connect("alice", "two");

        assertThat(node.factory.stats().users()).isEqualTo(1);
    }

    @Test
    void definesEachCounterAsAMetricWithItsValue() {
        Map<String, Double> before = metrics();
        assertThat(before.values()).containsOnly(0.0);
        Peer alice = node.connect("alice", "one");
        node.publish("alice");
        node.publish("alice");
        alice.leave();

        assertThat(metrics())
                .hasSameSizeAs(before)
                .containsEntry("cordon_delivered_total", 2.0)
                .containsEntry("cordon_dropped_total{reason=\"slow\"}", 0.0)
                .containsEntry("cordon_connects_total", 1.0)
                .containsEntry("cordon_managers_released_total", 1.0);
        assertThat(before.keySet())
                .as("one for each field, those of durations with their quantiles, and one for each reason")
                .contains(
                        "cordon_catch_ups_total",
                        "cordon_writes_total",
                        "cordon_write_failures_total",
                        "cordon_isolation_checks_total",
                        "cordon_violations_total",
                        "cordon_managers_created_total",
                        "cordon_failed_creations_total",
                        "cordon_limit_hits_total",
                        "cordon_probes_total",
                        "cordon_proven_dead_total",
                        "cordon_evicted_total",
                        "cordon_connections_accepted_total",
                        "cordon_connections_rejected_total",
                        "cordon_dropped_total{reason=\"violation\"}");
    }

    /** The counters among the metrics, by name and labels. */
    private Map<String, Double> metrics() {
        Map<String, Double> values = new TreeMap<>();
        for (Metric metric : node.counters.metrics().all()) {
            if (metric.type() == Metric.Type.COUNTER) {
                values.put(metric.id(), metric.value().getAsDouble());
            }
        }
        return values;
    }
}
