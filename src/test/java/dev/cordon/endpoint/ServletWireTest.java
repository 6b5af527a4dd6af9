package dev.cordon.endpoint;

import static dev.cordon.websocket.ClientFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.TestNode;
import dev.cordon.http.PlainPosts;
import dev.cordon.protocol.Disconnect;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.ServerFrames;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.Wire.Completion;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServletWireTest {
    private static final byte[] END = {};
    private static final byte[] ECHO = ClientFrames.text("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}");

    private final TestNode node = new TestNode();
    private final GatewaySockets sockets = new GatewaySockets(node.gateway);
    private final Container container = new Container();
    private final Optional<RawConnection> raw = Optional.of(container);

    private ServletWire opened(Optional<RawConnection> over) throws IOException {
        ServletWire wire = new ServletWire(container, over, () -> container.calls.add("afterwards"));
        WebSocketConnection socket = sockets.open(wire, "test");
        wire.start(socket);
        return wire;
    }

    private void connect() throws IOException {
        container.sends(ClientFrames.text(
                "{\"id\":1,\"connect\":{\"token\":\"" + node.token("bob", Duration.ofHours(1)) + "\"}}"));
        assertThat(container.written()).contains("\"connect\":");
        container.written.reset();
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC1, 0xA1, 0x91, 0x85, 0x8D, 0x83})
    @DisplayName(
            "A4: when an invalid frame arrives byte by byte, the command before it is answered, the close 1002 follows, and the rest is read and dropped")
    void a4_writesAnswerAndCloseToAClientThatKeepsSending(int first) throws IOException {
        opened(raw);
        connect();
        container.sends(ECHO);
        byte[] bad = new byte[200];
        bad[0] = (byte) first;
        bad[1] = (byte) (0x80 | 100);

        for (byte each : bad) {
            container.sends(new byte[] {each});
        }

        assertThat(container.written()).startsWith("\u0081").contains("{\"id\":2,\"rpc\":{\"data\":7}}");
        assertThat(container.written())
                .endsWith(
                        new String(ServerFrames.close(1002, "protocol error").toBytes(), StandardCharsets.ISO_8859_1));
        assertThat(container.arriving).isEmpty();
        assertThat(container.calls).as("a close now would be a reset").containsExactly("endOutput");

        container.sends(END);
        assertThat(container.calls).containsExactly("endOutput", "cut", "close", "afterwards");
    }

    @Test
    @DisplayName("A4: a command in the same read before an invalid frame is answered before the close 1002")
    void a4_answersACommandInTheSameReadBeforeAnInvalidFrame() throws IOException {
        opened(raw);
        connect();

        container.sends(join(ECHO, ClientFrames.bytes(0xC1, 0x80)));

        assertThat(container.written().indexOf("{\"data\":7}")).isPositive();
        assertThat(container.written()).endsWith("protocol error");
    }

    @Test
    @DisplayName("A4: a client that sends more than 256 KiB behind an invalid frame is cut")
    void a4_cutsAClientThatSendsTooMuchBehindAnInvalidFrame() throws IOException {
        opened(raw);
        container.sends(ClientFrames.bytes(0xC1));

        for (int i = 0; i < 16; i++) {
            assertThat(container.calls).containsExactly("endOutput");
            container.sends(new byte[16 * 1024]);
        }
        container.sends(new byte[1]);

        assertThat(container.calls).containsExactly("endOutput", "cut", "close", "afterwards");
    }

    @Test
    @DisplayName("A4: a client that neither sends nor closes behind an invalid frame is cut two seconds later")
    void a4_cutsAClientThatDoesNotCloseBehindAnInvalidFrame() throws IOException {
        opened(raw);
        container.sends(ClientFrames.bytes(0xC1));

        node.nanos.addAndGet(Duration.ofSeconds(2).toNanos() + 1);
        sockets.sweepUpgrades();

        assertThat(container.calls).containsExactly("endOutput", "cut", "close", "afterwards");
    }

    @Test
    void closesThroughTheContainerWithoutARawConnection() throws IOException {
        opened(Optional.empty());

        container.sends(ClientFrames.bytes(0xC1));

        assertThat(container.written()).endsWith("protocol error");
        assertThat(container.calls).containsExactly("close", "afterwards");
    }

    @Test
    void waitsWithAWriteUntilTheContainerIsReady() throws IOException {
        ServletWire wire = opened(raw);
        List<String> done = new ArrayList<>();
        container.takes = false;

        wire.write(ServerFrames.close(Disconnect.SHUTDOWN.code(), ""), new Completion() {
            @Override
            public void written() {
                done.add("written");
            }

            @Override
            public void failed(Throwable cause) {
                done.add("failed");
            }
        });
        assertThat(done).isEmpty();
        assertThat(container.written()).isEmpty();
        container.takes = true;
        wire.onWritePossible();

        assertThat(done).containsExactly("written");
        assertThat(container.written()).hasSize(4);
    }

    /** The container's half of an upgraded connection and the raw connection below it; bytes are read as soon as they arrive. */
    private static final class Container implements WebConnection, RawConnection {
        private final Deque<byte[]> arriving = new ArrayDeque<>();
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private final List<String> calls = new ArrayList<>();
        private boolean takes = true;
        private @Nullable ReadListener reader;

        void sends(byte[] read) throws IOException {
            arriving.add(read);
            Optional.ofNullable(reader).orElseThrow().onDataAvailable();
        }

        String written() {
            return written.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public ServletInputStream getInputStream() {
            return new Input();
        }

        @Override
        public ServletOutputStream getOutputStream() {
            return new Output();
        }

        @Override
        public void close() {
            calls.add("close");
        }

        @Override
        public void cut() {
            calls.add("cut");
        }

        @Override
        public void endOutput() {
            calls.add("endOutput");
        }

        @Override
        public void forget(HttpUpgradeHandler handler) {
            calls.add("forget");
        }

        @Override
        public Optional<DirectWire> takeOver(HttpUpgradeHandler from) {
            return Optional.empty();
        }

        @Override
        public void readInPlace() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void learn(String host, String path, GatewaySockets sockets) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void learn(String host, String base, PlainPosts to) {
            throw new UnsupportedOperationException();
        }

        private final class Input extends ServletInputStream {
            @Override
            public int read(byte[] into, int offset, int most) {
                byte[] next = arriving.remove();
                System.arraycopy(next, 0, into, offset, next.length);
                return next.length == 0 ? -1 : next.length;
            }

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isReady() {
                return !arriving.isEmpty();
            }

            @Override
            public boolean isFinished() {
                return false;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                reader = listener;
            }
        }

        private final class Output extends ServletOutputStream {
            @Override
            public void write(byte[] bytes) {
                if (!takes) {
                    throw new AssertionError("a thread would wait here");
                }
                written.writeBytes(bytes);
            }

            @Override
            public void write(int one) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isReady() {
                return takes;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                // The test calls the listener itself.
            }
        }
    }
}
