package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SwitchingProtocolsTest {
    @Test
    void computesTheAcceptHeaderOfTheRfcsExample() {
        assertThat(SwitchingProtocols.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
