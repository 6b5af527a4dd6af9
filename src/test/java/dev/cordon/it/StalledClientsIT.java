package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node with four threads, as documented, beside clients that stall (ADR 0013). Without the package {@code payara} nobody
 * guards the server's threads (docs/platform.md).
 */
@Tag("payara")
class StalledClientsIT {
    /** Before, each of them waited for up to half a minute. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    /** Longer than stalled answers are kept. */
    private static final Duration STALL = Duration.ofSeconds(13);

    @Test
    @DisplayName("D1 D2 S2 S7 stalled clients delay no other client, are ended, and leave nothing behind")
    void stalledClientsDelayNoOtherClient() {
        // Beside each other, because nearly all of it is waiting.
        CompletableFuture.allOf(begin("auto", 200), begin("servlet", 60), begin("container", 60))
                .join();
    }

    private static CompletableFuture<Void> begin(String transport, int clients) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        stalledClientsDelayNoOtherClient(transport, clients);
                    } catch (IOException | RuntimeException | AssertionError e) {
                        throw new AssertionError("with cordon.transport=" + transport + ": " + e.getMessage(), e);
                    }
                },
                task -> new Thread(task, "stalled-" + transport).start());
    }

    private static void stalledClientsDelayNoOtherClient(String transport, int clients) throws IOException {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_TRANSPORT", transport);
        settings.put("CORDON_CONNECT_RATE_PER_ADDRESS", "0");
        settings.put("CORDON_CONNECT_RATE_PER_USER", "0");
        try (MicroServer server = MicroServer.start(settings, "-Xmx512m").ready()) {
            Cordon cordon = new Cordon(server.base());
            try (RawSocket healthy = RawSocket.connected(cordon, cordon.token("healthy"))) {
                assertAllAnswered(cordon, healthy);
                long files = files(server);

                try (StalledClients stalled = StalledClients.open(cordon, clients)) {
                    Instant end = Instant.now().plus(STALL);
                    // A thread that a stalled client holds, it holds for seconds.
                    await().atMost(Duration.ofMinutes(5))
                            .pollInterval(Duration.ofMillis(50))
                            .until(() -> {
                                assertAllAnswered(cordon, healthy);
                                return Instant.now().isAfter(end);
                            });

                    // The clients' own ends are still open.
                    await("the server's files, " + files + " before")
                            .atMost(Duration.ofSeconds(90))
                            .until(() -> files(server) <= files + 8);
                    assertThat(stalled.count()).isEqualTo(clients);
                }
                assertAllAnswered(cordon, healthy);
                assertThat(healthy.isClosed()).isFalse();
            }
            assertThat(server.log()).doesNotContain("\tat ", "SEVERE", "Exception");
        }
    }

    private static void assertAllAnswered(Cordon cordon, RawSocket healthy) {
        Instant asked = Instant.now();
        assertThat(cordon.get("health/live").statusCode()).isEqualTo(200);
        asked = assertAtOnce("health", asked);

        healthy.send("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}");
        assertThat(healthy.next()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":7}}");
        asked = assertAtOnce("an echo", asked);

        assertThat(cordon.api("publish", "{\"channel\":\"#healthy\",\"data\":1}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(healthy.next()).contains("\"push\"");
        asked = assertAtOnce("a publish and its delivery", asked);

        RawSocket.connected(cordon, cordon.token("newcomer")).close();
        assertAtOnce("a handshake", asked);
    }

    private static Instant assertAtOnce(String what, Instant asked) {
        Instant now = Instant.now();
        assertThat(Duration.between(asked, now)).as(what).isLessThan(AT_ONCE);
        return now;
    }

    /** Returns how many files and sockets the server has open. */
    private static long files(MicroServer server) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(server.pid()), "fd"))) {
            return open.count();
        }
    }
}
