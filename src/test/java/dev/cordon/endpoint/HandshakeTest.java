package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.Handshake;
import dev.cordon.gateway.HandshakeRejection;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §4.2.1, point by point. */
class HandshakeTest {
    @Test
    void takesTheHandshakeOfTheRfc() {
        assertThat(flaw(new FakeRequest())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"upgrade", "keep-alive, Upgrade", "Upgrade,keep-alive", " UPGRADE "})
    void takesAConnectionHeaderThatListsUpgrade(String value) {
        assertThat(flaw(new FakeRequest().header("Connection", value))).isEmpty();
    }

    @Test
    void takesTheTokenFromAnyOfSeveralHeaders() {
        assertThat(flaw(new FakeRequest()
                        .header("Connection", "keep-alive", "Upgrade")
                        .header("Upgrade", "WebSocket")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "HEAD", "OPTIONS", "get", "CONNECT"})
    void refusesEveryMethodButGet(String method) {
        assertRefused(400, new FakeRequest().method(method));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/0.9", "HTTP/2.0"})
    void refusesEveryProtocolButHttp11(String protocol) {
        assertRefused(400, new FakeRequest().protocol(protocol));
    }

    @Test
    void refusesAMissingOrSecondHost() {
        assertRefused(400, new FakeRequest().header("Host"));
        assertRefused(400, new FakeRequest().header("Host", "node.example", "evil.example"));
    }

    @Test
    void asksForTheUpgradeWhenItIsMissing() {
        assertRefused(426, new FakeRequest().header("Upgrade"));
        assertRefused(426, new FakeRequest().header("Upgrade", "h2c"));
        assertRefused(426, new FakeRequest().header("Upgrade", "websockets"));
        assertRefused(426, new FakeRequest().header("Connection"));
        assertRefused(426, new FakeRequest().header("Connection", "keep-alive"));
        assertRefused(426, new FakeRequest().header("Connection", ","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "12", "14", "013", "13, 8", "", " 13"})
    void asksForVersion13(String version) {
        assertRefused(426, new FakeRequest().header("Sec-WebSocket-Version", version));
        assertRefused(426, new FakeRequest().header("Sec-WebSocket-Version"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ= ",
                "dGhlIHNhbXBsZSBub25jZTEy",
                "dGhlIHNhbXBsZSBub25j ZQ=",
                "________________________",
                "ZGhlIHNhbXBsZSBub25jZQ==ZGhlIHNhbXBsZSBub25jZQ=="
            })
    void refusesAKeyThatIsNot16Bytes(String key) {
        assertRefused(400, new FakeRequest().header("Sec-WebSocket-Key", key));
    }

    @Test
    void refusesNoKeyAndTwo() {
        String key = "dGhlIHNhbXBsZSBub25jZQ==";

        assertRefused(400, new FakeRequest().header("Sec-WebSocket-Key"));
        assertRefused(400, new FakeRequest().header("Sec-WebSocket-Key", key, key));
    }

    @Test
    @DisplayName("a body behind the handshake would be read as frames")
    void refusesABody() {
        assertRefused(400, new FakeRequest().header("Content-Length", "5"));
        assertRefused(400, new FakeRequest().header("Transfer-Encoding", "chunked"));
        assertThat(flaw(new FakeRequest().header("Content-Length", "0"))).isEmpty();
    }

    private static Optional<HandshakeRejection> flaw(FakeRequest request) {
        return Handshake.flaw(new ServletHandshake(request.request()));
    }

    private static void assertRefused(int status, FakeRequest request) {
        assertThat(flaw(request)).hasValueSatisfying(refusal -> {
            assertThat(refusal.status()).isEqualTo(status);
            assertThat(refusal.message()).isNotBlank();
        });
    }
}
