package dev.cordon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {
    @Test
    void rejectsAPortOnWhichAnotherServerListens() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            assertThatIOException()
                    .isThrownBy(() -> LoopbackPorts.take(port, "bench.port"))
                    .withMessage(
                            "port " + port + " cannot be had on 127.0.0.1 (Address already in use); choose another one"
                                    + " with -Dbench.port, or leave it out for a free one");
        }
    }

    @Test
    void returnsTheWantedPortWhenItIsFree() throws IOException {
        int free = LoopbackPorts.take(0, "bench.port");

        assertThat(LoopbackPorts.take(free, "bench.port")).isEqualTo(free).isPositive();
    }
}
