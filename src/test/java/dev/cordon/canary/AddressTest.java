package dev.cordon.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080/, 127.0.0.1, 8080, /connection/websocket",
        "http://127.0.0.1:8080/chat/, 127.0.0.1, 8080, /chat/connection/websocket",
        "http://127.0.0.1:8080/chat, 127.0.0.1, 8080, /chat/connection/websocket",
        "http://node.example, node.example, 80, /connection/websocket",
        "http://node.example:0, node.example, 0, /connection/websocket",
    })
    void isTheEndpointOfTheApplication(String base, String host, int port, String path) {
        assertThat(Address.of(URI.create(base), "X-Ticket")).isEqualTo(new Address(host, port, path, "X-Ticket"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.example/", "8080", "http:///x", "mailto:a@b"})
    void rejectsOtherAddresses(String base) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.of(URI.create(base), "X-Ticket"))
                .withMessage("must be an address such as http://127.0.0.1:8080/");
    }

    @Test
    void namesItsHostAndSocket() {
        Address address = Address.of(URI.create("http://127.0.0.1:81/"), "X-Ticket");

        assertThat(address.host()).isEqualTo("127.0.0.1:81");
        assertThat(address.socket().getPort()).isEqualTo(81);
        assertThat(address.socket().getHostString()).isEqualTo("127.0.0.1");
    }
}
