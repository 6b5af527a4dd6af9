package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.TestNode;
import dev.cordon.protocol.Encoding;
import dev.cordon.upkeep.LogLines;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.FakeWire;
import dev.cordon.websocket.ServerFrame;
import dev.cordon.websocket.WebSocketConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WireUpgradeHandlerTest {
    private final TestNode node = new TestNode();
    private final GatewaySockets sockets = new GatewaySockets(node.gateway);
    private final FakeContainer container = new FakeContainer();
    private final WireUpgradeHandler handler = new WireUpgradeHandler();
    private final byte[] connect =
            ClientFrames.text("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1)) + "\"}}");

    /** A wire that bypasses the container. */
    private static final class PastWire implements DirectWire {
        private final FakeWire wire = new FakeWire();
        private int writtenBeforeStart = -1;

        @Override
        public void start(WebSocketConnection to) {
            writtenBeforeStart = wire.written.size();
        }

        @Override
        public void write(ServerFrame frame, Completion done) {
            wire.write(frame, done);
        }

        @Override
        public void finish() {
            wire.finish();
        }

        @Override
        public void close() {
            wire.close();
        }

        @Override
        public void abort() {
            wire.abort();
        }
    }

    private void serves(boolean past) {
        handler.serve(sockets, Encoding.JSON, "192.0.2.7", Map.of(), false, Optional.of(container), past);
    }

    @Test
    void rejectsAConnectionThatItDoesNotServe() {
        assertThatThrownBy(() -> handler.init(container)).isInstanceOf(IllegalStateException.class);
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    void servesAConnectionThroughServletsStreams() throws IOException {
        serves(false);

        handler.init(container);
        container.sends(connect);

        assertThat(container.written()).contains("\"connect\":");
        assertThat(node.factory.connections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.remoteAddress()).isEqualTo("192.0.2.7"));
        assertThat(container.calls).isEmpty();
    }

    @Test
    void servesAConnectionThatMustStayThroughServletsStreams() throws IOException {
        serves(true);

        handler.init(container);
        container.sends(connect);

        assertThat(container.calls).containsExactly("takeOver");
        assertThat(container.written()).contains("\"connect\":");
    }

    @Test
    void answersEarlyBytesBeforeADirectWireStarts() {
        PastWire past = new PastWire();
        container.direct = Optional.of(past);
        container.arriving.add(connect);
        serves(true);

        handler.init(container);

        assertThat(container.arriving).isEmpty();
        assertThat(past.writtenBeforeStart).isEqualTo(1);
        assertThat(container.output.calls).isEmpty();
    }

    @Test
    void startsADirectWireAtOnceWithoutEarlyBytes() {
        PastWire past = new PastWire();
        container.direct = Optional.of(past);
        serves(true);

        handler.init(container);

        assertThat(past.writtenBeforeStart).isZero();
        assertThat(node.factory.connections()).hasSize(1);
    }

    @Test
    void keepsADirectConnectionWhenTheContainerDropsTheHandler() {
        PastWire past = new PastWire();
        container.direct = Optional.of(past);
        serves(true);
        handler.init(container);

        handler.destroy();

        assertThat(past.wire.ends).isEmpty();
        assertThat(node.factory.connections()).hasSize(1);
    }

    @Test
    @DisplayName("F01 a connection whose streams cannot be opened is not served, and is logged at debug level only")
    void doesNotServeAConnectionWithoutStreams() {
        container.hides();
        serves(false);

        List<LogRecord> lines = LogLines.withDetails(Gateway.class, () -> handler.init(container));

        assertThat(lines).extracting(LogRecord::getMessage).containsExactly("A connection failed: IOException");
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F01 a connection whose early bytes cannot be read is released, and its socket freed")
    void releasesAConnectionWhoseEarlyBytesCannotBeRead() {
        PastWire past = new PastWire();
        container.direct = Optional.of(past);
        container.arriving.add(FakeContainer.BROKEN);
        serves(true);

        handler.init(container);

        assertThat(past.wire.ends).containsExactly("abort");
        assertThat(past.writtenBeforeStart).as("not started").isNegative();
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    void makesTheContainerForgetAClosedConnection() throws IOException {
        serves(false);
        handler.init(container);

        container.sends(ClientFrames.close(1000, ""));

        assertThat(container.calls).containsExactly("close", "forget");
    }

    @Test
    @DisplayName("F01 a connection that the container drops is released")
    void releasesAConnectionThatTheContainerDrops() {
        serves(false);
        handler.init(container);

        handler.destroy();
        handler.destroy();

        assertThat(container.calls).containsExactly("cut", "close");
        assertThat(node.factory.connections()).isEmpty();
    }
}
