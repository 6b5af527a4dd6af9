package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.upkeep.LogLines;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ServerConnectionsTest {
    @Test
    void cutsTheConnectionBelowARequest() {
        FakeContainer container = new FakeContainer();

        new FakeConnections(container)
                .cutter(new FakeRequest().request())
                .orElseThrow()
                .run();

        assertThat(container.calls).containsExactly("cut");
    }

    @Test
    void promisesNothingForAnUnknownServer() {
        assertThat(ServerConnections.UNKNOWN.known()).isFalse();
        assertThat(ServerConnections.UNKNOWN.cutter(new FakeRequest().request()))
                .isEmpty();
        assertThat(ServerConnections.UNKNOWN.writtenAtOnce())
                .as("no answer is certain to be written without waiting")
                .isNegative();
    }

    @Test
    @DisplayName("the log warns that the listeners of an unknown server are not guarded")
    void warnsThatTheListenersOfAnUnknownServerAreNotGuarded() {
        List<LogRecord> lines = LogLines.of(
                ServerConnections.class, () -> ServerConnections.UNKNOWN.guard(new FiguresAccess(Optional.empty())));

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .startsWith("This server's listeners are unknown")
                .contains("/metrics and /openapi are open to everybody");
    }
}
