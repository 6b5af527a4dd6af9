package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.jdbc.ServerUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Faults of a cluster under load: some of them in {@code verify}, all of them several times in {@code -Pchaos}. See
 * src/test/js/it/chaos.test.js.
 */
@Isolated
class ClusterFaultsIT {
    private static final List<String> MODES = List.of("database", "grid", "grid-log");

    /** Longer than a round of all faults takes, and of the few that are part of verify. */
    private static final Duration ALL = Duration.ofMinutes(25);

    private static final Duration FEW = Duration.ofMinutes(10);

    @TestFactory
    List<DynamicTest> withADatabase(@TempDir Path folder) throws IOException {
        return faults("database", folder);
    }

    @TestFactory
    List<DynamicTest> onTheGrid(@TempDir Path folder) throws IOException {
        return faults("grid", folder);
    }

    @TestFactory
    List<DynamicTest> withTheLogOnTheGrid(@TempDir Path folder) throws IOException {
        return faults("grid-log", folder);
    }

    private static List<DynamicTest> faults(String mode, Path folder) throws IOException {
        List<String> modes =
                List.of(System.getProperty("cordon.chaos.modes", "").split(","));
        assertThat(MODES).as("the modes of -Dchaos.modes").containsAll(modes);
        if (!modes.contains(mode)) {
            return List.of();
        }
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"));
                DatabaseControl control = new DatabaseControl(database)) {
            int rounds = Integer.getInteger("cordon.chaos.rounds", 1);
            Map<String, String> environment = NodeTests.environment();
            environment.put("CORDON_DATABASE_URL", database.url());
            environment.put("CORDON_DATABASE_PORT", database.port());
            environment.put("CORDON_DATABASE_CONTROL", control.url());
            environment.put("CORDON_CHAOS_MODE", mode);
            String faults = System.getProperty("cordon.chaos.faults", "all");
            Duration limit = faults.equals("all") ? ALL : FEW;
            environment.put("CORDON_CHAOS_FAULTS", faults);
            environment.put("CORDON_CHAOS_ROUNDS", Integer.toString(rounds));
            environment.put("CORDON_CHAOS_SEED", System.getProperty("cordon.chaos.seed", ""));
            environment.put("CORDON_CHAOS_BEFORE", System.getProperty("cordon.chaos.before", ""));
            environment.put(
                    "CORDON_CHAOS_OUT",
                    Path.of("target/chaos", mode).toAbsolutePath().toString());
            return NodeTests.run("src/test/js/it/chaos.test.js", environment, limit.multipliedBy(rounds));
        }
    }
}
