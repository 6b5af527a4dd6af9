package dev.cordon.it;

import dev.cordon.jdbc.ServerUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed under load and started again on its PostgreSQL database. See src/test/js/it/durable.test.js. */
class DurableIT {
    @TestFactory
    List<DynamicTest> survivesTheProcess(@TempDir Path folder) throws IOException {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"))) {
            Map<String, String> environment = NodeTests.environment();
            environment.put("CORDON_DATABASE_URL", database.url());
            return NodeTests.run("src/test/js/it/durable.test.js", environment);
        }
    }
}
