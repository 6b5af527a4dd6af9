package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.it.hooks.Members;
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

/** An application whose beans are in the WAR, and the SDK's view of them, on a real server. */
class HooksIT {
    private static Path overlay() {
        File overlay = new File("target/cordon-with-hooks.war");
        ShrinkWrap.create(ZipImporter.class, "cordon-with-hooks.war")
                .importFrom(new File(System.getProperty("cordon.war")))
                .as(WebArchive.class)
                .addPackage(Members.class.getPackage())
                .as(ZipExporter.class)
                .exportTo(overlay, true);
        return overlay.toPath();
    }

    @TestFactory
    @DisplayName("an application in the WAR decides, answers and hears")
    List<DynamicTest> hooks() throws IOException {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_HOOK_DEADLINE", "PT2S");
        settings.put("CORDON_HOOK_HEADERS", "X-Tenant");
        try (MicroServer server =
                MicroServer.of(overlay(), settings, "-Xmx512m").ready()) {
            Map<String, String> environment = NodeTests.environment();
            environment.put("CORDON_URL", server.base().toString());
            List<DynamicTest> tests = new ArrayList<>(NodeTests.run("src/test/js/it/hooks.test.js", environment));
            String log = server.log();
            tests.add(
                    DynamicTest.dynamicTest(
                            "the block of the start names what was found",
                            () -> assertThat(log)
                                    .contains(
                                            "hooks in the server: policy dev.cordon.it.hooks.Members;"
                                                    + " rpc orders.* (dev.cordon.it.hooks.Orders); listener dev.cordon.it.hooks.Journal")));
            tests.add(DynamicTest.dynamicTest(
                    "a bean that throws is one line",
                    () -> assertThat(log.lines().filter(line -> line.contains("an order that fails")))
                            .hasSize(1)));
            return tests;
        }
    }
}
