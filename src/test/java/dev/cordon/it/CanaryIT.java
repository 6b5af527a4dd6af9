package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The canary on a running server in production mode: what it measures, and that it is in no figure of the users. */
class CanaryIT {
    private static Map<String, String> settings(String... more) {
        Map<String, String> settings = new HashMap<>(Cordon.production());
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    @Test
    @DisplayName("F45 F47 the canary's messages go the users' way and count in no figure of the users")
    void canaryMessagesGoTheUsersWayAndCountInNoUserFigure() throws InterruptedException, IOException {
        int port = LoopbackPorts.free();
        Map<String, String> settings = settings("CORDON_CANARY_INTERVAL", "PT0.1S");
        if (MicroServer.portable()) {
            // Nobody tells the canary where the server listens (docs/platform.md).
            settings.put("CORDON_CANARY_URL", "http://127.0.0.1:" + port + "/");
        }
        try (MicroServer server = MicroServer.start(port, settings, List.of()).ready()) {
            Cordon cordon = new Cordon(server.base());

            await().atMost(Duration.ofSeconds(60)).until(() -> cordon.metric("cordon_canary_received_total") >= 100);

            assertThat(cordon.metric("cordon_canary_silence_seconds")).isLessThan(10);
            assertThat(cordon.metric("cordon_canary_delivery_seconds", "quantile=\"0.5\""))
                    .isPositive();
            assertThat(cordon.metric("cordon_canary_foreign_total")).isZero();
            for (String figure : new String[] {
                "users",
                "managers",
                "connections",
                "log_channels",
                "accepted_total",
                "delivered_total",
                "connects_total",
                "managers_created_total",
                "commands_total",
                "delivery_samples_total"
            }) {
                assertThat(cordon.metric("cordon_" + figure)).as(figure).isZero();
            }
            assertThat(cordon.api("info", "{}").body())
                    .contains("\"num_users\":0,\"num_managers\":0,\"num_clients\":0")
                    .contains("\"accepted\":0");
            assertThat(cordon.api("presence", "{\"channel\":\"#canary-1\"}").body())
                    .contains("\"presence\":{}");
            server.terminate();
            assertThat(server.ended(Duration.ofSeconds(30))).isTrue();
            assertThat(server.log()).doesNotContain("ALERT").doesNotContain("step of the canary failed");
        }
    }

    @Test
    @DisplayName("F46 a canary that cannot reach its endpoint raises an alert that says what to do")
    void aCanaryThatCannotReachItsEndpointRaisesAnAlert() {
        try (MicroServer server = MicroServer.start(
                        settings("CORDON_CANARY_URL", "http://127.0.0.1:1/", "CORDON_ALERT_CANARY_SILENCE", "2"))
                .ready()) {
            Cordon cordon = new Cordon(server.base());

            await().atMost(Duration.ofSeconds(40))
                    .until(() -> cordon.metric("cordon_alert_firing", "kpi=\"canary_silence\"") == 1);

            assertThat(server.log()).contains("ALERT canary_silence is ").contains("What to do: ");
            assertThat(server.status("health/ready")).isEqualTo(200);
        }
    }
}
