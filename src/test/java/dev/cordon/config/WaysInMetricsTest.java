package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.api.ApiCounters;
import dev.cordon.api.Rejected;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.kpi.KpiNode;
import dev.cordon.metric.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The metrics that sockets and the server API define; each event must move its own counter only. */
class WaysInMetricsTest {
    private final SocketCounters socket = new SocketCounters();
    private final ApiCounters api = new ApiCounters();
    private final List<Metric> metrics = Stream.of(socket.metrics(), api.metrics())
            .flatMap(list -> list.all().stream())
            .toList();

    @Test
    void definesTheMetricsOfSocketsAndServerApi() {
        assertThat(metrics.stream().map(Metric::name).distinct())
                .containsExactlyInAnyOrder(
                        "cordon_commands_total",
                        "cordon_sends_total",
                        "cordon_reads_in_place_total",
                        "cordon_compressed_handshakes_total",
                        "cordon_compressed_messages_total",
                        "cordon_compressed_from_bytes_total",
                        "cordon_compressed_to_bytes_total",
                        "cordon_uncompressed_messages_total",
                        "cordon_handshakes_total",
                        "cordon_rejected_total",
                        "cordon_cuts_total",
                        "cordon_api_requests_total",
                        "cordon_api_shortcuts_total",
                        "cordon_api_commands_total",
                        "cordon_live_publishes_total",
                        "cordon_group_changes_total",
                        "cordon_group_publishes_total",
                        "cordon_api_rejected_total");
    }

    @Test
    @DisplayName("F45 every reason for a rejection has a counter")
    void hasACounterForEveryReason() {
        assertThat(reasons("cordon_rejected_total"))
                .containsExactlyInAnyOrder(labels(SocketCounters.Rejected.values()));
        assertThat(reasons("cordon_api_rejected_total")).containsExactlyInAnyOrder(labels(Rejected.values()));
    }

    private Stream<String> reasons(String name) {
        return metrics.stream()
                .filter(metric -> metric.name().equals(name))
                .flatMap(metric -> metric.labels().values().stream());
    }

    private static String[] labels(Enum<?>[] reasons) {
        return Arrays.stream(reasons).map(WaysInMetricsTest::label).toArray(String[]::new);
    }

    private static String label(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("F45 a rejected handshake or connect moves only the counter of its reason")
    void aRejectedHandshakeMovesOnlyTheCounterOfItsReason(SocketCounters.Rejected reason) {
        KpiNode.count(socket, "reject", reason, 1);

        assertThat(moved()).isEqualTo(Map.of("cordon_rejected_total{reason=\"" + label(reason) + "\"}", 1.0));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("F45 a rejected request moves only the counter of its reason")
    void aRejectedRequestMovesOnlyTheCounterOfItsReason(Rejected reason) {
        KpiNode.count(api, "reject", reason, 1);

        assertThat(moved()).isEqualTo(Map.of("cordon_api_rejected_total{reason=\"" + label(reason) + "\"}", 1.0));
    }

    @Test
    @DisplayName("F45 commands, sends, requests and their commands each move their own counter")
    void commandsSendsAndRequestsEachMoveTheirOwnCounter() {
        socket.commands.add(2);
        socket.sends.add(3);
        api.requests.add(4);
        api.commands.add(5);

        assertThat(moved())
                .isEqualTo(Map.of(
                        "cordon_commands_total", 2.0,
                        "cordon_sends_total", 3.0,
                        "cordon_api_requests_total", 4.0,
                        "cordon_api_commands_total", 5.0));
    }

    private Map<String, Double> moved() {
        return metrics.stream()
                .filter(metric -> metric.value().getAsDouble() != 0)
                .collect(Collectors.toMap(Metric::id, metric -> metric.value().getAsDouble()));
    }
}
