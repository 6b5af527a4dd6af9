package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.it.hooks.Members;
import dev.cordon.jdbc.ServerUnderTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applications in the WAR, and the SDK's view of them, on a real server with the log in PostgreSQL: beans for what can go
 * wrong, and {@code examples/orders}.
 */
class HooksIT {
    /** From the example's own pom (src/test/sh/build-orders.sh). */
    private static final File ORDERS = new File("examples/orders/target/orders.war");

    private static final String HEADERS = "src/test/js/it/hookHeaders.test.js";

    /** The WAR of an application with the tests' beans added. */
    private static Path overlay(File war, String name) {
        File overlay = new File("target", name);
        ShrinkWrap.create(ZipImporter.class, name)
                .importFrom(war)
                .as(WebArchive.class)
                .addPackage(Members.class.getPackage())
                .as(ZipExporter.class)
                .exportTo(overlay, true);
        return overlay.toPath();
    }

    @TestFactory
    @DisplayName("an application in the WAR decides, answers and hears")
    List<DynamicTest> hooks(@TempDir Path folder) throws IOException {
        try (ServerUnderTest database = new ServerUnderTest(folder.resolve("pg"))) {
            return hooks(database);
        }
    }

    @TestFactory
    @DisplayName("with the container's own engine too, the application sees the allowed headers of a handshake")
    List<DynamicTest> headersInTheContainer() throws IOException {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_TRANSPORT", "container");
        settings.put("CORDON_HOOK_HEADERS", "X-Tenant");
        Path war = overlay(new File(System.getProperty("cordon.war")), "cordon-with-beans.war");
        try (MicroServer server = MicroServer.of(war, settings, List.of()).ready()) {
            Map<String, String> environment = NodeTests.environment();
            environment.put("CORDON_URL", server.base().toString());
            return NodeTests.run(HEADERS, environment);
        }
    }

    private static List<DynamicTest> hooks(ServerUnderTest database) throws IOException {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_LOG", "jdbc");
        // Hears of transactions from the first one on.
        settings.put("CORDON_CLUSTER", "database");
        settings.put("PGHOST", "127.0.0.1");
        settings.put("PGPORT", database.port());
        settings.put("PGDATABASE", "postgres");
        settings.put("PGUSER", "postgres");
        settings.put("PGPASSWORD", "postgres");
        settings.put("CORDON_HOOK_DEADLINE", "PT2S");
        settings.put("CORDON_HOOK_HEADERS", "X-Tenant");
        try (MicroServer server = MicroServer.of(
                        overlay(ORDERS, "cordon-with-hooks.war"), settings, MicroServer.postgres(), "-Xmx512m")
                .ready()) {
            Map<String, String> environment = NodeTests.environment();
            environment.put("CORDON_URL", server.base().toString());
            List<DynamicTest> tests = new ArrayList<>(NodeTests.run("src/test/js/it/hooks.test.js", environment));
            tests.addAll(NodeTests.run(HEADERS, environment));
            String log = server.log();
            tests.add(DynamicTest.dynamicTest(
                    "the block of the start names what was found",
                    () -> assertThat(log)
                            .contains("hooks in the server: policy com.example.orders.Customers,"
                                    + " dev.cordon.it.hooks.Members; rpc orders.* (com.example.orders.OrderCalls),"
                                    + " trial.* (dev.cordon.it.hooks.Trials);"
                                    + " listener com.example.orders.Visits, dev.cordon.it.hooks.Journal")));
            tests.add(DynamicTest.dynamicTest(
                    "a bean that throws is one line",
                    () -> assertThat(log.lines().filter(line -> line.contains("a trial that fails")))
                            .hasSize(1)));
            return tests;
        }
    }
}
