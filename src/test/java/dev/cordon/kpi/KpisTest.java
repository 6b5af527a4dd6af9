package dev.cordon.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cordon.kpi.Movers.Mover;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.metric.Latency;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import dev.cordon.protocol.Disconnect;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class KpisTest {
    private final KpiNode node = new KpiNode();

    @TestFactory
    @Tag("F45")
    @DisplayName("F45 each metric has an action that moves it")
    Stream<DynamicTest> eachMetricMoves() {
        Map<String, Mover> movers = Movers.all();
        return node.kpis.metrics().stream()
                .map(KpiNode::id)
                .map(id -> dynamicTest("F45 " + id, () -> {
                    Optional<Mover> mover = Optional.ofNullable(movers.get(id));
                    assertThat(mover).as("mover of %s", id).isPresent();
                    moves(id, mover.orElseThrow());
                }));
    }

    private static void moves(String id, Mover mover) {
        KpiNode fresh = new KpiNode();
        Map<String, Double> before = fresh.values();

        mover.action().accept(fresh);

        fresh.node.time.advance(Movers.SETTLED);
        Map<String, Double> after = fresh.values();
        assertThat(after.get(id)).isNotEqualTo(before.get(id));
        if (!Double.isNaN(mover.expected())) {
            assertThat(before).containsEntry(id, 0.0);
            assertThat(after).containsEntry(id, mover.expected());
            assertThat(movedOfFamily(id, before, after)).as("labels").containsExactly(id);
        }
    }

    private static List<String> movedOfFamily(String id, Map<String, Double> before, Map<String, Double> after) {
        String family = name(id) + "{";
        return after.keySet().stream()
                .filter(other -> other.equals(id) || other.startsWith(family))
                .filter(other -> !Objects.equals(after.get(other), before.get(other)))
                .toList();
    }

    private static String name(String id) {
        int labels = id.indexOf('{');
        return labels < 0 ? id : id.substring(0, labels);
    }

    @Test
    @DisplayName("F45 each mover belongs to an existing metric")
    void moversMatchTheMetrics() {
        assertThat(node.values().keySet())
                .containsExactlyInAnyOrderElementsOf(Movers.all().keySet());
    }

    @Test
    @DisplayName("F45 after each action no counter has gone down, and all values are finite")
    void countersNeverGoDown() {
        Set<String> counters = ids(Metric.Type.COUNTER);
        Map<String, Double> before = node.values();
        for (Map.Entry<String, Mover> mover : Movers.all().entrySet()) {
            node.afresh(mover.getValue());
            node.node.time.advance(Movers.SETTLED);

            Map<String, Double> after = node.values();

            assertThat(after.values()).allMatch(Double::isFinite).allMatch(value -> value >= 0);
            for (String counter : counters) {
                assertThat(after.get(counter))
                        .as("%s after %s", counter, mover.getKey())
                        .isGreaterThanOrEqualTo(before.get(counter));
            }
            before = after;
        }
    }

    private Set<String> ids(Metric.Type type) {
        return node.kpis.metrics().stream()
                .filter(metric -> metric.type() == type)
                .map(KpiNode::id)
                .collect(Collectors.toSet());
    }

    @Test
    void metricsAreUniqueByNameAndLabels() {
        assertThat(node.kpis.metrics()).extracting(KpiNode::id).doesNotHaveDuplicates();
    }

    @Test
    void namesFollowTheRules() {
        assertThat(node.kpis.metrics()).allSatisfy(metric -> {
            assertThat(metric.name()).matches("cordon_[a-z]+(_[a-z]+)*");
            assertThat(metric.name().endsWith("_total")).isEqualTo(metric.type() == Metric.Type.COUNTER);
            assertThat(metric.meaning()).endsWith(".");
            assertThat(metric.action()).endsWith(".");
            assertThat(metric.labels().keySet())
                    .isSubsetOf("reason", "way", "code", "quantile", "share", "duty", "path", "event", "outcome");
        });
    }

    @Test
    void metricsOfOneNameDifferInLabelValuesOnly() {
        Map<String, Metric> first = new LinkedHashMap<>();
        for (Metric metric : node.kpis.metrics()) {
            Metric other = Optional.ofNullable(first.putIfAbsent(metric.name(), metric))
                    .orElse(metric);
            assertThat(metric.type()).isEqualTo(other.type());
            assertThat(metric.meaning()).isEqualTo(other.meaning());
            assertThat(metric.action()).isEqualTo(other.action());
            assertThat(metric.labels().keySet()).isEqualTo(other.labels().keySet());
        }
    }

    @Test
    void includesTheMetricsOfSocketsServerApiAndOthersGiven() {
        MetricList more = new MetricList();
        more.counter("one_more", "A counter of another way in.", "None.");

        assertThat(new KpiNode(List.of(more)).kpis.metrics())
                .containsAll(more.all())
                .extracting(Metric::name)
                .containsAll(names(node.socket.metrics()))
                .containsAll(names(node.api.metrics()));
    }

    private static Set<String> names(MetricList of) {
        Set<String> names = of.all().stream().map(Metric::name).collect(Collectors.toSet());
        assertThat(names).isNotEmpty();
        return names;
    }

    @Test
    void eachCloseCodeHasItsOwnMetric() throws Exception {
        for (Field field : Disconnect.class.getFields()) {
            if (field.getType() != Disconnect.class) {
                continue;
            }
            int code = ((Disconnect) field.get(Disconnect.class)).code();
            assertThat(node.values()).containsKey("cordon_closes_total{code=" + code + "}");
        }
    }

    @Test
    @DisplayName("F10 the gauges of users, managers, connections and queues return to zero when all clients have left")
    void gaugesReturnToZero() {
        List<Peer> peers = new ArrayList<>(List.of(node.connectSlow("alice"), node.connectSlow("bob")));
        peers.add(node.node.accept(new FakeTransport()));
        node.publish("alice", 3);
        node.node.time.advance(Movers.SETTLED);
        List<String> present = List.of(
                "cordon_users",
                "cordon_managers",
                "cordon_connections",
                "cordon_connections_opening",
                "cordon_queue_messages",
                "cordon_queue_bytes");
        assertThat(node.values())
                .extractingByKeys(present.toArray(String[]::new))
                .allMatch(value -> value > 0);

        peers.forEach(Peer::leave);

        node.node.time.advance(Movers.SETTLED);
        assertThat(node.values())
                .extractingByKeys(present.toArray(String[]::new))
                .containsOnly(0.0);
    }

    @Test
    void reportsEachQuantileOfALatency() {
        Latency of = node.node.counters.delivery;
        record(of, 5_100, 1);
        record(of, 4_000, 10);
        record(of, 850, 100);
        record(of, 45, 1_000);
        record(of, 5, 10_000);

        assertQuantile("0.5", 0.001);
        assertQuantile("0.9", 0.01);
        assertQuantile("0.99", 0.1);
        assertQuantile("0.999", 1);
        assertQuantile("1", 10);
    }

    private static void record(Latency of, int times, long millis) {
        for (int i = 0; i < times; i++) {
            of.record(TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    private void assertQuantile(String quantile, double seconds) {
        Double shown = node.values().getOrDefault("cordon_delivery_seconds{quantile=" + quantile + "}", -1.0);
        assertThat(shown).isCloseTo(seconds, within(seconds / 50));
    }

    @Test
    void readsTheFactoryOnceForAllMetricsOfAScrape() {
        Map<String, Double> before = node.values();
        node.node.connect("alice", "s");
        assertThat(node.values()).containsEntry("cordon_users", before.getOrDefault("cordon_users", -1.0));

        node.node.time.advance(Duration.ofMillis(501));

        assertThat(node.values()).containsEntry("cordon_users", 1.0);
    }

    @Test
    @DisplayName("F46 the page shows only metrics that exist")
    void thePageShowsExistingMetricsOnly() throws Exception {
        Set<String> names = node.kpis.metrics().stream().map(Metric::name).collect(Collectors.toSet());
        Set<String> shown = Pattern.compile("metric: '(\\w+)'")
                .matcher(Files.readString(Path.of("webapp/js/figures.js")))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(shown).isNotEmpty();
        assertThat(names).containsAll(shown);
    }
}
