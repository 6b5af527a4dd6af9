package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §4.2.1, point by point. */
class HandshakeTest {
    @Test
    void acceptsTheHandshakeOfTheRfc() {
        assertThat(flaw(new FakeHandshake())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"upgrade", "keep-alive, Upgrade", "Upgrade,keep-alive", " UPGRADE "})
    void acceptsAConnectionHeaderThatListsUpgrade(String value) {
        assertThat(flaw(new FakeHandshake().with("Connection", value))).isEmpty();
    }

    @Test
    void acceptsUpgradeInAnyOfSeveralConnectionHeaders() {
        assertThat(flaw(new FakeHandshake()
                        .with("Connection", "keep-alive", "Upgrade")
                        .with("Upgrade", "WebSocket")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "HEAD", "OPTIONS", "get", "CONNECT"})
    void rejectsEveryMethodButGet(String method) {
        assertRejected(400, new FakeHandshake().method(method));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0", "HTTP/0.9", "HTTP/2.0"})
    void rejectsEveryProtocolButHttp11(String protocol) {
        assertRejected(400, new FakeHandshake().protocol(protocol));
    }

    @Test
    void rejectsAMissingOrSecondHost() {
        assertRejected(400, new FakeHandshake().with("Host"));
        assertRejected(400, new FakeHandshake().with("Host", "node.example", "evil.example"));
    }

    @Test
    void rejectsAMissingUpgradeWith426() {
        assertRejected(426, new FakeHandshake().with("Upgrade"));
        assertRejected(426, new FakeHandshake().with("Upgrade", "h2c"));
        assertRejected(426, new FakeHandshake().with("Upgrade", "websockets"));
        assertRejected(426, new FakeHandshake().with("Connection"));
        assertRejected(426, new FakeHandshake().with("Connection", "keep-alive"));
        assertRejected(426, new FakeHandshake().with("Connection", ","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "12", "14", "013", "13, 8", "", " 13"})
    void rejectsOtherVersionsThan13With426(String version) {
        assertRejected(426, new FakeHandshake().with("Sec-WebSocket-Version", version));
        assertRejected(426, new FakeHandshake().with("Sec-WebSocket-Version"));
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
    void rejectsAKeyThatIsNot16Bytes(String key) {
        assertRejected(400, new FakeHandshake().with("Sec-WebSocket-Key", key));
    }

    @Test
    void rejectsAMissingOrSecondKey() {
        String key = "dGhlIHNhbXBsZSBub25jZQ==";

        assertRejected(400, new FakeHandshake().with("Sec-WebSocket-Key"));
        assertRejected(400, new FakeHandshake().with("Sec-WebSocket-Key", key, key));
    }

    @Test
    @DisplayName("a handshake with a body is rejected, because the body would be read as frames")
    void rejectsABody() {
        assertRejected(400, new FakeHandshake().withBody());
    }

    private static Optional<HandshakeRejection> flaw(FakeHandshake request) {
        return Handshake.flaw(request);
    }

    private static void assertRejected(int status, FakeHandshake request) {
        assertThat(flaw(request)).hasValueSatisfying(rejection -> {
            assertThat(rejection.status()).isEqualTo(status);
            assertThat(rejection.message()).isNotBlank();
        });
    }
}
