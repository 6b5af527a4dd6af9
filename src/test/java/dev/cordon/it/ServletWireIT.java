package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.websocket.DeflatingClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wire through Servlet's streams ({@code cordon.transport=servlet}), as with TLS; with compression. */
class ServletWireIT extends WireContract {
    /** The opcode of a text with the bit that says that it is compressed. */
    private static final int DEFLATED = 0x40 | WireClient.TEXT;

    @RegisterExtension
    static final OwnServer SERVER = OwnServer.with(Map.of("CORDON_TRANSPORT", "servlet", "CORDON_COMPRESSION", "true"));

    @Override
    Cordon cordon() {
        return SERVER.cordon();
    }

    @Override
    boolean compresses() {
        return true;
    }

    @Override
    String log() {
        return SERVER.log();
    }

    /** Streams over HTTP are the container's answers here. */
    @Nested
    class Streams extends StreamContract {
        @Override
        Cordon cordon() {
            return SERVER.cordon();
        }
    }

    @Test
    @DisplayName("a client that compresses is served: both ways, with plain and compressed messages in turn")
    void aClientThatCompressesIsServed() throws Exception {
        double before = cordon().metric("cordon_compressed_messages_total");
        try (DeflatingClient first = client("wire-deflate");
                DeflatingClient second = client("wire-deflate")) {
            String data = "\"" + "compressible ".repeat(2_000) + "\"";
            for (String each : List.of("1", data, "2")) {
                assertThat(cordon().api("publish", "{\"channel\":\"#wire-deflate\",\"data\":" + each + "}")
                                .statusCode())
                        .isEqualTo(200);
                for (DeflatingClient to : List.of(first, second)) {
                    assertThat(to.next()).endsWith("\"data\":" + each + "}}}");
                }
            }
            first.send("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":" + data + "}}");
            assertThat(first.next()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":" + data + "}}");
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(cordon().metric("cordon_compressed_messages_total"))
                        .isEqualTo(before + 1));
    }

    private DeflatingClient client(String user) throws Exception {
        DeflatingClient client = DeflatingClient.connect(cordon().socket());
        assertThat(client.extensions()).contains("server_no_context_takeover", "client_no_context_takeover");
        client.send("{\"id\":1,\"connect\":{\"token\":\"" + cordon().token(user) + "\"}}");
        assertThat(client.next()).startsWith("{\"id\":1,\"connect\":");
        return client;
    }

    @ParameterizedTest
    @CsvSource({
        "'permessage-deflate; server_max_window_bits=8, permessage-deflate', true",
        "permessage-deflate; server_max_window_bits=8, false",
        "permessage-deflate; mux=1, false",
        "x-unknown, false"
    })
    void agreesOnTheFirstOfferThatItCanMeet(String offer, boolean agrees) {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(WireClient.handshake(cordon().base(), Map.of("Sec-WebSocket-Extensions", offer)));

            String head = client.response();

            assertThat(head).startsWith("HTTP/1.1 101");
            assertThat(head.contains("\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                            + " client_no_context_takeover\r\n"))
                    .isEqualTo(agrees);
        }
    }

    @Test
    void anOfferThatIsNoListIsRejected() {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(
                    WireClient.handshake(cordon().base(), Map.of("Sec-WebSocket-Extensions", "permessage-deflate; ;")));

            assertThat(client.response()).startsWith("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    @DisplayName("SECURITY: bombs, damaged data and misplaced bits of a client end its connection, and nobody else's")
    void hostileCompressionEndsItsConnectionOnly() {
        try (DeflatingClient witness = client("wire-deflate-witness")) {
            byte[] bomb = deflated(new byte[8 * 1024 * 1024]);
            Map<Integer, List<byte[]>> hostile = Map.of(
                    1009, List.of(WireClient.frame(DEFLATED, bomb)),
                    1007,
                            List.of(
                                    WireClient.frame(DEFLATED, new byte[] {7, 7, 7, 7}),
                                    WireClient.frame(DEFLATED, new byte[0]),
                                    WireClient.frame(DEFLATED, Arrays.copyOf(bomb, bomb.length / 1000)),
                                    WireClient.frame(DEFLATED, deflated(new byte[] {'"', (byte) 0xC3, '"'}))),
                    1002, List.of(WireClient.frame(0x40 | WireClient.PING, new byte[0])),
                    3501, List.of(WireClient.frame(DEFLATED, deflated(new byte[] {'x'}))));
            hostile.forEach((code, frames) -> frames.forEach(frame -> {
                try (WireClient client = WireClient.dial(cordon().base())) {
                    client.raw(WireClient.handshake(
                            cordon().base(), Map.of("Sec-WebSocket-Extensions", "permessage-deflate")));
                    assertThat(client.response()).startsWith("HTTP/1.1 101");
                    client.raw(frame);
                    assertThat(client.closeCode()).isEqualTo(code);
                }
            }));
            witness.send("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}");
            assertThat(witness.next()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":7}}");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(plain);
        byte[] room = new byte[64 * 1024];
        int length = deflater.deflate(room, 0, room.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(room, length - 4);
    }
}
