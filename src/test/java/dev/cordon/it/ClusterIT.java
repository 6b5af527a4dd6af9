package dev.cordon.it;

import dev.cordon.jdbc.ServerUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with one log, of which one is killed under load. See src/test/js/it/cluster.test.js. */
class ClusterIT {
    @TestFactory
    List<DynamicTest> threeNodesWithADatabase(@TempDir Path folder) throws IOException {
        return threeNodes("database", folder);
    }

    @TestFactory
    List<DynamicTest> threeNodesOnTheGrid(@TempDir Path folder) throws IOException {
        return threeNodes("grid", folder);
    }

    @TestFactory
    List<DynamicTest> threeNodesWithTheirLogOnTheGrid() throws IOException {
        return threeNodes("grid", "grid", NodeTests.environment());
    }

    private static List<DynamicTest> threeNodes(String mode, Path folder) throws IOException {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"))) {
            Map<String, String> environment = NodeTests.environment();
            environment.put("CORDON_DATABASE_URL", database.url());
            return threeNodes(mode, "jdbc", environment);
        }
    }

    private static List<DynamicTest> threeNodes(String mode, String log, Map<String, String> environment)
            throws IOException {
        environment.put("CORDON_CLUSTER_MODE", mode);
        environment.put("CORDON_CLUSTER_LOG", log);
        return NodeTests.run("src/test/js/it/cluster.test.js", environment);
    }
}
