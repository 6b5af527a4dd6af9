package dev.cordon.it;

import dev.cordon.Certificates;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The tests written in JavaScript: the page's own logic, the unmodified SDK under Node, Chromium on the page and the console, and the SDK while a server of
 * its own is stopped and killed. See src/test/js.
 */
@ExtendWith(ArquillianExtension.class)
@Execution(ExecutionMode.SAME_THREAD)
@RunAsClient
class BrowserCodeIT {
    @ArquillianResource
    private URI shared;

    @TestFactory
    List<DynamicTest> pageLogic() throws IOException {
        List<DynamicTest> all = new ArrayList<>();
        File[] files = Path.of("target/js/src/test/js").toFile().listFiles((folder, name) -> name.endsWith(".test.js"));
        for (File file : files == null ? new File[0] : files) {
            all.addAll(NodeTests.run("src/test/js/" + file.getName(), Map.of()));
        }
        return all;
    }

    @TestFactory
    List<DynamicTest> sdk() throws IOException {
        return NodeTests.run("src/test/js/it/sdk.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> serverLibrary() throws IOException {
        return NodeTests.run("src/test/js/it/cent.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> acknowledges() throws IOException {
        return NodeTests.run("src/test/js/it/ack.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> client() throws IOException {
        return NodeTests.run("src/test/js/it/client.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> resume() throws IOException {
        return NodeTests.run("src/test/js/it/resume.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> sessions() throws IOException {
        return NodeTests.run("src/test/js/it/sessions.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> wire() throws IOException {
        return NodeTests.run("src/test/js/it/wire.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> liveness() throws IOException {
        return NodeTests.run("src/test/js/it/liveness.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> restart() throws IOException {
        return NodeTests.run("src/test/js/it/restart.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> browser() throws IOException {
        return NodeTests.run("src/test/js/it/browser.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> streams(@TempDir Path folder) throws IOException, GeneralSecurityException {
        Map<String, String> environment = environment();
        Path pem = Files.writeString(folder.resolve("localhost.pem"), new Certificates().pem);
        environment.put("CORDON_PEM", pem.toString());
        return NodeTests.run("src/test/js/it/streams.test.js", environment);
    }

    @TestFactory
    List<DynamicTest> storage() throws IOException {
        return NodeTests.run("src/test/js/it/storage.test.js", environment());
    }

    @TestFactory
    List<DynamicTest> console() throws IOException {
        return NodeTests.run("src/test/js/it/console.test.js", environment());
    }

    private Map<String, String> environment() {
        Map<String, String> environment = NodeTests.environment();
        environment.put("CORDON_URL", Cordon.at(shared).base().toString());
        return environment;
    }
}
