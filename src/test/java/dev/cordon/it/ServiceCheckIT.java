package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The script by which systemd learns whether Cordon serves, beside a server that answers as Payara Micro does. */
class ServiceCheckIT {
    private static final Path SCRIPT = Path.of("payara-config/service-check.sh");

    private final HttpServer payara = server();
    private volatile int status = 404;

    private record Ended(int status, String said) {}

    private HttpServer server() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        payara.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + payara.getAddress().getPort() + "/health/ready";
    }

    private static Ended check(long mainPid, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MAINPID", Long.toString(mainPid));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private static long alive() {
        return ProcessHandle.current().pid();
    }

    @Test
    @DisplayName("O4: a node that is ready counts as started")
    void o4_aReadyNodeCountsAsStarted() throws Exception {
        status = 200;

        assertThat(check(alive(), "ready", url(), "60")).isEqualTo(new Ended(0, ""));
    }

    @Test
    @DisplayName("O4: a server that goes on without Cordon is a failed start, in one line")
    void o4_aServerWithoutCordonIsAFailedStart() throws Exception {
        Ended ended = check(alive(), "ready", url(), "1");

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.said())
                .isEqualTo("Cordon is not started: " + url() + " has not answered 200 within 1 s: the log says why\n");
    }

    @Test
    @DisplayName("O4: a process that has ended, with whatever status, is a failed start at once")
    void o4_aProcessThatHasEndedIsAFailedStart() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();

        Ended ended = check(gone.pid(), "ready", url(), "600");

        assertThat(ended)
                .isEqualTo(new Ended(1, "Cordon is not started: its process has ended: the lines above say why\n"));
    }

    @Test
    @DisplayName("O4: a port on which another server answers is reported before the start")
    void o4_aTakenPortIsReported() throws Exception {
        assertThat(check(alive(), "free", url()).said())
                .isEqualTo("Cordon is not started: another server answers at " + url()
                        + ": stop it, or choose another port\n");
        assertThat(check(alive(), "free", "http://127.0.0.1:" + LoopbackPorts.free() + "/"))
                .isEqualTo(new Ended(0, ""));
    }

    @Test
    @DisplayName("O4: the documented systemd service runs the script before and after the start")
    void o4_theDocumentedServiceRunsTheScript() throws IOException {
        assertThat(Files.readString(Path.of("docs/operations.md")))
                .contains("ExecStartPre=/opt/cordon/service-check.sh free http://127.0.0.1:8080/\n")
                .contains("ExecStartPost=/opt/cordon/service-check.sh ready http://127.0.0.1:8080/health/ready 120\n")
                .contains("TimeoutStartSec=150\n");
    }
}
