package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.TestNode;
import dev.cordon.hook.FakeHooks;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.HookSettings;
import dev.cordon.http.PlainPosts;
import dev.cordon.upkeep.LogLines;
import dev.cordon.websocket.ClientFrames;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.text.MessageFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which direct ways are taken after a request that came through the container. */
class TransportSelectorTest {
    private final List<String> asked = new ArrayList<>();
    private final Map<String, String> headers = new TreeMap<>();
    private final List<String> answered = new ArrayList<>();
    private final FakeRequest handshake = new FakeRequest();
    private GatewaySockets sockets = new GatewaySockets(new TestNode().gateway);

    private final RawConnection raw = (RawConnection) Proxy.newProxyInstance(
            TransportSelectorTest.class.getClassLoader(),
            new Class<?>[] {RawConnection.class},
            (proxy, called, arguments) -> {
                asked.add(
                        called.getName().equals("learn")
                                ? "learn " + arguments[1]
                                        + (arguments[2] instanceof GatewaySockets ? " handshakes" : " posts")
                                : called.getName());
                return null;
            });

    private final PlainPosts posts = (PlainPosts) Proxy.newProxyInstance(
            TransportSelectorTest.class.getClassLoader(),
            new Class<?>[] {PlainPosts.class},
            (proxy, called, of) -> null);

    private final FakeConnections connections = new FakeConnections(raw);

    private void handshakeAndPublish(TransportKind kind, String scheme, Set<DirectWay> without, boolean learn)
            throws IOException, ServletException {
        TransportSelector selector = new TransportSelector(kind, connections, without);
        HttpServletRequest request = handshake.scheme(scheme).request();
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                TransportSelectorTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "setHeader" -> headers.put(arguments[0].toString(), arguments[1].toString());
                    case "setStatus", "flushBuffer" -> {
                        answered.add(called.getName() + (arguments == null ? "" : arguments[0]));
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(called.getName());
                });
        selector.upgrade(request, response, sockets, learn);
        selector.offer(request, "/api/", posts);
    }

    @Test
    void takesAllDirectWaysOnPlainHttp() throws IOException, ServletException {
        handshakeAndPublish(TransportKind.AUTO, "http", Set.of(), true);

        assertThat(asked).containsExactlyInAnyOrder("learn /ws handshakes", "readInPlace", "learn /api/ posts");
        assertThat(headers)
                .containsEntry("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                .containsEntry("Upgrade", "websocket")
                .containsEntry("Connection", "Upgrade");
        assertThat(answered).containsExactly("setStatus101", "flushBuffer");
    }

    @Test
    @DisplayName(
            "handshakes whose headers the application's hooks see are left to the container, which parses them all")
    void leavesHandshakesWithHeadersForHooksToTheContainer() throws IOException, ServletException {
        sockets = new GatewaySockets(new TestNode(new HookDispatcher(
                        List.of(new FakeHooks()),
                        new HookSettings(Duration.ofSeconds(1), 1, 1, 1, Set.of("X-Tenant")),
                        new HookCounters(),
                        () -> 1,
                        Clock.systemUTC(),
                        System::nanoTime))
                .gateway);

        handshakeAndPublish(TransportKind.AUTO, "http", Set.of(), true);

        assertThat(asked).containsExactlyInAnyOrder("readInPlace", "learn /api/ posts");
    }

    @ParameterizedTest
    @CsvSource({"AUTO, https", "DIRECT, http", "SERVLET, http"})
    void takesNoDirectWayWithTlsOrAnotherTransport(TransportKind kind, String scheme)
            throws IOException, ServletException {
        handshakeAndPublish(kind, scheme, Set.of(), true);

        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = DirectWay.class, mode = EnumSource.Mode.EXCLUDE, names = "DIRECT_STREAMS")
    void takesAllDirectWaysButAnExcludedOne(DirectWay without) throws IOException, ServletException {
        handshakeAndPublish(TransportKind.AUTO, "http", Set.of(without), true);

        assertThat(asked)
                .hasSize(2)
                .doesNotContain(
                        switch (without) {
                            case DIRECT_HANDSHAKES -> "learn /ws handshakes";
                            case DIRECT_PUBLISHES -> "learn /api/ posts";
                            case READS_IN_PLACE -> "readInPlace";
                            case DIRECT_STREAMS -> throw new IllegalArgumentException();
                        });
    }

    @Test
    void learnsNoRouteFromTheCanarysHandshakes() throws IOException, ServletException {
        handshakeAndPublish(TransportKind.AUTO, "http", Set.of(), false);

        assertThat(asked).containsExactlyInAnyOrder("readInPlace", "learn /api/ posts");
    }

    @ParameterizedTest
    @CsvSource({"AUTO, true", "DIRECT, true", "SERVLET, false"})
    void takesSocketsFromTheContainerOnlyWithADirectTransport(TransportKind kind, boolean past)
            throws IOException, ServletException {
        FakeContainer container = new FakeContainer();
        connections.raw = container;
        handshakeAndPublish(kind, "https", Set.of(), true);

        handshake.upgraded.init(container);
        container.sends(ClientFrames.close(1000, ""));

        assertThat(container.written()).as("the answer to the close frame").isNotEmpty();
        assertThat(container.calls.contains("takeOver")).isEqualTo(past);
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, , true",
        "AUTO, READS_IN_PLACE, true",
        "AUTO, DIRECT_STREAMS, false",
        "DIRECT, , true",
        "SERVLET, , false",
        "CONTAINER, , false"
    })
    void takesStreamsFromTheContainerOnlyWithADirectTransport(
            TransportKind kind, @Nullable DirectWay without, boolean past) {
        FakeContainer container = new FakeContainer();
        Set<DirectWay> excluded = without == null ? Set.of() : Set.of(without);

        assertThat(new TransportSelector(kind, connections, excluded).takeStream(container))
                .isEmpty();

        assertThat(container.calls).isEqualTo(past ? List.of("takeAnswer") : List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, true, 'auto: sockets are served past the container, those with TLS through Servlet''s streams'",
        "DIRECT, true, 'direct: sockets are served past the container, those with TLS through Servlet''s streams'",
        "AUTO, false, auto: sockets are served through Servlet's streams",
        "SERVLET, true, servlet: sockets are served through Servlet's streams",
        "CONTAINER, true, container: sockets are the container's own"
    })
    void logsTheWayThatSocketsTake(TransportKind kind, boolean known, String told) {
        ServerConnections server = known ? connections : ServerConnections.UNKNOWN;

        List<LogRecord> lines = LogLines.of(
                TransportSelector.class,
                () -> assertThat(new TransportSelector(kind, server, Set.of())).isNotNull());

        assertThat(lines)
                .extracting(line -> MessageFormat.format(line.getMessage(), line.getParameters()))
                .containsExactly("cordon.transport " + told);
    }

    @Test
    @DisplayName("a publish is still answered when its route cannot be learnt, and the log says so")
    void logsARouteThatCannotBeLearnt() {
        TransportSelector selector = new TransportSelector(TransportKind.AUTO, connections, Set.of());
        FakeContainer container = new FakeContainer();
        connections.raw = container;

        List<LogRecord> lines = LogLines.of(
                TransportSelector.class,
                () -> selector.offer(new FakeRequest().scheme("http").request(), "/api/", posts));

        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactly("Requests to /api/ go on through the container");
    }
}
