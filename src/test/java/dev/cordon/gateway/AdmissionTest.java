package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.SocketCounters.Rejected;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which handshakes are accepted, and in which order the checks are made. */
class AdmissionTest {
    private final TestNode node = new TestNode();
    private final Admission admission = new Admission(node.gateway);

    @Test
    void acceptsAPageOfTheServersOwnOrigin() {
        assertAccepted(new FakeHandshake().with("Origin", "https://node.example"));
    }

    @Test
    void acceptsAHandshakeWithoutAnOrigin() {
        assertAccepted(new FakeHandshake());
    }

    @Test
    @DisplayName("F28 a node that stops rejects every handshake as not ready, an invalid one too")
    void rejectsEveryHandshakeWhileTheNodeStops() {
        node.factory.stopAccepting();

        assertThat(admission.reject(new FakeHandshake())).contains(Admission.STOPPING);
        assertThat(admission.reject(foreign().method("POST"))).contains(Admission.STOPPING);
    }

    @Test
    void checksTheFormBeforeTheOrigin() {
        assertRejected(Rejected.MALFORMED, 400, foreign().method("POST"));
    }

    @Test
    void namesTheForeignOriginAndTheServersOwnInTheDetail() {
        assertRejected(Rejected.ORIGIN, 403, foreign());
        assertThat(admission.reject(foreign()).orElseThrow().detail())
                .contains("https://evil.example", "the server's own origin is https://node.example");
    }

    @Test
    @DisplayName("a stream is checked like a handshake, but for its form")
    void checksAStreamLikeAHandshake() {
        assertThat(admission.rejectStream(new FakeHandshake().method("POST"))).isEmpty();
        assertThat(admission
                        .rejectStream(foreign().method("POST"))
                        .orElseThrow()
                        .status())
                .isEqualTo(403);
        assertThat(admission.rejectOrigin(foreign()).orElseThrow().reason()).isEqualTo(Rejected.ORIGIN);
        assertThat(admission
                        .rejectStream(new FakeHandshake().with("Host"))
                        .orElseThrow()
                        .status())
                .isEqualTo(400);
        for (int i = 1; i < 400; i++) {
            assertThat(admission.rejectStream(new FakeHandshake())).isEmpty();
        }
        assertThat(admission.rejectStream(new FakeHandshake()).orElseThrow().status())
                .isEqualTo(429);
        node.factory.stopAccepting();
        assertThat(admission.rejectStream(new FakeHandshake())).contains(Admission.STOPPING);
    }

    @ParameterizedTest
    @DisplayName("C4: a page of the socket's own host is accepted only with the scheme of the handshake")
    @ValueSource(strings = {"http", "https"})
    void c4_theOwnOriginMustHaveTheSchemeOfTheHandshake(String scheme) {
        assertAccepted(new FakeHandshake().scheme(scheme).with("Origin", scheme + "://node.example"));
        String other = scheme.equals("http") ? "https" : "http";
        assertRejected(
                Rejected.ORIGIN, 403, new FakeHandshake().scheme(scheme).with("Origin", other + "://node.example"));
    }

    @Test
    @DisplayName("F48 a node with max-connections connections rejects one more")
    void rejectsAHandshakeWhenTheNodeIsFull() {
        node.connections(2);
        node.socket();
        assertAccepted(new FakeHandshake());
        node.socket();

        assertRejected(Rejected.CONNECTION_CAP, 503, new FakeHandshake());
        assertRejected(Rejected.ORIGIN, 403, foreign());
    }

    @Test
    @DisplayName("F40 F48 an address is rejected at its 401st handshake at once, another address is not")
    void rejectsAnAddressThatConnectsTooOften() {
        for (int i = 0; i < 400; i++) {
            assertAccepted(new FakeHandshake());
        }

        assertRejected(Rejected.RATE_ADDRESS, 429, new FakeHandshake());
        assertAccepted(new FakeHandshake().from("192.0.2.2"));
    }

    @Test
    @DisplayName("a handshake that is rejected for another reason does not use up the rate of its address")
    void aRejectedHandshakeDoesNotUseUpTheRateOfAnAddress() {
        node.connections(1);
        node.socket();
        for (int i = 0; i < 500; i++) {
            assertRejected(Rejected.CONNECTION_CAP, 503, new FakeHandshake());
            assertRejected(Rejected.ORIGIN, 403, foreign());
        }
        node.connections(2);

        assertAccepted(new FakeHandshake());
    }

    @Test
    @DisplayName("C5: a handshake that offers no known subprotocol is rejected at once, in words")
    void rejectsSubprotocolsThatAreNotSpoken() {
        assertRejected(Rejected.MALFORMED, 400, new FakeHandshake().with("Sec-WebSocket-Protocol", "cordon"));
        assertAccepted(new FakeHandshake().with("Sec-WebSocket-Protocol", "cordon, centrifuge-protobuf"));
    }

    private static FakeHandshake foreign() {
        return new FakeHandshake().with("Origin", "https://evil.example");
    }

    private void assertAccepted(FakeHandshake handshake) {
        assertThat(admission.reject(handshake)).isEmpty();
    }

    private void assertRejected(Rejected reason, int status, FakeHandshake handshake) {
        assertThat(admission.reject(handshake)).hasValueSatisfying(rejection -> {
            assertThat(rejection.reason()).isEqualTo(reason);
            assertThat(rejection.status()).isEqualTo(status);
        });
    }
}
