package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A server that gets SIGTERM, as systemd sends it. */
class StopIT {
    /** Connections that are closed one after the other, 50 ms apart. */
    private static final int CLIENTS = 60;

    /** How long systemd waits by docs/operations.md ({@code TimeoutStopSec}). */
    private static final Duration DOCUMENTED = Duration.ofSeconds(60);

    @Test
    @DisplayName(
            "L9: a draining node with its log in memory rejects publishes; \"Cordon has stopped\" is its last line")
    void l9_rejectsPublishesWhileItDrainsAndLogsWhenItHasStopped() throws InterruptedException {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        settings.put("CORDON_DRAIN_PERIOD", "PT3S");
        List<RawSocket> clients = new ArrayList<>();
        try (MicroServer server = MicroServer.start(settings, "-Xmx512m").ready()) {
            Cordon cordon = new Cordon(server.base());
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(RawSocket.connected(cordon, cordon.token("stop-" + i)));
            }
            server.terminate();

            HttpResponse<String> rejected = await().until(() -> publish(cordon), answer -> answer.statusCode() != 200);
            assertThat(rejected.statusCode()).isEqualTo(503);
            if (!MicroServer.portable()) {
                // Else the server has stopped answering by itself (docs/platform.md).
                assertThat(rejected.body()).contains("\"code\":108,", "this node is stopping");
            }
            assertThat(clients).extracting(RawSocket::closed).containsOnly(new RawSocket.Close(3001, "shutdown"));
            assertThat(server.ended(DOCUMENTED)).isTrue();
            assertThat(server.log()
                            .lines()
                            .filter(line -> line.toLowerCase(Locale.ROOT).contains("cordon")))
                    .last()
                    .asString()
                    .endsWith("Cordon has stopped: " + CLIENTS + " connections closed with 3001");
        } finally {
            clients.forEach(RawSocket::close);
        }
    }

    private static HttpResponse<String> publish(Cordon cordon) {
        return cordon.api("publish", "{\"channel\":\"#nobody\",\"data\":1}");
    }
}
