package dev.cordon.it;

import dev.cordon.jdbc.ServerUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed under load and started again on its database. See src/test/js/it/durable.test.js. */
class DurableIT {
    @TestFactory
    List<DynamicTest> onPostgres(@TempDir Path folder) throws IOException {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"))) {
            return killed(database.url());
        }
    }

    @TestFactory
    List<DynamicTest> onH2(@TempDir Path folder) throws IOException {
        return killed("jdbc:h2:" + folder.resolve("log") + ";WRITE_DELAY=0");
    }

    private static List<DynamicTest> killed(String databaseUrl) throws IOException {
        Map<String, String> environment = NodeTests.environment();
        environment.put("CORDON_DATABASE_URL", databaseUrl);
        return NodeTests.run("src/test/js/it/durable.test.js", environment);
    }
}
