package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Encoding;
import org.junit.jupiter.api.Test;

class TransportTest {
    @Test
    void isASocketWithJsonUnlessItSaysOtherwise() {
        Transport plain = new FakeTransport();

        assertThat(plain.name()).isEqualTo("websocket");
        assertThat(plain.encoding()).isSameAs(Encoding.JSON);
        assertThat(plain.listensOnly()).isFalse();
    }
}
