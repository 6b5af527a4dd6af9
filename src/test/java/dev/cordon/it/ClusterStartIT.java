package dev.cordon.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The documented commands that start a cluster on this machine and add a node. See src/test/js/it/clusterStart.test.js. */
class ClusterStartIT {
    @TestFactory
    List<DynamicTest> startsAClusterAndAddsANode() throws IOException {
        Map<String, String> environment = NodeTests.environment();
        environment.put("CORDON_CHECKOUT", Path.of("").toAbsolutePath().toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JDK_JAVA_OPTIONS", MicroServer.jvmOptions());
        // Where the tests keep a nginx that Debian's package would start as a service.
        environment.put("PATH", Path.of("target/tools").toAbsolutePath() + ":" + System.getenv("PATH"));
        return NodeTests.run("src/test/js/it/clusterStart.test.js", environment);
    }
}
