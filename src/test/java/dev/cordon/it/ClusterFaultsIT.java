package dev.cordon.it;

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
    /** Longer than a round of all faults takes, and of the few that are part of verify. */
    private static final Duration ALL = Duration.ofMinutes(25);

    private static final Duration FEW = Duration.ofMinutes(10);

    @TestFactory
    List<DynamicTest> faults(@TempDir Path folder) throws IOException {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"));
                DatabaseControl control = new DatabaseControl(database)) {
            int rounds = Integer.getInteger("cordon.chaos.rounds", 1);
            Map<String, String> environment = NodeTests.environment();
            environment.put("CORDON_DATABASE_URL", database.url());
            environment.put("CORDON_DATABASE_PORT", database.port());
            environment.put("CORDON_DATABASE_CONTROL", control.url());
            String faults = System.getProperty("cordon.chaos.faults", "all");
            Duration limit = faults.equals("all") ? ALL : FEW;
            environment.put("CORDON_CHAOS_FAULTS", faults);
            environment.put("CORDON_CHAOS_ROUNDS", Integer.toString(rounds));
            environment.put("CORDON_CHAOS_SEED", System.getProperty("cordon.chaos.seed", ""));
            environment.put(
                    "CORDON_CHAOS_OUT", Path.of("target/chaos").toAbsolutePath().toString());
            return NodeTests.run("src/test/js/it/chaos.test.js", environment, limit.multipliedBy(rounds));
        }
    }
}
