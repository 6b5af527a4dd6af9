package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenSettings;
import dev.cordon.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is due by time, on a server whose intervals are seconds. */
class UpkeepIT {
    @RegisterExtension
    static final OwnServer SERVER = OwnServer.with(Map.of(
            "CORDON_PING_INTERVAL", "PT1S",
            "CORDON_PONG_TIMEOUT", "PT1S",
            "CORDON_PROBE_TIMEOUT", "PT1S",
            "CORDON_CLEANUP_INTERVAL", "PT1S",
            "CORDON_HISTORY_TTL", "PT2S",
            "CORDON_LIMIT_POLICY", "evict-oldest"));

    private static Cordon cordon() {
        return SERVER.cordon();
    }

    private static WireClient connected(String token) {
        return await().until(() -> connecting(token), Optional::isPresent).orElseThrow();
    }

    /** Empty for a reply that takes longer than this server's pings, on a busy machine: clients come again. */
    private static Optional<WireClient> connecting(String token) {
        WireClient client = WireClient.upgraded(cordon().base());
        client.raw(WireClient.text("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}"));
        String reply = client.next().text();
        if (reply.endsWith("force reconnect")) {
            client.close();
            return Optional.empty();
        }
        assertThat(reply).startsWith("{\"id\":1,\"connect\":");
        return Optional.of(client);
    }

    @Test
    @DisplayName("F39 a missed pong ends the connection with 3012 and releases it")
    void aMissedPongEndsTheConnection() {
        try (WireClient mute = connected(cordon().token("upkeep-mute"))) {
            assertThat(mute.closeCode()).isEqualTo(3012);
        }
        assertThat(cordon().api("presence", "{\"channel\":\"#upkeep-mute\"}").body())
                .contains("\"presence\":{}");
    }

    @Test
    @DisplayName("F08 whoever answers pings stays, however quiet")
    void answeringPingsIsEnough() {
        try (RawSocket quiet = RawSocket.connected(cordon(), cordon().token("upkeep-quiet"))) {
            await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(6)).until(() -> !quiet.isClosed());
        }
    }

    @Test
    void anExpiredTokenEndsTheConnectionWithinSeconds() {
        String token = new DevTokens(TokenSettings.ofSecret(Cordon.secret()), Clock.systemUTC())
                .issue(new UserId("upkeep-expiring"), Set.of(), Optional.empty(), Duration.ofSeconds(2));
        try (RawSocket client = RawSocket.connected(cordon(), token)) {
            assertThat(client.closed()).isEqualTo(new RawSocket.Close(3005, "connection expired"));
        }
    }

    @Test
    @DisplayName("F05 half-dead sockets make room: a phone that changes networks gets in each time")
    void theProvenDeadMakeRoom() {
        List<WireClient> halfDead = new ArrayList<>();
        try {
            for (int i = 0; i < 15; i++) {
                // No close and no pong comes from the earlier ones: for the server they still look alive.
                halfDead.add(connected(cordon().sessionToken("upkeep-phone", "visit-" + i)));
            }
        } finally {
            halfDead.forEach(WireClient::close);
        }
    }

    @Test
    void theOldestSessionGivesWayWhereThePolicySaysSo() {
        List<RawSocket> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                sessions.add(RawSocket.connected(cordon(), cordon().sessionToken("upkeep-evict", "s" + i)));
            }
            assertThat(sessions.get(0).closed()).isEqualTo(new RawSocket.Close(3504, "connection limit"));
            assertThat(sessions.subList(1, 6)).noneMatch(RawSocket::isClosed);
        } finally {
            sessions.forEach(RawSocket::close);
        }
    }

    @Test
    void theCleanupRunsByItsTimerAndReportsWhatItRemoved() {
        cordon().api("publish", "{\"channel\":\"#upkeep-stale\",\"data\":1}");
        double runs = cordon().metric("cordon_cleanup_runs_total");

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(cordon().metric("cordon_cleanup_runs_total")).isGreaterThan(runs + 1);
            assertThat(cordon().api("history", "{\"channel\":\"#upkeep-stale\",\"limit\":10}")
                            .body())
                    .contains("\"publications\":[]");
        });
        assertThat(SERVER.log()).contains("Cleanup of stale-channels: found ");
        assertThat(cordon().metric("cordon_cleanup_removed_total")).isPositive();
    }

    @Test
    @DisplayName("F14 a peer that takes nothing is cut at the write deadline and costs nobody else")
    void aPeerThatTakesNothingIsCut() {
        byte[] message = ("{\"channel\":\"#upkeep-wall\",\"data\":\"" + "x".repeat(60_000) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        try (WireClient wall = connected(cordon().token("upkeep-wall"))) {
            for (int i = 0; i < 12; i++) {
                cordon().api("publish", new String(message, StandardCharsets.UTF_8));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> cordon().api("presence", "{\"channel\":\"#upkeep-wall\"}")
                            .body()
                            .contains("\"presence\":{}"));
            assertThat(wall.closeCode()).isIn(3008, 3012, 1006);
        }
    }
}
