package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.TestNode;
import dev.cordon.protocol.Encoding;
import dev.cordon.upkeep.LogLines;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerPlatformTest {
    private final FakeSession session = new FakeSession();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void findsTheImplementationForThisServer() {
        assertThat(ServerPlatform.ofThisServer(true)).isNotSameAs(ServerPlatform.PORTABLE);
    }

    @Test
    void usesNothingBeyondJakartaEeWhenTurnedOff() {
        assertThat(ServerPlatform.ofThisServer(false)).isSameAs(ServerPlatform.PORTABLE);
    }

    @Test
    void isPortableWithoutAnImplementation() {
        assertThat(ServerPlatform.foundBy(ClassLoader.getPlatformClassLoader())).isSameAs(ServerPlatform.PORTABLE);
    }

    @Test
    @DisplayName("a server that cannot load the implementation is used like any Jakarta EE server, and the log says so")
    void logsAnImplementationThatCannotBeLoaded() throws IOException {
        URL services = Files.writeString(folder.resolve("services"), "dev.cordon.payara.Missing")
                .toUri()
                .toURL();
        ClassLoader lacking = new ClassLoader(null) {
            @Override
            protected Enumeration<URL> findResources(String name) {
                return Collections.enumeration(List.of(services));
            }
        };
        List<ServerPlatform> found = new ArrayList<>();

        List<LogRecord> lines = LogLines.of(ServerPlatform.class, () -> found.add(ServerPlatform.foundBy(lacking)));

        assertThat(found).containsExactly(ServerPlatform.PORTABLE);
        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .startsWith("This server is used like any Jakarta EE server: ");
    }

    @Test
    void reportsNothingOfAPortableServer() {
        ServerPlatform portable = ServerPlatform.PORTABLE;

        assertThat(portable.connections(new Cuts())).isEmpty();
        assertThat(portable.listeners()).isEmpty();
        assertThat(portable.gridAddress()).isEmpty();
        assertThat(portable.remoteAddress(session.session)).isEqualTo("unknown");
    }

    @Test
    void leavesRequestsToAPortableServerUnchanged() {
        HttpServletRequest request = new FakeRequest().request();

        assertThat(ServerPlatform.PORTABLE.forContainer(
                        request, new GatewaySockets(new TestNode().gateway), Encoding.JSON))
                .isSameAs(request);
    }

    @Test
    void undoesNothingOnAPortableServer() {
        List<String> ran = new ArrayList<>();

        ServerPlatform.PORTABLE.beforeStop(() -> ran.add("stop")).run();
        ServerPlatform.PORTABLE.shortenLogOfGoneClients().run();

        assertThat(ran).isEmpty();
    }
}
