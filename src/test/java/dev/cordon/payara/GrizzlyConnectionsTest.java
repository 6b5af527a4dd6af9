package dev.cordon.payara;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.Cuts;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.upkeep.LogLines;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.LogRecord;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.junit.jupiter.api.Test;

/** The way from a request of Catalina to its connection, with stand-ins for Catalina's classes. */
class GrizzlyConnectionsTest {
    private final GrizzlyConnections connections = new GrizzlyConnections(new Cuts());

    /** Catalina's own request, which wraps none. */
    public interface Unwrapped {
        Object getUnwrappedCoyoteRequest();
    }

    public static final class Context {
        final List<String> events = new ArrayList<>();

        public void fireContainerEvent(String name, Object about) {
            events.add(name);
        }
    }

    /** Catalina's request behind the facades. */
    public static final class Catalina {
        private final Object coyote;
        final Context context = new Context();

        Catalina(Object coyote) {
            this.coyote = coyote;
        }

        public Object getContext() {
            return context;
        }

        public Object getCoyoteRequest() {
            return coyote;
        }
    }

    private static HttpServletRequest request(Object catalina) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                GrizzlyConnectionsTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class, Unwrapped.class},
                (self, called, arguments) -> called.getName().equals("getUnwrappedCoyoteRequest") ? catalina : null);
    }

    /** Does something with a request of Grizzly's own while it is handled. */
    private static <T> T handling(Function<Request, T> action) throws Exception {
        NetworkListener listener =
                new NetworkListener("test", InetAddress.getLoopbackAddress().getHostAddress(), 0);
        HttpServer server = new HttpServer();
        CompletableFuture<T> result = new CompletableFuture<>();
        server.addListener(listener);
        server.getServerConfiguration()
                .addHttpHandler(
                        new HttpHandler() {
                            @Override
                            public void service(Request request, Response response) {
                                result.complete(action.apply(request));
                            }
                        },
                        "/");
        server.start();
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getPort()));
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
            return result.get(10, TimeUnit.SECONDS);
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void findsTheConnectionUnderWrappedRequests() throws Exception {
        boolean closed = handling(request -> {
            Catalina catalina = new Catalina(request);
            HttpServletRequest wrapped =
                    new HttpServletRequestWrapper(new HttpServletRequestWrapper(request(catalina)));
            RawConnection found = connections.under(wrapped).orElseThrow();
            connections.under(wrapped).orElseThrow().forget(new GuardedUpgradeHandler());
            assertThat(catalina.context.events).containsExactly("predestroy");
            found.cut();
            return !request.getContext().getConnection().isOpen();
        });

        assertThat(closed).isTrue();
    }

    @Test
    void warnsOnceThatAConnectionCannotBeReached() {
        List<Optional<RawConnection>> found = new ArrayList<>();

        List<LogRecord> lines = LogLines.of(GrizzlyConnections.class, () -> {
            found.add(connections.under(request(new Catalina("none"))));
            found.add(connections.under(request(new Object())));
        });

        assertThat(found).containsExactly(Optional.empty(), Optional.empty());
        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .contains("cannot be reached");
    }

    @Test
    void saysInDetailWhichRequestLeadsToNoConnection() {
        List<LogRecord> lines =
                LogLines.withDetails(GrizzlyConnections.class, () -> connections.under(request(new Object())));

        assertThat(lines).extracting(LogRecord::getMessage).contains("No way from {0} to its connection");
    }

    @Test
    void knowsItsServer() {
        assertThat(connections.known()).isTrue();
        assertThat(connections.halfReceivedBytes()).isZero();
    }

    @Test
    void warnsWhereNoListenerIsKnown() {
        List<LogRecord> lines = LogLines.of(
                ServerConnections.class, () -> connections.guard(Map.of(), new FiguresAccess(Optional.empty())));

        assertThat(lines).hasSize(1);
        assertThat(connections.writtenAtOnce()).isEqualTo(-1);
    }

    @Test
    void entersTheMemoryOfUnreadAnswersInTheAccount() {
        HeapAccount account = new HeapAccount();

        connections.enter(account);

        assertThat(account.limit(HeapShare.ANSWERS)).isEqualTo(HeapShare.ANSWERS.bytes());
        assertThat(account.used(HeapShare.ANSWERS)).isZero();
    }
}
