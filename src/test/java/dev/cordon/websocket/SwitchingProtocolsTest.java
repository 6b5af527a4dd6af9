package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SwitchingProtocolsTest {
    @Test
    void computesTheAcceptHeaderOfTheRfcsExample() {
        assertThat(SwitchingProtocols.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void namesTheExtensionThatWasAccepted() {
        assertThat(SwitchingProtocols.headers(
                        "dGhlIHNhbXBsZSBub25jZQ==", Optional.of("centrifuge-json"), Optional.of("permessage-deflate")))
                .containsEntry("Sec-WebSocket-Extensions", "permessage-deflate");
    }

    @Test
    void writesTheWholeAnswer() {
        assertThat(new String(
                        SwitchingProtocols.bytes("dGhlIHNhbXBsZSBub25jZQ==", Optional.empty()),
                        StandardCharsets.US_ASCII))
                .isEqualTo(String.join(
                        "\r\n",
                        "HTTP/1.1 101 Switching Protocols",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                        "",
                        ""));
    }
}
