package dev.cordon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
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

    @Test
    void givesAnotherPortEachTimeAndNoneOfThoseForConnections() throws IOException {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ports.add(LoopbackPorts.free());
        }

        assertThat(ports).hasSize(100).allMatch(port -> port >= LoopbackPorts.FIRST && port <= LoopbackPorts.LAST);
    }

    @Test
    void passesOverAPortOnWhichAServerListens() throws IOException {
        int taken = LoopbackPorts.free() + 1;
        try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            assertThat(LoopbackPorts.free()).isNotEqualTo(other.getLocalPort());
        }
    }
}
