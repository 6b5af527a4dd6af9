package dev.cordon.payara;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.Listener;
import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.TestNode;
import dev.cordon.protocol.Encoding;
import dev.cordon.upkeep.LogLines;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found by name in Payara, with stand-ins for its classes. */
class PayaraPlatformTest {
    private static final String FACTORY = "java.naming.factory.initial";
    private static final String BIND_ANY = "hazelcast.socket.bind.any";

    private final PayaraPlatform platform = new PayaraPlatform();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // before each test
    private FakePayara payara;

    @BeforeEach
    void start() {
        payara = new FakePayara(folder);
    }

    @AfterEach
    void stop() {
        payara.close();
        System.clearProperty(FACTORY);
        System.clearProperty(BIND_ANY);
        Names.grid = Optional.empty();
    }

    private void listener(String name, boolean enabled, boolean secure) {
        payara.listener(name, enabled, secure, Optional.of(name + "'s"));
    }

    @Test
    void listsTheEnabledListenersWithoutTheAdministrations() {
        listener("http-listener", true, false);
        listener("off", false, false);
        listener("admin-listener", true, false);
        listener("https-listener", true, true);

        assertThat(platform.listeners())
                .containsExactly(
                        new Listener("http-listener", "192.0.2.7", 8080, false),
                        new Listener("https-listener", "192.0.2.7", 8080, true));
    }

    @Test
    void knowsNoListenerWhereTheServerDoesNotTell() {
        listener("http-listener", true, false);
        payara.values.remove("port");

        List<LogRecord> lines = LogLines.withDetails(
                Listeners.class, () -> assertThat(platform.listeners()).isEmpty());

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .isEqualTo("This server does not say where it listens");
    }

    @Test
    void findsTheTransportsOfTheListeners() {
        listener("http-listener", true, false);
        listener("https-listener", true, true);
        payara.listener("unix", true, false, Optional.empty());

        assertThat(ListenerTransports.ofThisServer())
                .isEqualTo(Map.of("http-listener", "http-listener's", "https-listener", "https-listener's"));
    }

    @Test
    void findsNoTransportsOnAnotherServer() {
        listener("http-listener", true, false);
        payara.values.put("RequestDispatcher", "another");

        List<LogRecord> lines = LogLines.withDetails(
                ListenerTransports.class,
                () -> assertThat(ListenerTransports.ofThisServer()).isEmpty());

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .isEqualTo("This server does not lead to its listeners");
    }

    @Test
    void runsATaskBeforeTheServerStops() {
        List<String> ran = new ArrayList<>();
        Runnable undo = platform.beforeStop(() -> ran.add("stop"));

        payara.send("server_ready", "");
        assertThat(ran).isEmpty();
        payara.send(ServerEvents.STOPPING, "");
        assertThat(ran).containsExactly("stop");

        assertThat(payara.eventListeners()).isOne();
        undo.run();
        assertThat(payara.eventListeners()).isZero();
    }

    @Test
    void aServerWithoutEventsAnnouncesNothing() {
        payara.values.put("Events", "none");

        List<LogRecord> lines = LogLines.of(
                ServerEvents.class, () -> platform.beforeStop(() -> {}).run());

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .contains("does not announce");
    }

    @Test
    void anEventListenerIsAnObjectLikeOthers() {
        platform.beforeStop(() -> {});
        platform.beforeStop(() -> {});

        assertThat(payara.eventListeners()).isEqualTo(2);
    }

    @Test
    void findsTheConnectionsOfGrizzly() {
        assertThat(platform.connections(new Cuts())).containsInstanceOf(GrizzlyConnections.class);
    }

    @Test
    void guardsTheUpgradeOfARequest() {
        HttpServletRequest request = proxy(HttpServletRequest.class);

        assertThat(platform.forContainer(request, new GatewaySockets(new TestNode().gateway), Encoding.JSON))
                .isInstanceOf(GuardedUpgradeRequest.class);
    }

    @Test
    void knowsTheAddressOfItsOwnSessionsOnly() {
        assertThat(platform.remoteAddress(proxy(Session.class))).isEqualTo("unknown");
    }

    private static <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                PayaraPlatformTest.class.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> null));
    }

    @Test
    @DisplayName("S7 the filters of the server's log handlers are there until they are undone")
    void shortensTheLogUntilUndone() {
        Handler[] handlers = Logger.getLogger("").getHandlers();
        assertThat(handlers).isNotEmpty();

        Runnable undo = platform.shortenLogOfGoneClients();

        assertThat(Arrays.stream(handlers).map(Handler::getFilter)).allMatch(GoneClients.class::isInstance);
        undo.run();
        assertThat(Arrays.stream(handlers).map(Handler::getFilter)).containsOnlyNulls();
    }

    /** Names of the server, of which it has one at most. */
    public static final class Names implements InitialContextFactory {
        static Optional<Object> grid = Optional.empty();

        @Override
        public Context getInitialContext(Hashtable<?, ?> environment) {
            return (Context) Proxy.newProxyInstance(
                    Names.class.getClassLoader(), new Class<?>[] {Context.class}, (self, called, arguments) -> {
                        if (called.getName().equals("lookup") && arguments[0].equals("payara/Hazelcast")) {
                            return grid.orElseThrow(() -> new NamingException("no grid"));
                        }
                        return null;
                    });
        }
    }

    @Test
    void findsTheAddressOfTheGrid() throws UnknownHostException {
        System.setProperty(FACTORY, Names.class.getName());
        assertThat(platform.gridAddress()).isEmpty();

        Config config = new Config();
        Names.grid = Optional.of(grid(config));
        assertThat(platform.gridAddress()).contains("*");

        System.setProperty(BIND_ANY, "false");
        assertThat(platform.gridAddress()).contains("192.0.2.9");

        config.setProperty(BIND_ANY, "true");
        assertThat(platform.gridAddress()).as("the grid's file wins").contains("*");

        System.clearProperty(BIND_ANY);
        config.setProperty(BIND_ANY, "false");
        assertThat(platform.gridAddress()).contains("192.0.2.9");
    }

    /** A grid with one member, at 192.0.2.9. */
    private static HazelcastInstance grid(Config config) throws UnknownHostException {
        Address address = new Address("192.0.2.9", 7901);
        Member member = answering(Member.class, Map.of("getAddress", address));
        Cluster cluster = answering(Cluster.class, Map.of("getLocalMember", member));
        return answering(HazelcastInstance.class, Map.of("getCluster", cluster, "getConfig", config));
    }

    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, called, with) -> answers.get(called.getName())));
    }

    /** Payara's object of an application. */
    public static final class ApplicationInfo {
        private final ClassLoader loader;

        ApplicationInfo(ClassLoader loader) {
            this.loader = loader;
        }

        public ClassLoader getAppClassLoader() {
            return loader;
        }
    }

    /** Payara's object of a deployment. */
    public static final class Deploying {
        public ClassLoader getFinalClassLoader() {
            return PayaraPlatform.class.getClassLoader();
        }
    }

    private static final ApplicationInfo OURS = new ApplicationInfo(PayaraPlatform.class.getClassLoader());
    private static final ApplicationInfo OTHER = new ApplicationInfo(ClassLoader.getPlatformClassLoader());

    @Test
    @DisplayName("H5 F28 requests get 503 until the server says that this application serves, and from its undeploy on")
    void h5_f28_answersUntilTheApplicationServes() throws IOException {
        NetworkListener listener =
                new NetworkListener("test", InetAddress.getLoopbackAddress().getHostAddress(), 0);
        TCPNIOTransport transport = listener.getTransport();
        HttpServer server = new HttpServer();
        server.addListener(listener);
        server.getServerConfiguration().addHttpHandler(new Serving(), "/");
        server.start();
        try {
            payara.listener("test", true, false, Optional.of(transport));
            Processor<?> before = transport.getProcessor();
            platform.answerUntilServing();
            assertThat(transport.getProcessor()).as("the path is not known").isSameAs(before);

            payara.values.put("context-root", "/cordon");
            platform.answerUntilServing();
            assertThat(status(listener)).isEqualTo("503");
            payara.send("Application_Running", OTHER);
            payara.send("Application_Started", OURS);
            payara.send("Application_Running", "no application");
            assertThat(status(listener)).isEqualTo("503");
            payara.send("Application_Running", OURS);
            assertThat(status(listener)).isEqualTo("200");
            payara.send("Undeployment_Start", OTHER);
            assertThat(status(listener)).isEqualTo("200");
            payara.send("Undeployment_Start", OURS);
            assertThat(status(listener)).isEqualTo("503");
            assertThat(payara.eventListeners()).isOne();
            payara.send("Deployment_Failed", new Deploying());
            assertThat(status(listener)).isEqualTo("200");
            assertThat(transport.getProcessor()).isSameAs(before);
            assertThat(payara.eventListeners()).isZero();
        } finally {
            server.shutdownNow();
        }
    }

    private static final class Serving extends HttpHandler {
        @Override
        public void service(Request request, Response response) {
            response.setStatus(200);
        }
    }

    private static String status(NetworkListener of) throws IOException {
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), of.getPort()));
            client.setSoTimeout(10_000);
            client.getOutputStream().write("GET /cordon/ HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
            return new String(client.getInputStream().readNBytes(12), US_ASCII).substring(9);
        }
    }
}
