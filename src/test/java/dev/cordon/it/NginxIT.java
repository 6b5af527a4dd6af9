package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The configuration of nginx that docs/operations.md shows and payara-config/cluster/start uses, in a real nginx, before two nodes:
 * what it passes on, to whom, and what it rejects.
 */
class NginxIT {
    private static final Path NGINX = Path.of("target/tools/nginx").toAbsolutePath();
    private static final Path CONFIGURATION =
            Path.of("payara-config/cluster/cordon.conf").toAbsolutePath();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final Node first = new Node();
    private final Node second = new Node();
    private int port;

    @SuppressWarnings("NullAway.Init")
    private Process nginx;

    /** Answers as a node does, and notes what nginx passes on. */
    private static final class Node {
        final List<String> passedOn = new CopyOnWriteArrayList<>();
        final HttpServer server;
        volatile int status = 200;

        Node() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.createContext("/", exchange -> {
                passedOn.add(exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("Upgrade") + " "
                        + exchange.getRequestHeaders().getFirst("Host") + " "
                        + exchange.getRequestHeaders().getFirst("X-Forwarded-For"));
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
            server.start();
        }
    }

    @BeforeEach
    void start() throws IOException {
        port = LoopbackPorts.free();
        String paths = "";
        for (String of : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            paths += of + "_temp_path " + folder + "/" + of + "; ";
        }
        Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off; pid " + folder + "/pid; error_log " + folder + "/errors;\n"
                        + "events {}\nhttp { access_log off; " + paths + "include " + CONFIGURATION + "; }\n");
        Files.writeString(folder.resolve("cordon-listen.conf"), "listen 127.0.0.1:" + port + ";\n");
        list(first, second);
        nginx = new ProcessBuilder(command()).inheritIO().start();
        await().until(() -> {
            assertThat(nginx.isAlive()).isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private List<String> command(String... more) {
        List<String> command = new ArrayList<>(List.of(
                NGINX.toString(),
                "-p",
                folder.toString(),
                "-e",
                folder + "/errors",
                "-c",
                folder.resolve("nginx.conf").toString()));
        command.addAll(List.of(more));
        return command;
    }

    private void list(Node... nodes) throws IOException {
        String lines = "";
        for (Node node : nodes) {
            lines += "server 127.0.0.1:" + node.server.getAddress().getPort() + " max_fails=1 fail_timeout=2s;\n";
        }
        Files.writeString(folder.resolve("cordon-nodes.conf"), lines);
    }

    @AfterEach
    void stop() {
        nginx.destroy();
        first.server.stop(0);
        second.server.stop(0);
    }

    /** Returns the status of a GET whose target is sent unchanged. */
    private int get(String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: live.example\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade, close\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return Integer.parseInt(new String(in.readNBytes(12), StandardCharsets.US_ASCII).substring(9));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connection/websocket", "/js/cordon.js", "/vendor/centrifuge/centrifuge.js"})
    @DisplayName("A6: nginx passes on the paths that browsers need, with the host and the upgrade")
    void a6_passesOnThePathsThatBrowsersNeed(String target) throws IOException {
        assertThat(get(target)).isEqualTo(200);
        assertThat(first.passedOn).containsExactly(target + " websocket live.example 127.0.0.1");
    }

    @Test
    @DisplayName("nginx sends the streams and tickets of an address to one node")
    void sendsStreamsAndTicketsToOneNode() throws IOException {
        for (String target : List.of(
                "/connection/uni_sse",
                "/connection/uni_http_stream",
                "/connection/ticket",
                "/connection/http_stream",
                "/connection/sse",
                "/emulation")) {
            assertThat(get(target)).isEqualTo(200);
        }

        assertThat(List.of(first.passedOn.size(), second.passedOn.size())).containsExactlyInAnyOrder(0, 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 404})
    @DisplayName("a handshake goes on to the next node if one drains, or has not loaded Cordon yet")
    void goesOnToTheNextNode(int status) throws IOException {
        first.status = status;

        assertThat(get("/connection/websocket")).isEqualTo(200);

        assertThat(first.passedOn).hasSize(1);
        assertThat(second.passedOn).hasSize(1);
    }

    @Test
    @DisplayName("a node that is away costs no handshake")
    void goesRoundANodeThatIsAway() throws IOException {
        first.server.stop(0);

        for (int i = 0; i < 4; i++) {
            assertThat(get("/connection/websocket")).isEqualTo(200);
        }

        assertThat(second.passedOn).hasSize(4);
    }

    @Test
    @DisplayName("a handshake goes to the node that has fewer sockets")
    void prefersTheNodeWithFewerSockets() throws IOException {
        try (Socket held = new Socket(InetAddress.getLoopbackAddress(), port)) {
            first.server.removeContext("/");
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch answered = new CountDownLatch(1);
            first.server.createContext("/", exchange -> {
                asked.countDown();
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            });
            held.getOutputStream()
                    .write("GET /connection/websocket HTTP/1.1\r\nHost: live.example\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(get("/connection/websocket")).isEqualTo(200);
            assertThat(get("/connection/websocket")).isEqualTo(200);

            assertThat(second.passedOn).hasSize(2);
            answered.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("a node that is added to the list serves after nginx has read it again")
    void servesANodeThatIsAdded() throws Exception {
        Node third = new Node();
        list(third);

        assertThat(new ProcessBuilder(command("-s", "reload"))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();

        await().until(() -> get("/connection/websocket") == 200 && !third.passedOn.isEmpty());
        third.server.stop(0);
    }

    @Test
    @DisplayName("docs/operations.md shows the file that these tests run")
    void theDocumentedConfigurationIsTheOneThatIsTested() throws IOException {
        assertThat(Files.readString(Path.of("docs/operations.md")))
                .contains("```nginx\n" + Files.readString(CONFIGURATION) + "```\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/metrics",
                "/metrics?scope=application",
                "/health",
                "/health/ready",
                "/console/",
                "/console/api/state",
                "/openapi",
                "/api/publish",
                "/api",
                "/dev/token?user=x",
                "/%61pi/publish",
                "//api/publish",
                "/js/../api/publish",
                "/js/..;/api/publish",
                "/js/%2e%2e/api/publish",
                "/js/..%2fapi/publish",
                "/js/x;/../../metrics",
                "/connection/websocket/../../api/info",
                "/connection/websocket;/../../api/info",
                "/vendor/..%3b/metrics",
                "/js/..%5cmetrics",
                "/js/%252e%252e/metrics"
            })
    @DisplayName("A6: nginx rejects the paths that need not be reached from outside, however they are spelled")
    void a6_rejectsEveryOtherPath(String target) throws IOException {
        assertThat(get(target)).isIn(404, 400);
        assertThat(first.passedOn).isEmpty();
        assertThat(second.passedOn).isEmpty();
    }
}
