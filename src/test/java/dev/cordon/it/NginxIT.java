package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The nginx sample of docs/operations.md, run by a real nginx, without TLS: what it passes on and what it rejects. */
class NginxIT {
    private static final Path NGINX = Path.of("target/tools/nginx").toAbsolutePath();
    private static final Pattern SAMPLE = Pattern.compile("```nginx\n(.*?)```", Pattern.DOTALL);

    private final List<String> passedOn = new CopyOnWriteArrayList<>();
    private int port;

    @SuppressWarnings("NullAway.Init")
    private HttpServer node;

    @SuppressWarnings("NullAway.Init")
    private Process nginx;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        port = LoopbackPorts.free();
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", exchange -> {
            passedOn.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Upgrade") + " "
                    + exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        node.start();
        Matcher sample = SAMPLE.matcher(Files.readString(Path.of("docs/operations.md")));
        assertThat(sample.find()).isTrue();
        String http = sample.group(1)
                .replaceAll(
                        "10\\.0\\.0\\.1[12]:8080",
                        "127.0.0.1:" + node.getAddress().getPort())
                .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + ";")
                .replaceAll("(?m)^\\s*ssl_.*$", "");
        Path config = Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off; master_process off; pid " + folder + "/pid; error_log " + folder + "/errors;\n"
                        + "events {}\nhttp { access_log off; client_body_temp_path " + folder
                        + "/body; proxy_temp_path "
                        + folder + "/proxy; fastcgi_temp_path " + folder + "/f; uwsgi_temp_path " + folder
                        + "/u; scgi_temp_path " + folder + "/s;\n" + http + "}\n");
        nginx = new ProcessBuilder(
                        NGINX.toString(), "-p", folder.toString(), "-e", folder + "/errors", "-c", config.toString())
                .inheritIO()
                .start();
        await().until(() -> {
            assertThat(nginx.isAlive()).isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    @AfterEach
    void stop() {
        nginx.destroy();
        node.stop(0);
    }

    /** Returns the status of a GET whose target is sent unchanged. */
    private int get(String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: live.example\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade, close\r\n\r\n")
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
        assertThat(passedOn).containsExactly(target + " websocket live.example");
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
        assertThat(passedOn).isEmpty();
    }
}
