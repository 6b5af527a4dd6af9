package dev.cordon.canary;

import static dev.cordon.canary.FakeEndpoint.frame;
import static dev.cordon.canary.FakeEndpoint.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The canary's client against a server of the test's own, which writes byte by byte what the test says. */
class CanaryClientTest {
    private final FakeEndpoint server = new FakeEndpoint();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Selector selector;
    private CanaryClient client;
    private FakeEndpoint.Session peer;

    @BeforeEach
    void connect() throws IOException {
        selector = Selector.open();
        client = new CanaryClient(server.address(), "t1", 0, selector);
        peer = server.accept();
        opened.addAll(List.of(client, peer, server, selector));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** What the client reads once its socket is ready. */
    private List<String> ready() throws IOException {
        selector.select(20_000);
        selector.selectedKeys().clear();
        return client.ready();
    }

    private void open() throws IOException {
        assertThat(ready()).isEmpty();
        peer.head();
        peer.accepts();
        assertThat(ready()).isEmpty();
        assertThat(client.state()).isEqualTo(CanaryClient.State.OPEN);
    }

    /** All that the client has read until there are so many texts. */
    private List<String> texts(int count) throws IOException {
        List<String> all = new ArrayList<>();
        while (all.size() < count) {
            all.addAll(ready());
        }
        return all;
    }

    @Test
    void asksForAnUpgradeWithItsTicket() throws IOException {
        assertThat(client.state()).isEqualTo(CanaryClient.State.CONNECTING);

        assertThat(ready()).isEmpty();

        assertThat(client.state()).isEqualTo(CanaryClient.State.HANDSHAKE);
        String key = "Sec-WebSocket-Key: ([A-Za-z0-9+/]{22}==)\r\n";
        assertThat(peer.head().replaceAll(key, "key\r\n"))
                .isEqualTo("GET /chat/connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:"
                        + server.address().port()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nkey\r\n"
                        + "X-Ticket: t1\r\n\r\n");
    }

    @Test
    void isOpenOnlyAfterTheWholeAnswer() throws IOException {
        ready();
        peer.head();
        peer.says(FakeEndpoint.ACCEPTED
                .substring(0, FakeEndpoint.ACCEPTED.length() - 1)
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(ready()).isEmpty();
        assertThat(client.state()).isEqualTo(CanaryClient.State.HANDSHAKE);

        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write('\n');
        rest.writeBytes(text("first"));
        rest.writeBytes(text("second"));
        peer.says(rest.toByteArray());

        assertThat(texts(2)).containsExactly("first", "second");
        assertThat(client.state()).isEqualTo(CanaryClient.State.OPEN);
    }

    @Test
    void tellsHowItWasRejected() throws IOException {
        ready();
        peer.head();
        peer.says("HTTP/1.1 503 Service Unavailable\r\nX: y\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(this::ready)
                .isInstanceOf(IOException.class)
                .hasMessage("rejected: HTTP/1.1 503 Service Unavailable");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 5_000, 65_535, 65_536, 1 << 20})
    void readsTextsOfAnyLengthUpToAMebibyte(int length) throws IOException {
        open();
        String text = "é".repeat(length / 2) + "x".repeat(length % 2);
        Thread writer = new Thread(() -> {
            try {
                peer.says(text(text));
                peer.says(text("after"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        writer.start();

        assertThat(texts(2)).containsExactly(text, "after");
    }

    @Test
    void readsAFrameThatComesByteByByte() throws IOException {
        open();
        byte[] frame = text("x".repeat(130));
        for (int i = 0; i < frame.length - 1; i++) {
            peer.says(new byte[] {frame[i]});
            assertThat(ready()).isEmpty();
        }
        peer.says(new byte[] {frame[frame.length - 1]});

        assertThat(ready()).containsExactly("x".repeat(130));
    }

    @Test
    void rejectsAFrameOfMoreThanAMebibyte() throws IOException {
        open();
        peer.says(ByteBuffer.allocate(10)
                .put((byte) 0x81)
                .put((byte) 127)
                .putLong((1 << 20) + 1)
                .array());

        assertThatThrownBy(() -> texts(1)).isInstanceOf(IOException.class).hasMessage("a frame of 1048577 bytes");
    }

    @Test
    void ignoresFramesOfOtherKinds() throws IOException {
        open();
        peer.says(frame(9, new byte[] {1, 2, 3}));
        peer.says(text("x"));

        assertThat(texts(1)).containsExactly("x");
    }

    @Test
    void tellsTheCodeOfTheServersClose() throws IOException {
        open();
        peer.says(frame(8, new byte[] {(byte) (3005 >> 8), (byte) 3005, 'x'}));

        assertThatThrownBy(() -> texts(1)).isInstanceOf(IOException.class).hasMessage("closed with 3005");
        assertThat(client.closeCode()).isEqualTo(3005);
    }

    @Test
    void aCloseWithoutACodeHasNone() throws IOException {
        open();
        peer.says(frame(8, new byte[0]));

        assertThatThrownBy(() -> texts(1)).isInstanceOf(IOException.class).hasMessage("closed with 0");
        assertThat(client.closeCode()).isZero();
    }

    @Test
    void noticesTheEndOfTheConnection() throws IOException {
        open();
        peer.socket().shutdownOutput();

        assertThatThrownBy(() -> texts(1))
                .isInstanceOf(IOException.class)
                .hasMessage("the server closed the connection");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 3_000})
    void sendsMaskedTexts(int length) throws IOException {
        open();
        String text = "ab".repeat(length / 2) + "x".repeat(length % 2);

        client.send(text);

        assertThat(peer.hears()).isEqualTo(text);
    }

    @Test
    void cannotSendToAServerThatDoesNotRead() throws IOException {
        open();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        client.send("x".repeat(30_000));
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("the server does not read");
    }

    @Test
    void stopsReading() throws IOException {
        open();
        client.stopReading();
        peer.says(text("unread"));

        assertThat(selector.selectNow()).isZero();
    }

    @Test
    void closesItsSocket() throws IOException {
        open();
        client.close();

        assertThat(client.state()).isEqualTo(CanaryClient.State.CLOSED);
        assertThat(peer.ended()).isTrue();
    }
}
