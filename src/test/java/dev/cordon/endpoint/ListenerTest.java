package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "localhost", "::1"})
    void isLoopbackOnALoopbackAddress(String address) {
        assertThat(at(address).loopback()).isTrue();
        assertThat(at(address).everywhere()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", ""})
    void isReachedOverLoopbackWhenBoundToAllAddresses(String address) {
        assertThat(at(address).everywhere()).isTrue();
        assertThat(at(address).loopback()).isFalse();
        assertThat(at(address).reachedAt()).isEqualTo("http://127.0.0.1:8080");
    }

    @Test
    void isReachedAtItsOwnAddress() {
        Listener one = new Listener("https", "192.0.2.1", 8181, true);

        assertThat(one.reachedAt()).isEqualTo("https://192.0.2.1:8181");
        assertThat(one.loopback()).isFalse();
        assertThat(one.everywhere()).isFalse();
    }

    private static Listener at(String address) {
        return new Listener("http", address, 8080, false);
    }
}
