package dev.cordon.payara;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.endpoint.InnerGateway;
import dev.cordon.gateway.Handshake;
import dev.cordon.http.PlainHead;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which handshakes Cordon reads by itself, and which it leaves to the container. */
class PlainHandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String GOOD = """
            GET /ws?x=1 HTTP/1.1
            Host: cordon.example:8080
            Upgrade: websocket
            Connection: keep-alive, Upgrade
            Sec-WebSocket-Key: %s
            Sec-WebSocket-Version: 13
            Origin: https://app.example
            User-Agent: any (thing); q=1

            """.formatted(KEY).replace("\n", "\r\n");

    @Test
    void readsAPlainHandshake() {
        PlainHandshake read = read(GOOD).orElseThrow();

        assertThat(read.path()).isEqualTo("/ws");
        assertThat(read.host()).isEqualTo("cordon.example:8080");
        assertThat(read.header("Origin")).containsExactly("https://app.example");
        assertThat(read.key()).isEqualTo(KEY);
        assertThat(read.end()).isEqualTo(GOOD.length());
        assertThat(read.remoteAddress()).isEqualTo("192.0.2.1");
        assertThat(read.method()).isEqualTo("GET");
        assertThat(read.protocol()).isEqualTo("HTTP/1.1");
        assertThat(read.scheme()).isEqualTo("http");
        assertThat(read.hasBody()).isFalse();
    }

    @Test
    void aPathWithoutAQueryIsTheWholeTarget() {
        assertThat(read(GOOD.replace("/ws?x=1", "/ws")).orElseThrow().path()).isEqualTo("/ws");
        assertThat(read(GOOD.replace("/ws?x=1", "/?x")).orElseThrow().path()).isEqualTo("/");
    }

    @Test
    void returnsWhereTheFirstFramesBegin() {
        byte[] head = GOOD.getBytes(StandardCharsets.US_ASCII);
        byte[] both = java.util.Arrays.copyOf(head, head.length + 7);

        assertThat(PlainHandshake.read(both, both.length, "192.0.2.1")
                        .orElseThrow()
                        .end())
                .isEqualTo(head.length);
    }

    @Test
    void readsAHandshakeWithoutAnOrigin() {
        assertThat(read(GOOD.replace("Origin: https://app.example\r\n", ""))
                        .orElseThrow()
                        .header("Origin"))
                .isEmpty();
    }

    @Test
    @DisplayName("C5: a handshake that offers a subprotocol is left to the container, which checks it")
    void leavesAnOfferedSubprotocolToTheContainer() {
        assertThat(read(GOOD.replace("Origin: https://app.example", "Sec-WebSocket-Protocol: centrifuge-protobuf")))
                .isEmpty();
    }

    @Property(tries = 200)
    void leavesEveryIncompleteHandshakeToTheContainer(@ForAll @IntRange(min = 0, max = 1000) int cut) {
        String part = GOOD.substring(0, cut % GOOD.length());

        assertThat(read(part)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: second.example",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "Origin: https://second.example",
                "Upgrade: h2c",
                "Connection: HTTP2-Settings",
                "Content-Length: 0",
                "content-length: 5",
                "Transfer-Encoding: chunked",
                "Expect: 100-continue",
                " folded: line",
                "no colon",
                ": nameless",
                "Space : before",
                "Null: \0",
                "Bare: \n",
                "Bare: \r",
                InnerGateway.HEADER + ": any",
                "Umlaut: ö",
                "Tab:\t"
            })
    void leavesAHandshakeWithAnUnusualLineToTheContainer(String line) {
        assertThat(read(GOOD.replace("User-Agent: any (thing); q=1", line))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: cordon.example:8080",
                "Upgrade: websocket",
                "Connection: keep-alive, Upgrade",
                "Sec-WebSocket-Key: " + KEY,
                "Sec-WebSocket-Version: 13"
            })
    void leavesAHandshakeWithoutARequiredLineToTheContainer(String line) {
        assertThat(read(GOOD.replace(line + "\r\n", ""))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET /ws,POST /ws",
        "GET /ws,get /ws",
        "GET /ws,GET  /ws",
        "GET /ws,GET http://cordon.example/ws",
        "HTTP/1.1,HTTP/1.0",
        "HTTP/1.1,HTTP/2.0",
        "HTTP/1.1,HTTP/1.1 x",
        "Version: 13,Version: 8",
        "Upgrade: websocket,Upgrade: h2c",
        "'keep-alive, Upgrade',keep-alive",
        "dGhlIHNhbXBsZSBub25jZQ==,dGhlIHNhbXBsZQ==",
        "cordon.example:8080,''"
    })
    void leavesAHandshakeWithAnUnusualValueToTheContainer(String good, String other) {
        assertThat(GOOD).contains(good);
        assertThat(read(GOOD.replace(good, other))).isEmpty();
    }

    @Test
    void leavesALongHandshakeToTheContainer() {
        assertThat(read(GOOD.replace("thing", "x".repeat(PlainHead.MAX_BYTES)))).isEmpty();
    }

    private static Optional<PlainHandshake> read(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
        return PlainHandshake.read(bytes, bytes.length, "192.0.2.1")
                .filter(handshake -> Handshake.flaw(handshake).isEmpty());
    }
}
