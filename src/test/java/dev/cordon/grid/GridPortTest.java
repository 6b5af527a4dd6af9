package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The port of a member, as payara-config/cluster/hazelcast-grid.xml opens it. */
class GridPortTest {
    @Test
    @DisplayName("a client of the grid is refused at a member's port")
    void refusesClients() throws IOException {
        try (TestGrid grid = new TestGrid(1)) {
            Address address = grid.member("a").getCluster().getLocalMember().getAddress();
            try (Socket client = new Socket(address.getInetAddress(), address.getPort())) {
                client.setSoTimeout(10_000);
                // How a client of Hazelcast begins; a member begins with HZC.
                client.getOutputStream().write("CP2".getBytes(StandardCharsets.US_ASCII));

                assertThat(read(client)).doesNotStartWith("CP2");
            }
        }
    }

    private static String read(Socket client) throws IOException {
        try {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "reset";
        }
    }

    @Test
    @DisplayName("a member listens on the interface that it is given, and on no other")
    void listensOnOneInterface() throws IOException {
        try (TestGrid grid = new TestGrid(1)) {
            int port =
                    grid.member("a").getCluster().getLocalMember().getAddress().getPort();
            Optional<InetAddress> other = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .findFirst();

            new Socket(InetAddress.getLoopbackAddress(), port).close();
            assertThat(other.map(address -> connects(address, port))).isNotEqualTo(Optional.of(true));
            assertThat(connects(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), port))
                    .isFalse();
        }
    }

    private static boolean connects(InetAddress address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
