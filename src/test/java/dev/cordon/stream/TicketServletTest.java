package dev.cordon.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.Identity;
import dev.cordon.auth.TokenSettings;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.gateway.TestNode;
import dev.cordon.http.FakeClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketServletTest {
    private static final Pattern GIVEN = Pattern.compile("\\{\"ticket\":\"([A-Za-z0-9_-]{32})\",\"expires_in\":30}");

    private final StreamNode streams = new StreamNode();
    private final FakeClient client = StreamNode.request("POST", "/connection/ticket");
    private TokenVerifier verifier = verifier(Optional.empty());

    TicketServletTest() {
        client.headers.put("Authorization", "bearer  " + streams.token());
        client.headers.put("Origin", StreamNode.ORIGIN);
    }

    /** @param keys where keys are fetched from that the node does not know */
    private TokenVerifier verifier(Optional<URI> keys) {
        return new TokenVerifier(
                new TokenSettings(
                        Optional.of(TestNode.SECRET),
                        Optional.empty(),
                        keys,
                        Optional.empty(),
                        Optional.empty(),
                        TokenSettings.DEFAULT_LEEWAY),
                streams.node.clock);
    }

    private void ask() throws IOException {
        new TicketServlet(streams.node.gateway, verifier, streams.tickets, streams.exchanges)
                .service(client.request(), client.response());
    }

    private void rejected(int status, String message) {
        assertThat(client.status).isEqualTo(status);
        assertThat(StreamNode.text(client))
                .startsWith("{\"error\":{\"code\":" + status + ",\"message\":\"" + message)
                .endsWith("\"}}\n");
        assertThat(client.completed).isOne();
    }

    private void rejectedToken(String message) {
        rejected(401, message);
        assertThat(client.answerHeaders)
                .containsEntry("WWW-Authenticate", "Bearer")
                .containsEntry("Access-Control-Allow-Origin", StreamNode.ORIGIN);
        assertThat(streams.node.rejected.rejected(Rejected.TOKEN)).isOne();
    }

    @Test
    @DisplayName("a token's user gets a ticket for pages of the same origin, at once where the token's keys are known")
    void givesATicket() throws IOException {
        ask();

        Matcher given = GIVEN.matcher(StreamNode.text(client));
        assertThat(given.matches()).isTrue();
        assertThat(client.status).isEqualTo(200);
        assertThat(client.answerHeaders)
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Access-Control-Allow-Origin", StreamNode.ORIGIN);
        assertThat(streams.patient).isEmpty();
        assertThat(streams.tickets.redeem(given.group(1), Optional.of(StreamNode.ORIGIN), "node.example"))
                .map(Identity::user)
                .contains(StreamNode.ann().user());
    }

    @Test
    void aTicketIsOfNoUseToAPageOfAnotherOrigin() throws IOException {
        ask();

        Matcher given = GIVEN.matcher(StreamNode.text(client));
        assertThat(given.matches()).isTrue();
        assertThat(streams.tickets.redeem(given.group(1), Optional.of("https://app.example"), "node.example"))
                .isEmpty();
    }

    @Test
    @DisplayName("D2 while keys must be fetched first, a thread that may wait gives the ticket")
    void mayWaitForKeys() throws IOException {
        verifier = verifier(Optional.of(URI.create("http://127.0.0.1:1/jwks.json")));

        ask();

        assertThat(streams.patient).hasSize(1);
        assertThat(StreamNode.text(client)).matches(GIVEN);
    }

    @Test
    @DisplayName("a token whose keys cannot be fetched is not rejected: the client may try again")
    void asksToTryAgainWithoutKeys() throws IOException {
        verifier = verifier(Optional.of(URI.create("http://127.0.0.1:1/jwks.json")));
        client.headers.put("Authorization", "Bearer " + tokenOfAnUnknownKey());

        ask();

        rejected(503, "the token's keys cannot be fetched now: try again");
        assertThat(client.answerHeaders).containsEntry("Retry-After", "1");
        assertThat(streams.node.rejected.rejected(Rejected.TOKEN)).isZero();
    }

    private static String tokenOfAnUnknownKey() {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"RS256\",\"kid\":\"k1\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString("{\"sub\":\"ann\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(new byte[256]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT"})
    void namesItsMethod(String verb) throws IOException {
        client.verb = verb;

        ask();

        rejected(405, "use POST");
        assertThat(client.answerHeaders).containsEntry("Allow", "POST, OPTIONS");
    }

    @Test
    @DisplayName("a browser that asks beforehand is answered, even while the node stops")
    void answersAPreflight() throws IOException {
        streams.node.factory.stopAccepting();
        client.verb = "OPTIONS";

        ask();

        assertThat(client.status).isEqualTo(204);
        assertThat(client.answerHeaders).containsEntry("Access-Control-Allow-Methods", "POST");
        assertThat(client.taken.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "OPTIONS"})
    void rejectsAForeignPage(String verb) throws IOException {
        client.verb = verb;
        client.headers.put("Origin", "https://evil.example");

        ask();

        rejected(403, "this page's origin is not in cordon.allowed-origins");
        assertThat(client.answerHeaders).doesNotContainKey("Access-Control-Allow-Origin");
        assertThat(streams.node.rejected.rejected(Rejected.ORIGIN)).isOne();
    }

    @Test
    void aNodeThatStopsGivesNoTickets() throws IOException {
        streams.node.factory.stopAccepting();

        ask();

        rejected(503, "shutting down, come back in a moment");
        assertThat(streams.node.rejected.rejected(Rejected.NOT_READY)).isOne();
    }

    @Test
    void rejectsARequestWithoutAToken() throws IOException {
        client.headers.remove("Authorization");

        ask();

        rejectedToken("no token: send Authorization: Bearer <token>");
    }

    @Test
    void rejectsAnotherSchemeThanBearer() throws IOException {
        client.headers.put("Authorization", "Basic eA==");

        ask();

        rejectedToken("no token: send Authorization: Bearer <token>");
    }

    @Test
    void rejectsAForgedToken() throws IOException {
        client.headers.put("Authorization", "Bearer " + streams.token() + "x");

        ask();

        rejectedToken("invalid token: ");
    }

    @Test
    void rejectsAnExpiredToken() throws IOException {
        streams.node.clock.advance(Duration.ofDays(1));

        ask();

        rejectedToken("the token has expired: send a fresh one");
    }

    @Test
    @DisplayName("F11 a user with too many unused tickets gets no more for now")
    void boundsUnusedTickets() throws IOException {
        for (int i = 0; i < StreamTickets.MOST_OF_A_USER; i++) {
            assertThat(streams.tickets.issue(StreamNode.ann(), Optional.empty()))
                    .isPresent();
        }

        ask();

        rejected(429, "too many tickets are unused: each opens a stream within 30 s");
        assertThat(client.answerHeaders).containsEntry("Retry-After", "1");
    }
}
