package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.OneTimeTickets;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.gateway.TestNode;
import dev.cordon.http.TakenOutput;
import dev.cordon.upkeep.LogLines;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpgradeFilterTest {
    private final TestNode node = new TestNode();
    private final UpgradeFilter filter = new UpgradeFilter(
            new GatewaySockets(node.gateway),
            new TransportSelector(TransportKind.CONTAINER, ServerConnections.UNKNOWN, Set.of()),
            new InnerGateway(
                    new OneTimeTickets(java.time.Clock.systemUTC()), new GatewaySockets(new TestNode().gateway)),
            ServerPlatform.PORTABLE);
    private final AtomicInteger passed = new AtomicInteger();
    private final List<String> paths = new ArrayList<>();

    @Test
    void passesAValidHandshakeOn() throws IOException, ServletException {
        Answer answer = answerTo(new FakeRequest().header("Origin", "https://node.example"));

        assertThat(passed).hasValue(1);
        assertThat(answer.status()).isZero();
        assertThat(node.rejected.taken(SocketCounters.Way.CONTAINER)).isEqualTo(1);
    }

    @Test
    void passesTheSamePathOnForAllAliases() throws IOException, ServletException {
        answerTo(new FakeRequest().contextPath("/cordon"));

        assertThat(paths).containsExactly("/cordon/connection/websocket");
    }

    @Test
    void passesNothingOnWhenCordonAnswersHandshakesItself() throws IOException, ServletException {
        UpgradeFilter own = new UpgradeFilter(
                new GatewaySockets(node.gateway),
                new TransportSelector(TransportKind.SERVLET, ServerConnections.UNKNOWN, Set.of()),
                new InnerGateway(
                        new OneTimeTickets(java.time.Clock.systemUTC()), new GatewaySockets(new TestNode().gateway)),
                ServerPlatform.PORTABLE);

        Answer answer = answerTo(own, new FakeRequest());

        assertThat(answer.status()).isEqualTo(101);
        assertThat(passed).hasValue(0);
        assertThat(node.rejected.taken(SocketCounters.Way.CONTAINER)).isEqualTo(1);
    }

    @Test
    void namesTheSubprotocolThatItSelects() throws IOException, ServletException {
        UpgradeFilter own = new UpgradeFilter(
                new GatewaySockets(node.gateway),
                new TransportSelector(TransportKind.SERVLET, ServerConnections.UNKNOWN, Set.of()),
                new InnerGateway(
                        new OneTimeTickets(java.time.Clock.systemUTC()), new GatewaySockets(new TestNode().gateway)),
                ServerPlatform.PORTABLE);

        Answer protobuf = answerTo(own, new FakeRequest().header("Sec-WebSocket-Protocol", "a, centrifuge-protobuf"));
        Answer query = answerTo(own, new FakeRequest().query("format=protobuf"));

        assertThat(protobuf.headers()).containsEntry("Sec-WebSocket-Protocol", "centrifuge-protobuf");
        assertThat(query.status()).isEqualTo(101);
        assertThat(query.headers()).doesNotContainKey("Sec-WebSocket-Protocol");
    }

    @Test
    void learnsRoutesFromUsersHandshakesOnly() throws IOException, ServletException {
        List<Object> learnt = new ArrayList<>();
        RawConnection raw = (RawConnection) Proxy.newProxyInstance(
                UpgradeFilterTest.class.getClassLoader(),
                new Class<?>[] {RawConnection.class},
                (proxy, called, arguments) -> called.getName().equals("learn") ? learnt.add(arguments[2]) : null);
        GatewaySockets users = new GatewaySockets(node.gateway);
        InnerGateway inner = new InnerGateway(
                new OneTimeTickets(java.time.Clock.systemUTC()), new GatewaySockets(new TestNode().gateway));
        UpgradeFilter own = new UpgradeFilter(
                users,
                new TransportSelector(TransportKind.AUTO, new FakeConnections(raw), Set.of()),
                inner,
                ServerPlatform.PORTABLE);

        answerTo(
                own,
                new FakeRequest()
                        .scheme("http")
                        .header(InnerGateway.HEADER, inner.tickets().issue()));
        assertThat(learnt).isEmpty();
        answerTo(own, new FakeRequest().scheme("http"));

        assertThat(learnt).containsExactly(users);
    }

    @Test
    @DisplayName("C5: a handshake whose subprotocols are not spoken is answered with 400 and one line")
    void rejectsUnknownSubprotocols() throws IOException, ServletException {
        Answer answer = answerTo(new FakeRequest().header("Sec-WebSocket-Protocol", "cordon"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("offer centrifuge-json, centrifuge-protobuf or none");
        assertThat(passed).hasValue(0);
    }

    @Test
    @DisplayName("F28 while the node stops, a handshake is rejected with 503 and Retry-After")
    void rejectsAHandshakeWhileTheNodeStops() throws IOException, ServletException {
        node.factory.stopAccepting();

        Answer answer = answerTo(new FakeRequest());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
        assertRejected(SocketCounters.Rejected.NOT_READY);
    }

    @Test
    @DisplayName("a handshake of a page of a foreign origin is rejected with 403")
    void rejectsAForeignOrigin() throws IOException, ServletException {
        Answer answer = answerTo(new FakeRequest().header("Origin", "https://evil.example"));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body())
                .isEqualTo("{\"error\":{\"code\":403,\"message\":"
                        + "\"this page's origin is not in cordon.allowed-origins\"}}\n");
        assertThat(answer.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Content-Length", String.valueOf(answer.body().length()));
        assertRejected(SocketCounters.Rejected.ORIGIN);
    }

    @ParameterizedTest
    @CsvSource({"http,http,0", "https,https,0", "http,https,403", "https,http,403"})
    @DisplayName("C4: a page of the socket's own host is accepted only with the scheme of the handshake")
    void c4_theOwnOriginMustHaveTheSchemeOfTheHandshake(String scheme, String page, int status)
            throws IOException, ServletException {
        Answer answer = answerTo(new FakeRequest().scheme(scheme).header("Origin", page + "://node.example"));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(passed).hasValue(status == 0 ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"Content-Length,5", "Transfer-Encoding,chunked"})
    @DisplayName("SECURITY: a handshake with a body is rejected with 400 and the message of docs/rejections.md")
    void rejectsABody(String field, String value) throws IOException, ServletException {
        Answer answer = answerTo(new FakeRequest().header(field, value));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"error\":{\"code\":400,\"message\":\"a WebSocket handshake has no body\"}}\n");
        assertRejected(SocketCounters.Rejected.MALFORMED);
    }

    @Test
    void rejectsARequestWithoutUpgradeWith426() throws IOException, ServletException {
        Answer answer = answerTo(new FakeRequest().header("Upgrade"));

        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.headers())
                .containsEntry("Upgrade", "websocket")
                .containsEntry("Connection", "close")
                .containsEntry("Sec-WebSocket-Version", "13");
        assertRejected(SocketCounters.Rejected.MALFORMED);
    }

    @Test
    @DisplayName("C4: one line in the log names the foreign origin and the setting, however often the page tries")
    void c4_logsTheForeignOriginAndTheSettingOnce() {
        List<LogRecord> lines = LogLines.of(UpgradeFilter.class, () -> {
            for (int i = 0; i < 100; i++) {
                answered(new FakeRequest().header("Origin", "http://localhost:8080"));
            }
        });

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly(
                        "A handshake was rejected with 403: this page's origin is not in cordon.allowed-origins:"
                                + " http://localhost:8080; the server's own origin is https://node.example; add the page's origin"
                                + " to the setting, or open the page from the server's origin");
    }

    private void answered(FakeRequest request) {
        try {
            answerTo(request);
        } catch (IOException | ServletException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("F40 F48 an address is rejected with 429 at its 401st handshake at once, another address is not")
    void rejectsAnAddressThatConnectsTooOften() throws IOException, ServletException {
        for (int i = 0; i < 400; i++) {
            answerTo(new FakeRequest());
        }
        assertThat(passed).hasValue(400);
        passed.set(0);

        Answer answer = answerTo(new FakeRequest());

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
        assertRejected(SocketCounters.Rejected.RATE_ADDRESS);
        answerTo(new FakeRequest().from("192.0.2.2"));
        assertThat(passed).hasValue(1);
    }

    @Test
    void aForeignOriginDoesNotUseUpTheRateOfAnAddress() throws IOException, ServletException {
        for (int i = 0; i < 500; i++) {
            answerTo(new FakeRequest().header("Origin", "https://evil.example"));
        }

        answerTo(new FakeRequest().header("Origin", "https://node.example"));

        assertThat(passed).hasValue(1);
    }

    @Test
    @DisplayName("a made-up ticket is rejected, and a valid one is accepted once")
    void theInnerGatewayAcceptsAValidTicketOnce() {
        GatewaySockets sockets = new GatewaySockets(node.gateway);
        InnerGateway inner = new InnerGateway(new OneTimeTickets(java.time.Clock.systemUTC()), sockets);
        String ticket = inner.tickets().issue();

        assertThat(inner.admits(new FakeRequest().request())).isEmpty();
        assertThat(inner.admits(
                        new FakeRequest().header(InnerGateway.HEADER, "x").request()))
                .isEmpty();
        assertThat(inner.admits(
                        new FakeRequest().header(InnerGateway.HEADER, ticket).request()))
                .contains(sockets);
        assertThat(inner.admits(
                        new FakeRequest().header(InnerGateway.HEADER, ticket).request()))
                .isEmpty();
    }

    @Test
    @DisplayName(
            "a synthetic user's handshake is rejected by its own gateway while the node stops, and not counted among the users' handshakes")
    void countsRejectedHandshakesOfSyntheticUsersApart() throws IOException, ServletException {
        TestNode users = new TestNode();
        TestNode synthetic = new TestNode();
        InnerGateway inner = new InnerGateway(
                new OneTimeTickets(java.time.Clock.systemUTC()), new GatewaySockets(synthetic.gateway));
        UpgradeFilter own = new UpgradeFilter(
                new GatewaySockets(users.gateway),
                new TransportSelector(TransportKind.SERVLET, ServerConnections.UNKNOWN, Set.of()),
                inner,
                ServerPlatform.PORTABLE);
        users.factory.stopAccepting();

        Answer answer = answerTo(
                own,
                new FakeRequest().header(InnerGateway.HEADER, inner.tickets().issue()));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(users.rejected.rejected(SocketCounters.Rejected.NOT_READY)).isZero();
        assertThat(synthetic.rejected.rejected(SocketCounters.Rejected.NOT_READY))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("a full node rejects a handshake before it counts it against the rate of its address")
    void aFullNodeDoesNotUseUpTheRateOfAnAddress() throws IOException, ServletException {
        node.socket();
        node.connections(1);
        for (int i = 0; i < 500; i++) {
            assertThat(answerTo(new FakeRequest()).status()).isEqualTo(503);
        }
        assertThat(node.rejected.rejected(SocketCounters.Rejected.CONNECTION_CAP))
                .isEqualTo(500);
        assertThat(node.rejected.rejected(SocketCounters.Rejected.RATE_ADDRESS)).isZero();

        node.connections(1000);

        assertThat(answerTo(new FakeRequest()).status()).isZero();
    }

    private void assertRejected(SocketCounters.Rejected reason) {
        assertThat(passed).hasValue(0);
        assertThat(node.rejected.rejected(reason)).isEqualTo(1);
    }

    private record Answer(int status, Map<String, String> headers, String body) {}

    private Answer answerTo(FakeRequest request) throws IOException, ServletException {
        return answerTo(filter, request);
    }

    private Answer answerTo(UpgradeFilter asked, FakeRequest request) throws IOException, ServletException {
        AtomicInteger status = new AtomicInteger();
        Map<String, String> headers = new TreeMap<>();
        TakenOutput body = new TakenOutput();
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                UpgradeFilterTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "setStatus" -> {
                        status.set((Integer) arguments[0]);
                        yield null;
                    }
                    case "setHeader" -> headers.put((String) arguments[0], (String) arguments[1]);
                    case "setContentType" -> headers.put("Content-Type", (String) arguments[0]);
                    case "setContentLength" -> headers.put("Content-Length", arguments[0].toString());
                    case "getOutputStream" -> body;
                    default -> null;
                });
        asked.doFilter(request.request(), response, (to, from) -> {
            passed.incrementAndGet();
            paths.add(((HttpServletRequest) to).getRequestURI());
        });
        return new Answer(status.get(), headers, body.text());
    }
}
