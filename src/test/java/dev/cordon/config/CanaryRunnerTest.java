package dev.cordon.config;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.canary.CanaryReport;
import dev.cordon.endpoint.Listener;
import dev.cordon.endpoint.ServerPlatform;
import dev.cordon.log.HandClock;
import dev.cordon.manager.Limits;
import dev.cordon.upkeep.LogLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CanaryRunnerTest {
    private final HandClock clock = new HandClock();
    private final FakeSettings settings = FakeSettings.withSecret();
    private List<Listener> listeners = List.of();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private CanaryRunner runner() {
        Start start = Start.decide(settings.source(), clock);
        CanaryStack stack = new CanaryStack(() -> Limits.DEFAULTS, clock, System::nanoTime);
        return new CanaryRunner(start, stack, new CanaryReport(System::nanoTime), new ServerPlatform() {
            @Override
            public List<Listener> listeners() {
                return listeners;
            }
        });
    }

    /** The first line of the first request that comes. */
    private String request() throws IOException {
        try (Socket client = server.accept()) {
            return new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII)).readLine();
        }
    }

    private static List<Thread> canaries() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("cordon-canary"))
                .toList();
    }

    @Test
    void aCanaryConnectsThroughTheFirstPlainListenerUntilItIsStopped() throws IOException {
        listeners = List.of(
                new Listener("tls", "127.0.0.1", 1, true),
                new Listener("plain", "127.0.0.1", server.getLocalPort(), false),
                new Listener("other", "127.0.0.1", 1, false));
        CanaryRunner runner = runner();

        runner.start("/app");

        assertThat(request()).isEqualTo("GET /app/connection/websocket HTTP/1.1");
        assertThat(canaries())
                .singleElement()
                .satisfies(thread -> assertThat(thread.isDaemon()).isTrue());
        runner.stop();
        assertThat(canaries()).isEmpty();
    }

    @Test
    void aSettingSaysWhereTheServerIs() throws IOException {
        settings.set("cordon.canary.url", "http://127.0.0.1:" + server.getLocalPort() + "/there/");
        listeners = List.of(new Listener("plain", "127.0.0.1", 1, false));
        CanaryRunner runner = runner();

        runner.start("/app");

        assertThat(request()).isEqualTo("GET /there/connection/websocket HTTP/1.1");
        runner.stop();
    }

    @Test
    void withoutAnAddressThereIsNoCanaryAndTheLogSaysWhatToSet() {
        CanaryRunner runner = runner();

        List<LogRecord> lines = LogLines.of(CanaryRunner.class, () -> runner.start(""));

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("No canary: this server does not report where it listens; set cordon.canary.url");
        assertThat(canaries()).isEmpty();
        runner.stop();
    }

    @Test
    void theContainersEngineHasNoCanaryAndTheLogSaysSo() {
        settings.set("cordon.transport", "container");
        listeners = List.of(new Listener("plain", "127.0.0.1", server.getLocalPort(), false));

        List<LogRecord> lines = LogLines.of(CanaryRunner.class, () -> runner().start(""));

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("No canary: it needs cordon.transport auto or servlet");
        assertThat(canaries()).isEmpty();
    }

    @Test
    void aCanaryThatIsSwitchedOffIsNotMentioned() {
        settings.set("cordon.canary", "false");
        listeners = List.of(new Listener("plain", "127.0.0.1", server.getLocalPort(), false));

        assertThat(LogLines.of(CanaryRunner.class, () -> runner().start(""))).isEmpty();
        assertThat(canaries()).isEmpty();
    }
}
