package dev.cordon.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.auth.OneTimeTickets;
import dev.cordon.gateway.TestNode;
import dev.cordon.hook.FakeHooks;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.HookSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.glassfish.tyrus.core.RequestContext;
import org.glassfish.tyrus.core.TyrusUpgradeResponse;
import org.glassfish.tyrus.core.TyrusWebSocketEngine;
import org.glassfish.tyrus.server.TyrusServerContainer;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.glassfish.tyrus.spi.WebSocketEngine;
import org.glassfish.tyrus.spi.WebSocketEngine.UpgradeInfo;
import org.glassfish.tyrus.spi.Writer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Headers for hooks where the container's engine answers handshakes. The engine is Tyrus itself. */
class HandshakeHeadersTest {
    private static final List<String> HANDSHAKE =
            List.of("Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Cookie");

    private final FakeHooks application = new FakeHooks();
    private final HookDispatcher hooks = new HookDispatcher(
            List.of(application),
            new HookSettings(Duration.ofSeconds(30), 8, 2, 100, Set.of("cookie")),
            new HookCounters(),
            () -> 1024,
            Clock.systemUTC(),
            System::nanoTime);
    private final TestNode node = new TestNode(hooks);
    private final UpgradeFilter filter = new UpgradeFilter(
            new GatewaySockets(node.gateway),
            new TransportSelector(TransportKind.CONTAINER, ServerConnections.UNKNOWN, Set.of()),
            new InnerGateway(new OneTimeTickets(Clock.systemUTC()), new GatewaySockets(new TestNode().gateway)),
            ServerPlatform.PORTABLE);
    private final Container container = new Container();
    private final List<Map<String, String>> opened = new ArrayList<>();

    HandshakeHeadersTest() throws DeploymentException {
        container.register(ServerEndpointConfig.Builder.create(Opened.class, GatewayEndpoint.PATH)
                .configurator(new EndpointConfigurator() {
                    @Override
                    public <T> T getEndpointInstance(Class<T> endpointClass) {
                        return endpointClass.cast(new Opened(opened));
                    }
                })
                .build());
    }

    /** The surroundings of an engine, without a server. */
    private static final class Container extends TyrusServerContainer {
        private final TyrusWebSocketEngine engine =
                TyrusWebSocketEngine.builder(this).build();

        Container() {
            super(Set.of());
        }

        @Override
        public WebSocketEngine getWebSocketEngine() {
            return engine;
        }

        @Override
        public void register(Class<?> endpoint) throws DeploymentException {
            engine.register(endpoint, "");
        }

        @Override
        public void register(ServerEndpointConfig endpoint) throws DeploymentException {
            engine.register(endpoint, "");
        }
    }

    @AfterEach
    void close() {
        hooks.close();
    }

    /** Keeps what each session has brought along. Public: Tyrus calls it by reflection. */
    public static final class Opened extends Endpoint {
        private final List<Map<String, String>> all;

        Opened(List<Map<String, String>> all) {
            this.all = all;
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            all.add(HandshakeHeaders.of(session));
        }
    }

    /** Has Tyrus answer a handshake, as behind the filter. */
    private UpgradeInfo answered(FakeRequest request) throws IOException, ServletException {
        List<UpgradeInfo> answers = new ArrayList<>();
        filtered(request, (passed, response) -> answers.add(answered((HttpServletRequest) passed)));
        return answers.get(0);
    }

    private UpgradeInfo answered(HttpServletRequest request) {
        RequestContext context = RequestContext.Builder.create()
                .requestURI(URI.create(request.getRequestURI()))
                .parameterMap(new HashMap<>())
                .tyrusProperties(Map.of())
                .build();
        for (String name : HANDSHAKE) {
            String value = request.getHeader(name);
            if (value != null) {
                context.getHeaders().put(name, List.of(value.split(",", -1)));
            }
        }
        return container.engine.upgrade(context, new TyrusUpgradeResponse());
    }

    private void filtered(FakeRequest request, FilterChain chain) throws IOException, ServletException {
        filter.doFilter(
                request.request(),
                (HttpServletResponse) Proxy.newProxyInstance(
                        HandshakeHeadersTest.class.getClassLoader(),
                        new Class<?>[] {HttpServletResponse.class},
                        (proxy, called, arguments) -> null),
                chain);
    }

    private static void open(UpgradeInfo answered) {
        assertThat(answered.createConnection(new Mute(), reason -> {})).isNotNull();
    }

    private static final class Mute extends Writer {
        @Override
        public void write(ByteBuffer bytes, CompletionHandler<ByteBuffer> completion) {
            completion.completed(bytes);
        }

        @Override
        public void close() {}
    }

    @Test
    @DisplayName("the allowed headers of each handshake reach its own session, as they were sent")
    void eachSessionHasTheHeadersOfItsOwnHandshake() throws IOException, ServletException {
        UpgradeInfo ann = answered(new FakeRequest().header("Cookie", "sid=ann,sid=x"));
        UpgradeInfo none = answered(new FakeRequest());
        UpgradeInfo bob = answered(new FakeRequest().header("Cookie", "sid=bob"));
        open(bob);
        open(ann);
        open(none);

        assertThat(opened).containsExactly(Map.of("cookie", "sid=bob"), Map.of("cookie", "sid=ann,sid=x"), Map.of());
    }

    @Test
    @DisplayName("a thread on which a handshake has failed has no headers left of it")
    void aThreadForgetsTheHeaders() {
        assertThatThrownBy(() -> filtered(new FakeRequest().header("Cookie", "sid=ann"), (passed, response) -> {
                    throw new ServletException("the engine is gone");
                }))
                .hasMessage("the engine is gone");

        Map<String, Object> properties = new HashMap<>();
        HandshakeHeaders.keep(properties);

        assertThat(properties).containsValue(new HandshakeHeaders(Map.of()));
    }

    @Test
    @DisplayName("the application sees the headers of a session of the container")
    void theApplicationSeesTheHeadersOfASession() throws IOException, ServletException {
        FakeSession session = new FakeSession();
        filtered(
                new FakeRequest().header("Cookie", "sid=ann"),
                (passed, response) -> HandshakeHeaders.keep(session.session.getUserProperties()));
        GatewayEndpoint endpoint = new GatewayEndpoint(node.gateway, ServerPlatform.PORTABLE);

        endpoint.opened(session.session);
        endpoint.text("{\"id\":1,\"connect\":{\"token\":\"" + node.token("ann", Duration.ofHours(1)) + "\"}}");

        await().until(() -> !application.calls.isEmpty());
        assertThat(application.calls.get(0).client().headers()).containsExactly(Map.entry("cookie", "sid=ann"));
    }
}
