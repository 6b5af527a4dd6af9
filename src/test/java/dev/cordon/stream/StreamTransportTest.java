package dev.cordon.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.CommandHandler;
import dev.cordon.gateway.TestNode;
import dev.cordon.hook.FakeHooks;
import dev.cordon.hook.HookClient;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.http.FakeOutput;
import dev.cordon.http.PlainPosts;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.ErrorCode;
import dev.cordon.protocol.FrameWriter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamTransportTest {
    private final TestNode node = new TestNode();
    private final Client client = new Client();
    private int ended;

    /** A client and its container; the test decides when the client reads. */
    private static final class Client implements RawConnection {
        final FakeOutput output = new FakeOutput();
        final Map<String, String> headers = new HashMap<>();
        int status;
        int completed;
        int cuts;
        int bound;
        Runnable closes = () -> {};

        String text() {
            return output.written.toString(StandardCharsets.UTF_8);
        }

        AsyncContext async() {
            HttpServletResponse response = proxy(HttpServletResponse.class, (name, arguments) -> {
                switch (name) {
                    case "setStatus" -> status = (int) arguments[0];
                    case "setHeader" -> headers.put(String.valueOf(arguments[0]), String.valueOf(arguments[1]));
                    default -> {}
                }
                return name.equals("getOutputStream") ? output : null;
            });
            return proxy(AsyncContext.class, (name, arguments) -> {
                completed += name.equals("complete") ? 1 : 0;
                return name.equals("getResponse") ? response : null;
            });
        }

        @Override
        public void cut() {
            cuts++;
        }

        @Override
        public void boundWaiting(int bytes) {
            bound = bytes;
        }

        @Override
        public void whenClosed(Runnable task) {
            closes = task;
        }

        @Override
        public void endOutput() {}

        @Override
        public void forget(HttpUpgradeHandler handler) {}

        @Override
        public Optional<DirectWire> takeOver(HttpUpgradeHandler from) {
            return Optional.empty();
        }

        @Override
        public Optional<DirectAnswer> takeAnswer() {
            return Optional.empty();
        }

        @Override
        public void readInPlace() {}

        @Override
        public void learn(String host, String path, GatewaySockets sockets) {}

        @Override
        public void learn(String host, String base, PlainPosts to) {}
    }

    private interface Calls {
        @Nullable
        Object call(String name, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) ->
                        calls.call(method.getName(), arguments == null ? new Object[0] : arguments)));
    }

    private StreamTransport transport(StreamKind kind) throws IOException {
        return new StreamTransport(
                new ContainerResponse(client.async(), Optional.of(client)),
                kind,
                new StreamEncoder(kind, "s1", Optional.empty()),
                Map.of("Vary", "Origin"),
                "192.0.2.1",
                () -> ended++);
    }

    private CommandHandler open(StreamKind kind, String token) throws IOException {
        return open(node, kind, token);
    }

    private CommandHandler open(TestNode on, StreamKind kind, String token) throws IOException {
        StreamTransport transport = transport(kind);
        transport.start();
        CommandHandler handler =
                on.gateway.opened(transport, Map.of(), Optional.empty()).orElseThrow();
        transport.listen(handler);
        handler.frame("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        return handler;
    }

    private void openForAnn() throws IOException {
        open(StreamKind.UNI_HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
    }

    @ParameterizedTest
    @CsvSource({"UNI_SSE,uni_sse", "UNI_HTTP_STREAM,uni_http_stream", "HTTP_STREAM,http_stream", "SSE,sse"})
    @DisplayName("the application is told which kind of stream a client has opened")
    void theApplicationIsToldTheKind(StreamKind kind, String transport) throws IOException {
        FakeHooks application = new FakeHooks();
        try (HookDispatcher hooks = application.dispatcher()) {
            TestNode with = new TestNode(hooks);
            open(with, kind, with.token("ann", Duration.ofHours(1)));

            await().until(() -> !application.calls.isEmpty());
        }
        assertThat(application.calls.get(0).client())
                .extracting(HookClient::transport, HookClient::protocol)
                .containsExactly(transport, "json");
    }

    @Test
    void theHeadGoesOutWithTheFirstFrame() throws IOException {
        openForAnn();
        node.publish("#ann", "1");

        assertThat(client.status).isEqualTo(200);
        assertThat(client.headers)
                .containsEntry("Content-Type", "application/x-ndjson")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("X-Accel-Buffering", "no")
                .containsEntry("Vary", "Origin");
        assertThat(client.text().lines()).hasSize(2);
        assertThat(client.bound).isEqualTo(ContainerResponse.MAX_WAITING);
    }

    @Test
    @DisplayName("F11 what a stalled client does not read waits in the connection's queue, and it is cut with 3008")
    void aStalledClientIsCut() throws IOException {
        openForAnn();
        String before = client.text();
        client.output.ready(0);
        node.publish("#ann", "1");
        node.publish("#ann", "2");
        assertThat(client.text()).isEqualTo(before);

        node.pass(Duration.ofSeconds(11));

        assertThat(client.cuts).isEqualTo(1);
        assertThat(client.completed).isEqualTo(1);
        assertThat(ended).isEqualTo(1);
        assertThat(client.text()).isEqualTo(before);
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    void aClientThatReadsAgainGetsAllInOrder() throws IOException {
        openForAnn();
        client.output.ready(0);
        for (int i = 1; i <= 5; i++) {
            node.publish("#ann", Integer.toString(i));
        }

        client.output.readyAgain(Integer.MAX_VALUE);

        assertThat(client.text().lines().skip(1))
                .containsExactly(
                        "{\"channel\":\"#ann\",\"pub\":{\"offset\":1,\"data\":1}}",
                        "{\"channel\":\"#ann\",\"pub\":{\"offset\":2,\"data\":2}}",
                        "{\"channel\":\"#ann\",\"pub\":{\"offset\":3,\"data\":3}}",
                        "{\"channel\":\"#ann\",\"pub\":{\"offset\":4,\"data\":4}}",
                        "{\"channel\":\"#ann\",\"pub\":{\"offset\":5,\"data\":5}}");
    }

    @Test
    void aRejectedTokenIsAnHttpStatus() throws IOException {
        open(StreamKind.UNI_SSE, "forged");

        assertThat(client.status).isEqualTo(401);
        assertThat(client.headers)
                .containsEntry("Content-Type", "application/json")
                .containsEntry("WWW-Authenticate", "Bearer")
                .containsEntry("Vary", "Origin");
        assertThat(client.text()).startsWith("{\"error\":{\"code\":3500,");
        assertThat(client.completed).isEqualTo(1);
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    void anErrorInPlaceOfTheConnectIsAnHttpStatusToo() throws IOException {
        String token = node.token("ann", Duration.ofHours(1));
        node.clock.advance(Duration.ofDays(2));

        open(StreamKind.UNI_SSE, token);

        assertThat(client.status).isEqualTo(401);
        assertThat(client.text()).isEqualTo("{\"error\":{\"code\":109,\"message\":\"token expired\"}}\n");
        assertThat(client.completed).isEqualTo(1);
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("a one-way client is pinged, and need not answer")
    void aOneWayClientNeedNotAnswerPings() throws IOException {
        openForAnn();

        for (int i = 0; i < 4; i++) {
            node.pass(Duration.ofSeconds(26));
        }

        assertThat(client.text().lines().filter("{}"::equals)).hasSize(4);
        assertThat(node.factory.connections()).hasSize(1);
    }

    @Test
    @DisplayName("a two-way client must answer pings, and is told the session and why its stream ends")
    void aTwoWayClientMustAnswerPings() throws IOException {
        CommandHandler handler = open(StreamKind.HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
        assertThat(client.text()).startsWith("{\"id\":1,\"connect\":{\"session\":\"s1\",\"client\":");

        node.pass(Duration.ofSeconds(26));
        handler.frame("{}");
        node.pass(Duration.ofSeconds(26));
        assertThat(node.factory.connections()).hasSize(1);
        node.pass(Duration.ofSeconds(9));

        assertThat(node.factory.connections()).isEmpty();
        assertThat(client.text()).endsWith("\n{\"push\":{\"disconnect\":{\"code\":3012,\"reason\":\"no pong\"}}}\n");
    }

    @Test
    @DisplayName("frames of requests that race are carried out one at a time, each once")
    void framesOfRacingRequestsAreCarriedOutOneAtATime() throws IOException {
        CommandHandler handler = open(StreamKind.HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
        StreamSession session = new StreamSession(handler, Optional.empty());

        IntStream.rangeClosed(2, 200)
                .parallel()
                .forEach(id -> session.receive(("{\"id\":" + id + ",\"ping\":{}}").getBytes(StandardCharsets.UTF_8)));

        assertThat(client.text().lines().skip(1)).hasSize(199).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("F11 while the log's database does not answer, the frames of a stream wait like the bytes of a socket")
    void framesWaitWhileTheLogDoes() throws IOException {
        CommandHandler handler = open(StreamKind.HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
        StreamSession session = new StreamSession(handler, Optional.empty());
        String before = client.text();
        node.log.hold();
        String data = "\"" + "x".repeat(400) + "\"";
        session.receive(command(2, "\"history\":{\"channel\":\"#ann\",\"limit\":1}"));
        for (int id = 3; id <= 1_200; id++) {
            session.receive(command(id, "\"rpc\":{\"method\":\"echo\",\"data\":" + data + "}"));
        }
        assertThat(client.text()).isEqualTo(before);
        node.log.answer();

        assertThat(client.text().lines().skip(1).map(line -> line.substring(0, line.indexOf(','))))
                .containsExactlyElementsOf(IntStream.rangeClosed(2, 1_200)
                        .mapToObj(id -> "{\"id\":" + id)
                        .toList());
    }

    @Test
    @DisplayName("F11 frames that wait are bounded, empty ones too, and the client is disconnected with 3013")
    void tooManyFramesEndTheStream() throws IOException {
        CommandHandler handler = open(StreamKind.HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
        StreamSession session = new StreamSession(handler, Optional.empty());
        node.log.hold();
        session.receive(command(2, "\"history\":{\"channel\":\"#ann\",\"limit\":1}"));
        byte[] large = command(3, "\"rpc\":{\"method\":\"echo\",\"data\":\"" + "x".repeat(60_000) + "\"}");
        for (int i = 0; i < 10; i++) {
            session.receive(large);
        }

        for (int i = 0; i < StreamSession.MAX_WAITING / StreamSession.A_FRAME; i++) {
            session.receive(new byte[0]);
        }

        assertThat(client.text())
                .endsWith("{\"push\":{\"disconnect\":{\"code\":3013,\"reason\":\"too many requests\"}}}\n");
        assertThat(node.factory.connections()).isEmpty();
    }

    private static byte[] command(int id, String what) {
        return ("{\"id\":" + id + "," + what + "}").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("a session answers requests of the page that opened it alone")
    void aSessionBelongsToItsOrigin() throws IOException {
        CommandHandler handler = open(StreamKind.HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
        Optional<String> app = Optional.of("https://app.example");
        StreamSession ofApp = new StreamSession(handler, app);
        StreamSession own = new StreamSession(handler, Optional.empty());

        assertThat(ofApp.isOf(app, "node.example")).isTrue();
        assertThat(ofApp.isOf(Optional.empty(), "node.example")).isFalse();
        assertThat(ofApp.isOf(Optional.of("https://other.example"), "node.example"))
                .isFalse();
        assertThat(own.isOf(Optional.of("https://node.example"), "node.example"))
                .isTrue();
        assertThat(own.isOf(app, "node.example")).isFalse();
        assertThat(own.isOf(app, "App.example:443")).isTrue();
        assertThat(own.isOf(app, "app.example:80")).isFalse();
        assertThat(own.isOf(Optional.of("http://app.example:8080"), "app.example:8080"))
                .isTrue();
        assertThat(own.isOf(Optional.of("http://app.example"), "app.example:80"))
                .isTrue();
        assertThat(own.isOf(app, "app.example:8443")).isFalse();
    }

    @Test
    @DisplayName("F11 frames may wait up to exactly their bound, and one that has been handed over waits no more")
    void asMuchMayWaitAsTheBoundSays() throws IOException {
        CommandHandler handler = open(StreamKind.HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
        StreamSession session = new StreamSession(handler, Optional.empty());
        node.log.hold();
        session.receive(command(2, "\"history\":{\"channel\":\"#ann\",\"limit\":1}"));
        byte[] large = command(3, "\"rpc\":{\"method\":\"echo\",\"data\":\"" + "x".repeat(60_000) + "\"}");
        for (int i = 0; i < 5; i++) {
            session.receive(large);
        }
        byte[] half = new byte[StreamSession.MAX_WAITING / 2 - StreamSession.A_FRAME];

        session.receive(half);
        session.receive(half);
        assertThat(node.factory.connections()).hasSize(1);
        session.receive(new byte[0]);

        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F01 a stream whose frame cannot be handed over ends, so that its client comes back")
    void aFrameThatFailsEndsTheStream() throws IOException {
        CommandHandler handler = open(StreamKind.HTTP_STREAM, node.token("ann", Duration.ofHours(1)));
        StreamSession session = new StreamSession(handler, Optional.empty());
        node.loseSettings();

        assertThatThrownBy(() -> session.receive(command(2, "\"ping\":{}"))).hasMessage("the settings cannot be read");

        assertThat(client.text())
                .endsWith("\n{\"push\":{\"disconnect\":{\"code\":3011,\"reason\":\"force reconnect\"}}}\n");
        assertThat(node.factory.connections()).isEmpty();
    }

    @Test
    @DisplayName("F01 a client that goes before its connection is heard of leaves none behind")
    void aClientThatGoesWhileItsStreamOpensLeaves() throws IOException {
        StreamTransport transport = transport(StreamKind.HTTP_STREAM);
        transport.start();
        client.closes.run();
        CommandHandler handler =
                node.gateway.opened(transport, Map.of(), Optional.empty()).orElseThrow();
        assertThat(transport.ended()).isFalse();

        transport.listen(handler);

        assertThat(node.factory.connections()).isEmpty();
        assertThat(transport.ended()).isTrue();
        assertThat(client.completed).isEqualTo(1);
        assertThat(client.cuts).isEqualTo(1);
    }

    @Test
    void aFrameThatBecomesAStatusCountsAsWritten() throws IOException {
        StreamTransport transport = transport(StreamKind.UNI_SSE);
        List<String> done = new ArrayList<>();

        transport.write(FrameWriter.error(1, ErrorCode.TOKEN_EXPIRED), new Transport.Completion() {
            @Override
            public void written() {
                done.add("written");
            }

            @Override
            public void failed(Throwable cause) {
                done.add("failed");
            }
        });

        assertThat(done).containsExactly("written");
        assertThat(client.status).isEqualTo(401);
    }

    @Test
    @DisplayName("a two-way client reads why its stream ends within the stream, also where nothing was written before")
    void aTwoWayStreamThatEndsAtOnceSaysWhyInTheStream() throws IOException {
        StreamTransport transport = transport(StreamKind.HTTP_STREAM);

        transport.close(Disconnect.SHUTDOWN);

        assertThat(client.status).isEqualTo(200);
        assertThat(client.headers).containsEntry("Content-Type", "application/x-ndjson");
        assertThat(client.text()).isEqualTo("{\"push\":{\"disconnect\":{\"code\":3001,\"reason\":\"shutdown\"}}}\n");
    }

    @Test
    void theAddressIsThatOfTheRequest() throws IOException {
        openForAnn();

        assertThat(node.factory.connections())
                .extracting(Connection::remoteAddress)
                .containsExactly("192.0.2.1");
    }

    @Test
    void aClientThatHasGoneLeaves() throws IOException {
        openForAnn();

        client.output.listener().onError(new IOException("reset"));

        assertThat(node.factory.connections()).isEmpty();
        assertThat(client.completed).isEqualTo(1);
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void aClientThatClosesItsSideLeaves() throws IOException {
        openForAnn();

        client.closes.run();

        assertThat(node.factory.connections()).isEmpty();
        assertThat(client.completed).isEqualTo(1);
        client.closes.run();
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void theLastLineSaysWhyTheStreamEnds() throws IOException {
        openForAnn();

        node.factory.connections().forEach(connection -> connection.close(Disconnect.SHUTDOWN));

        assertThat(client.text()).endsWith("\n{\"disconnect\":{\"code\":3001,\"reason\":\"shutdown\"}}\n");
        assertThat(client.cuts).isZero();
        assertThat(client.completed).isEqualTo(1);
    }
}
