package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.legacy.FaultySingleton.Fault;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrationCountersTest {
    private static final UserId ALICE = new UserId("alice");
    private static final SessionId SESSION = new SessionId("s");

    private final TestNode node = new TestNode();
    private final MigrationCounters counters = new MigrationCounters();
    private MigrationSettings settings = MigrationSettings.DEFAULTS;

    private MigrationAdapter over(Fault fault) {
        return MigrationAdapter.over(
                new FaultySingleton(fault, 1),
                node.factory,
                node.publisher,
                () -> settings,
                counters,
                node.time,
                node.time);
    }

    private Map<String, Integer> figures() {
        Map<String, Integer> figures = new HashMap<>();
        counters.metrics()
                .all()
                .forEach(metric -> figures.put(metric.id(), (int) metric.value().getAsDouble()));
        return figures;
    }

    @Test
    void allStayZeroWhileTheApplicationDoesNotUseTheAdapter() {
        assertThat(counters.adapter()).isEmpty();
        assertThat(figures())
                .isEqualTo(Map.of(
                        "cordon_migration_calls_total{path=\"legacy\"}", 0,
                        "cordon_migration_calls_total{path=\"factory\"}", 0,
                        "cordon_migration_calls_total{path=\"both\"}", 0,
                        "cordon_migration_legacy_connections", 0,
                        "cordon_migration_factory_connections", 0,
                        "cordon_migration_call_sites", 0,
                        "cordon_migration_divergences_total", 0));
    }

    @Test
    void showsHowFarTheMigrationIs() {
        MigrationAdapter adapter = over(Fault.NONE);
        for (int i = 0; i < 2; i++) {
            adapter.connect(ALICE, SESSION, new FakeTransport());
        }
        settings = new MigrationSettings(100, false);
        for (int i = 0; i < 3; i++) {
            adapter.connect(ALICE, SESSION, new FakeTransport());
        }
        adapter.send(ALICE, Payload.json("1"));

        assertThat(counters.adapter()).containsSame(adapter);
        assertThat(figures())
                .isEqualTo(Map.of(
                        "cordon_migration_calls_total{path=\"legacy\"}", 2,
                        "cordon_migration_calls_total{path=\"factory\"}", 3,
                        "cordon_migration_calls_total{path=\"both\"}", 1,
                        "cordon_migration_legacy_connections", 2,
                        "cordon_migration_factory_connections", 3,
                        "cordon_migration_call_sites", 3,
                        "cordon_migration_divergences_total", 0));
    }

    @Test
    void whoeverReadsTheDivergencesFindsWhatIsLost() {
        settings = new MigrationSettings(0, true);
        MigrationAdapter adapter = over(Fault.LOSES);
        adapter.connect(ALICE, SESSION, new FakeTransport());
        adapter.send(ALICE, Payload.json("1"));
        assertThat(figures()).containsEntry("cordon_migration_divergences_total", 0);

        node.time.advance(Duration.ofSeconds(31));

        assertThat(figures()).containsEntry("cordon_migration_divergences_total", 1);
    }
}
