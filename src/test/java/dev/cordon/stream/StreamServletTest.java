package dev.cordon.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.endpoint.TransportKind;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.Rejections;
import dev.cordon.gateway.SocketCounters.Rejected;
import dev.cordon.gateway.SocketCounters.Way;
import dev.cordon.gateway.TestNode;
import dev.cordon.http.FakeClient;
import dev.cordon.upkeep.LogLines;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamServletTest {
    private final StreamNode streams = new StreamNode();
    private final TestNode node = streams.node;
    private final FakeClient client = StreamNode.request("GET", "/connection/uni_http_stream");

    StreamServletTest() {
        client.headers.put("Authorization", "Bearer " + streams.token());
    }

    private void open() throws IOException {
        streams.streams.service(client.request(), client.response());
    }

    private void sends(String body) {
        client.verb = "POST";
        StreamNode.withBody(client, body);
    }

    private void rejected(int status, String message) {
        StreamNode.assertRejected(client, status, message);
        assertThat(client.answerHeaders)
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Cache-Control", "no-store");
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    void opensAStreamThatStaysOpen() throws IOException {
        open();

        assertThat(client.status).isEqualTo(200);
        assertThat(client.taken.toString(UTF_8)).startsWith("{\"connect\":{\"client\":");
        assertThat(client.completed).isZero();
        assertThat(node.factory.connections()).hasSize(1);
    }

    @Test
    @DisplayName("F01 a request whose answer the container can no longer take is ended, whatever the container throws")
    void endsARequestThatCannotBecomeAStream() throws IOException {
        client.whenListening = () -> {
            throw new NullPointerException("recycled");
        };
        open();
        assertThat(client.completed).isOne();

        client.whenListening = () -> {
            throw new NoClassDefFoundError("WriteListener");
        };
        assertThatThrownBy(this::open).isInstanceOf(NoClassDefFoundError.class);

        assertThat(client.completed).isEqualTo(2);
        assertThat(client.taken.size()).isZero();
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F01 a stream that fails in its first frame leaves neither its request nor its connection open")
    void endsAStreamThatFailsInItsFirstFrame() {
        client.whenReady = () -> {
            throw new NoClassDefFoundError("OutputBuffer");
        };

        assertThatThrownBy(this::open).isInstanceOf(NoClassDefFoundError.class);

        assertThat(client.completed).isOne();
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F01 a request whose connection the container has dropped is ended, and its failure logged in detail")
    void endsARequestWhoseConnectionHasGone() {
        ServerConnections gone = proxy(ServerConnections.class, (self, called, arguments) -> {
            if (called.getName().equals("known")) {
                return true;
            }
            throw new IllegalStateException("recycled");
        });

        List<LogRecord> logged = LogLines.withDetails(
                Gateway.class,
                () -> assertThatNoException()
                        .isThrownBy(() -> streams.streams(gone).service(client.request(), client.response())));

        assertThat(client.completed).isOne();
        assertThat(node.factory.connections()).isEmpty();
        assertThat(logged)
                .extracting(LogRecord::getMessage)
                .containsExactly("A connection failed: IllegalStateException");
    }

    @Test
    void aPageOfTheServersOwnOriginMayReadItsStream() throws IOException {
        client.headers.put("Origin", StreamNode.ORIGIN);

        open();

        assertThat(client.answerHeaders)
                .containsEntry("Content-Type", "application/x-ndjson")
                .containsEntry("Access-Control-Allow-Origin", StreamNode.ORIGIN)
                .containsEntry("Vary", "Origin");
    }

    /** A server below which every answer can be taken away from the container. */
    private static ServerConnections directly(StringBuilder written) {
        DirectAnswer answer = proxy(DirectAnswer.class, (self, called, arguments) -> {
            if (called.getName().equals("write")) {
                written.append(new String((byte[]) arguments[0], UTF_8));
                return true;
            }
            return null;
        });
        RawConnection raw = proxy(
                RawConnection.class,
                (self, called, arguments) -> called.getName().equals("takeAnswer") ? Optional.of(answer) : null);
        return proxy(
                ServerConnections.class,
                (self, called, arguments) -> called.getName().equals("under") ? Optional.of(raw) : true);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
    }

    @ParameterizedTest
    @CsvSource({"AUTO, true", "SERVLET, false"})
    @DisplayName(
            "a stream is answered past the container where that is possible, with the headers that filters have set")
    void answersPastTheContainerWherePossible(TransportKind kind, boolean past) throws IOException {
        StringBuilder direct = new StringBuilder();
        client.answerHeaders.put("X-Content-Type-Options", "nosniff");

        streams.streams(directly(direct), kind).service(client.request(), client.response());

        if (past) {
            assertThat(direct)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("X-Content-Type-Options: nosniff\r\n", "X-Frame-Options: SAMEORIGIN\r\n");
            assertThat(client.taken.size()).isZero();
        } else {
            assertThat(direct).isEmpty();
            assertThat(client.taken.toString(UTF_8)).startsWith("{\"connect\":{\"client\":");
        }
        assertThat(node.factory.connections()).hasSize(1);
    }

    @Test
    void theConnectionOfAStreamIsClosedBehindIt() throws IOException {
        open();

        assertThat(client.answerHeaders).containsEntry("Connection", "close");
    }

    @Test
    @DisplayName("a connection of HTTP/2 has other requests beside the stream, and stays")
    void aConnectionOfHttp2IsNotClosed() throws IOException {
        client.protocol = "HTTP/2.0";

        open();

        assertThat(client.status).isEqualTo(200);
        assertThat(client.answerHeaders).doesNotContainKey("Connection");
    }

    @Test
    void countsTheStreamsThatItOpens() throws IOException {
        open();

        assertThat(node.rejected.taken(Way.STREAM)).isOne();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uni_sse | PUT | use GET or POST | GET, POST, OPTIONS",
                "http_stream | GET | use POST | POST, OPTIONS",
                "sse | POST | use GET | GET, OPTIONS"
            })
    void namesTheMethodsOfAnAddress(String name, String verb, String message, String allowed) throws IOException {
        client.servletPath = "/connection/" + name;
        client.verb = verb;

        open();

        rejected(405, message);
        assertThat(client.answerHeaders).containsEntry("Allow", allowed);
    }

    @Test
    @DisplayName("a browser that asks beforehand is told what its page may send, even while the node stops")
    void answersAPreflight() throws IOException {
        node.factory.stopAccepting();
        client.verb = "OPTIONS";
        client.headers.put("Origin", StreamNode.ORIGIN);

        open();

        assertThat(client.status).isEqualTo(204);
        assertThat(client.answerHeaders)
                .containsOnly(
                        Map.entry("Access-Control-Allow-Origin", StreamNode.ORIGIN),
                        Map.entry("Access-Control-Allow-Methods", "GET, POST"),
                        Map.entry(
                                "Access-Control-Allow-Headers",
                                "Authorization, Content-Type, Last-Event-ID, Cache-Control"),
                        Map.entry("Access-Control-Max-Age", "600"),
                        Map.entry("Vary", "Origin"));
        assertThat(client.taken.size()).isZero();
        assertThat(client.completed).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "OPTIONS"})
    @DisplayName("a page of a foreign origin opens no stream and reads no answer; the log has its origin once")
    void rejectsAForeignPage(String verb) {
        client.verb = verb;
        client.headers.put("Origin", "https://evil.example");

        List<LogRecord> logged = LogLines.of(StreamServlet.class, () -> {
            for (int i = 0; i < 2; i++) {
                client.taken.reset();
                assertThatNoException().isThrownBy(this::open);
            }
        });

        rejected(403, "this page's origin is not in cordon.allowed-origins");
        assertThat(client.answerHeaders).doesNotContainKey("Access-Control-Allow-Origin");
        assertThat(node.rejected.rejected(Rejected.ORIGIN)).isEqualTo(2);
        assertThat(logged)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .startsWith("A stream was rejected with 403: this page's origin is not in cordon.allowed-origins: "
                        + "https://evil.example;");
    }

    @Test
    void aNodeThatStopsSaysWhenToComeBack() throws IOException {
        node.factory.stopAccepting();

        open();

        rejected(503, "shutting down, come back in a moment");
        assertThat(client.answerHeaders).containsEntry("Retry-After", "1");
        assertThat(node.rejected.rejected(Rejected.NOT_READY)).isOne();
    }

    @Test
    @DisplayName("F11 a connect request may have 64 KiB, and not one byte more")
    void boundsTheConnectRequest() throws IOException {
        sends("{" + " ".repeat(StreamServlet.MAX_BODY - 2) + "}");
        open();
        assertThat(client.status).isEqualTo(200);
        streams.endAll();
        client.taken.reset();

        sends("{" + " ".repeat(StreamServlet.MAX_BODY - 1) + "}");
        open();

        rejected(413, "the connect request has over 65536 bytes");
    }

    @Test
    @DisplayName("a client without a token gets 401, which counts as a rejected token and is in the log of rejections")
    void rejectsARequestWithoutAToken() {
        client.headers.remove("Authorization");
        client.headers.put("Origin", StreamNode.ORIGIN);
        String why = "no token: send Authorization: Bearer <token>, or a ticket from POST /connection/ticket";

        List<LogRecord> logged =
                LogLines.of(Rejections.class, () -> assertThatNoException().isThrownBy(this::open));

        rejected(401, why);
        assertThat(client.answerHeaders)
                .containsEntry("WWW-Authenticate", "Bearer")
                .containsEntry("Access-Control-Allow-Origin", StreamNode.ORIGIN)
                .doesNotContainKey("Retry-After");
        assertThat(node.rejected.rejected(Rejected.TOKEN)).isOne();
        assertThat(node.rejected.rejected(Rejected.BAD_REQUEST)).isZero();
        assertThat(logged)
                .extracting(LogRecord::getMessage)
                .containsExactly("A client at 192.0.2.1 was rejected with 401: " + why);
    }

    @Test
    void rejectsARequestThatItCannotRead() throws IOException {
        client.query = Optional.of("last_event_id=x");

        open();

        rejected(400, "Last-Event-ID is not an id that this server has sent: leave it out");
        assertThat(client.answerHeaders).doesNotContainKey("WWW-Authenticate");
        assertThat(node.rejected.rejected(Rejected.BAD_REQUEST)).isOne();
        assertThat(node.rejected.rejected(Rejected.TOKEN)).isZero();
    }

    @Test
    @DisplayName("a ticket opens one stream for its user, also where a page of the node itself names no origin")
    void opensOneStreamForATicket() throws IOException {
        client.headers.remove("Authorization");
        client.query = Optional.of("ticket="
                + streams.tickets
                        .issue(StreamNode.ann(), Optional.of(StreamNode.ORIGIN))
                        .orElseThrow());

        open();
        assertThat(StreamNode.text(client)).contains("\"subs\":{\"#ann\":{");
        streams.endAll();
        client.taken.reset();
        open();

        rejected(401, "the ticket is not valid: it opens one stream, within 30 s, from the origin that asked for it");
    }

    @Test
    @DisplayName("a two-way stream begins with the commands of its body, and its session ends with it")
    void aSessionEndsWithItsStream() throws IOException {
        FakeClient twoWay = streams.openTwoWay();
        String session = StreamNode.session(twoWay);
        assertThat(streams.sessions.find(session)).isPresent();
        assertThat(StreamNode.session(streams.openTwoWay())).isNotEqualTo(session);

        streams.endAll();

        assertThat(streams.sessions.find(session)).isEmpty();
    }

    @Test
    @DisplayName("a two-way stream of events begins with the commands of its address")
    void readsTheCommandsOfTheAddress() throws IOException {
        client.servletPath = "/connection/sse";
        client.query = Optional.of("cf_connect="
                + URLEncoder.encode("{\"id\":1,\"connect\":{\"token\":\"" + streams.token() + "\"}}", UTF_8));

        open();

        assertThat(client.answerHeaders).containsEntry("Content-Type", "text/event-stream");
        assertThat(StreamNode.text(client)).startsWith("data: {\"id\":1,\"connect\":{\"session\":\"");
        assertThat(streams.sessions.find(StreamNode.session(client))).isPresent();
    }

    @Test
    void rejectsATwoWayStreamWithoutCommands() throws IOException {
        client.servletPath = "/connection/sse";

        open();

        rejected(400, "the parameter cf_connect is missing");
    }

    @Test
    void rejectsCommandsThatAreNotUtf8() throws IOException {
        client.servletPath = "/connection/http_stream";
        client.verb = "POST";
        client.announce(1).send(new byte[] {(byte) 0xff});

        open();

        rejected(400, "the body is not UTF-8: streams over HTTP are JSON, not protobuf");
    }

    @ParameterizedTest
    @EnumSource(StreamKind.class)
    void eachKindIsFoundAtItsAddress(StreamKind kind) {
        assertThat(StreamKind.at(kind.path())).contains(kind);
    }
}
