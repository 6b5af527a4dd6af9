package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.TestNode;
import dev.cordon.heap.HeapAccount;
import dev.cordon.http.PlainPosts;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which direct ways are taken after a request that came through the container. */
class TransportSelectorTest {
    private final List<String> asked = new ArrayList<>();
    private final Map<String, String> headers = new TreeMap<>();
    private final GatewaySockets sockets = new GatewaySockets(new TestNode().gateway);

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

    private final ServerConnections connections = new ServerConnections() {
        @Override
        public boolean known() {
            return true;
        }

        @Override
        public Optional<RawConnection> under(HttpServletRequest request) {
            return Optional.of(raw);
        }

        @Override
        public void guard(FiguresAccess access) {}

        @Override
        public int writtenAtOnce() {
            return 0;
        }

        @Override
        public void enter(HeapAccount account) {}

        @Override
        public long halfReceivedBytes() {
            return 0;
        }

        @Override
        public void sweep() {}

        @Override
        public void endDirectRequests() {}

        @Override
        public void end() {}
    };

    private void handshakeAndPublish(TransportKind kind, String scheme, Set<DirectWay> without, boolean learn)
            throws IOException, ServletException {
        TransportSelector selector = new TransportSelector(kind, connections, without);
        HttpServletRequest request = new FakeRequest().scheme(scheme).request();
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                TransportSelectorTest.class.getClassLoader(),
                new Class<?>[] {HttpServletResponse.class},
                (proxy, called, arguments) -> called.getName().equals("setHeader")
                        ? headers.put(arguments[0].toString(), arguments[1].toString())
                        : null);
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
    }

    @ParameterizedTest
    @CsvSource({"AUTO, https", "DIRECT, http", "SERVLET, http"})
    void takesNoDirectWayWithTlsOrAnotherTransport(TransportKind kind, String scheme)
            throws IOException, ServletException {
        handshakeAndPublish(kind, scheme, Set.of(), true);

        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DirectWay.class)
    void takesAllDirectWaysButAnExcludedOne(DirectWay without) throws IOException, ServletException {
        handshakeAndPublish(TransportKind.AUTO, "http", Set.of(without), true);

        assertThat(asked)
                .hasSize(2)
                .doesNotContain(
                        switch (without) {
                            case DIRECT_HANDSHAKES -> "learn /ws handshakes";
                            case DIRECT_PUBLISHES -> "learn /api/ posts";
                            case READS_IN_PLACE -> "readInPlace";
                        });
    }

    @Test
    void learnsNoRouteFromTheCanarysHandshakes() throws IOException, ServletException {
        handshakeAndPublish(TransportKind.AUTO, "http", Set.of(), false);

        assertThat(asked).containsExactlyInAnyOrder("readInPlace", "learn /api/ posts");
    }
}
