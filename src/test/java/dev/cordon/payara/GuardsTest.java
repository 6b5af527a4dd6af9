package dev.cordon.payara;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.auth.FiguresAccess;
import dev.cordon.gateway.Cuts;
import dev.cordon.websocket.PartialMessages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guards in a Grizzly listener with two threads, whose handler blocks while it writes, as servlets do. */
class GuardsTest {
    /** More than the kernel buffers for a client that does not read, less than the bound of one answer. */
    private static final int LONG = 3 * 1024 * 1024;

    private static final Map<String, Integer> LENGTHS =
            Map.of("/long", LONG, "/download", LONG, "/longest", RequestGuard.WRITTEN_AT_ONCE);

    private static final RequestCheck NO_MORE = head -> Optional.empty();

    private final NetworkListener listener =
            new NetworkListener("test", InetAddress.getLoopbackAddress().getHostAddress(), 0);
    private final HttpServer server = new HttpServer();
    private final TCPNIOTransport transport = listener.getTransport();
    private final Cuts cuts = new Cuts();
    private final AtomicLong nanos = new AtomicLong(1);
    private final PartialHeads halves = new PartialHeads(64 * 1024, cuts, nanos::get);
    private final UnreadAnswers unread = new UnreadAnswers(100L * LONG, cuts);
    private final ContainerPages pages = new ContainerPages();
    private final Guards guards = new Guards(unread, halves, pages);
    private final AtomicInteger served = new AtomicInteger();
    private final CountDownLatch downloaded = new CountDownLatch(1);
    private final Set<TCPNIOConnection> accepted = ConcurrentHashMap.newKeySet();
    private CountDownLatch health = new CountDownLatch(0);
    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        transport.setWorkerThreadPoolConfig(
                ThreadPoolConfig.defaultConfig().setCorePoolSize(2).setMaxPoolSize(2));
        server.addListener(listener);
        server.getServerConfiguration().addHttpHandler(new Container(), "/");
        server.start();
        // As in the documented listener: without the guard a write blocks beyond this bound.
        transport.getAsyncQueueIO().getWriter().setMaxPendingBytesPerConnection(64 * 1024);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        guards.withdraw();
        server.shutdownNow();
    }

    private final class Container extends HttpHandler {
        @Override
        public void service(Request request, Response response) throws IOException {
            served.incrementAndGet();
            accepted.add((TCPNIOConnection) request.getContext().getConnection());
            switch (request.getRequestURI()) {
                case "/health" -> await(health);
                case "/looks" -> {
                    looksLikeAHead(response, request.getHeader("Looks"));
                    return;
                }
                case "/101" -> {
                    response.setStatus(101);
                    response.setHeader("Upgrade", "other");
                    response.setHeader("Connection", "Upgrade");
                    response.flush();
                    return;
                }
                case "/429", "/426" -> {
                    response.setStatus(Integer.parseInt(request.getRequestURI().substring(1)));
                    response.setHeader("Upgrade", "websocket");
                    response.setHeader("Connection", "close");
                    return;
                }
                default -> {}
            }
            byte[] part = new byte[16 * 1024];
            int length = LENGTHS.getOrDefault(request.getRequestURI(), part.length);
            response.setContentLength(length);
            for (int i = 0; i < length; i += part.length) {
                response.getOutputStream().write(part);
            }
            if (request.getRequestURI().equals("/download")) {
                await(downloaded);
            }
        }

        private static void looksLikeAHead(Response response, String looks) throws IOException {
            byte[] body = looks.replace("\\r\\n", "\r\n").getBytes(US_ASCII);
            response.setContentLength(body.length + 1);
            response.getOutputStream().write('>');
            response.flush();
            response.getOutputStream().write(body);
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                if (!latch.await(30, TimeUnit.SECONDS)) {
                    throw new IOException("nobody lets go");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    private Socket client(String text) throws IOException {
        return client("127.0.0.1", text);
    }

    /** @param from its address, one of this machine's own */
    private Socket client(String from, String text) throws IOException {
        Socket client = new Socket();
        clients.add(client);
        client.bind(new InetSocketAddress(from, 0));
        client.setReceiveBufferSize(4096);
        client.setSoTimeout(10_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getPort()));
        client.getOutputStream().write(text.getBytes(US_ASCII));
        return client;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: gate.example\r\n\r\n";
    }

    private static String line(Socket client) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = client.getInputStream().read(); next >= 0 && next != '\r'; ) {
            line.append((char) next);
            next = client.getInputStream().read();
        }
        return line.toString();
    }

    /** The body of an answer that says how long it is. */
    private static byte[] readAnswer(Socket client) throws IOException {
        int length = 0;
        for (String line = line(client); !line.isBlank(); line = line(client)) {
            if (line.toLowerCase(Locale.ROOT).strip().startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        assertThat(client.getInputStream().read()).isEqualTo('\n');
        return client.getInputStream().readNBytes(length);
    }

    private static String rest(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), US_ASCII);
    }

    /** Bytes of answers in the server's queues, of all clients. */
    private int waiting() {
        return accepted.stream()
                .mapToInt(connection -> connection.getAsyncWriteQueue().spaceInBytes())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/long", "/longest"})
    @DisplayName("S2 answers that nobody reads hold no thread")
    void unreadAnswersHoldNoThread(String path) throws IOException {
        assertThat(guards.place("test", transport, NO_MORE)).isTrue();
        for (int i = 0; i < 4; i++) {
            client(get(path));
        }
        await().until(() -> served.get() == 4);

        assertThat(line(client(get("/short")))).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    @DisplayName("D2 the bytes written at once are reported as long as all listeners are guarded")
    void reportsTheWriteBoundWhileAllListenersAreGuarded() {
        GrizzlyConnections connections = new GrizzlyConnections(cuts);
        FiguresAccess access = new FiguresAccess(Optional.empty());
        assertThat(connections.writtenAtOnce()).isNegative();

        connections.guard(Map.of("test", transport), access);
        assertThat(connections.writtenAtOnce()).isEqualTo(RequestGuard.WRITTEN_AT_ONCE);
        connections.guard(Map.of("test", transport, "other", new Object()), access);
        assertThat(connections.writtenAtOnce()).isNegative();

        connections.guard(Map.of("test", transport), access);
        connections.end();
        assertThat(connections.writtenAtOnce()).isNegative();
    }

    @Test
    @DisplayName("S2 a client that reads nothing gets no second answer, and is ended")
    void endsAClientThatReadsNothing() throws IOException {
        guards.place("test", transport, NO_MORE);
        client(get("/long") + get("/long"));
        await().until(() -> unread.bytes() > 0);

        for (int i = 0; i <= UnreadAnswers.PATIENCE + 1; i++) {
            unread.sweep();
        }

        assertThat(unread.bytes()).isZero();
        assertThat(cuts.sum(Cuts.Reason.UNREAD_ANSWERS)).isOne();
        assertThat(served).hasValue(1);
    }

    @Test
    @DisplayName("S1 a head that does not arrive completely within ten seconds is answered with 408, and cut")
    void aHalfReceivedHeadIsCutAfterItsTime() throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client("GET /short HTTP/1.1\r\nHost: ga");
        await().until(() -> halves.bytes() > 0);
        nanos.addAndGet(PartialMessages.PATIENCE.toNanos());
        assertThat(halves.sweep()).isZero();

        nanos.incrementAndGet();

        assertThat(halves.sweep()).isOne();
        assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                .startsWith("HTTP/1.1 408 Request Timeout\r\n")
                .endsWith(
                        "{\"error\":{\"code\":408,\"message\":\"the head of the request did not come within 10 s\"}}");
        assertThat(cuts.sum(Cuts.Reason.SLOW_SENDER)).isOne();
        assertThat(halves.bytes()).isZero();
    }

    @Test
    @DisplayName("S1 all half-received heads together are bounded: those that have waited longest are cut")
    void halfReceivedHeadsAreBounded() throws IOException {
        guards.place("test", transport, NO_MORE);
        String half = "GET /short HTTP/1.1\r\nHost: gate.example\r\nX: " + "x".repeat(6 * 1024);
        List<Socket> strangers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            strangers.add(client(half));
            // The first is known before the clock goes on.
            await().until(() -> halves.bytes() > 0);
            nanos.incrementAndGet();
        }

        await().until(() -> cuts.sum(Cuts.Reason.HALF_RECEIVED) > 0);
        await().untilAsserted(() -> assertThat(halves.bytes()).isBetween(1L, 64L * 1024));
        assertThat(line(strangers.get(0))).isEqualTo("HTTP/1.1 408 Request Timeout");
        assertThat(rest(strangers.get(0)))
                .endsWith("{\"error\":{\"code\":408,\"message\":\"no room for the head of a request that came in part:"
                        + " send it in one piece, or try again\"}}");
        assertThat(line(client(get("/short")))).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    @DisplayName("S1 a head that arrives byte by byte is served, and counted no more")
    void completeHeadsAreNotCounted() throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client("GET /short HTTP/1.1\r\nHo");
        await().until(() -> halves.bytes() > 0);

        client.getOutputStream().write("st: gate.example\r\n\r\n".getBytes(US_ASCII));

        assertThat(line(client)).isEqualTo("HTTP/1.1 200 OK");
        assertThat(halves.bytes()).isZero();
    }

    @Test
    @DisplayName("S1 a client that leaves in the middle of a head is counted no more")
    void goneClientsAreNotCounted() throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client("GET /short HTTP/1.1\r\nHo");
        await().until(() -> halves.bytes() > 0);

        client.close();

        await().until(() -> halves.bytes() == 0);
    }

    @Test
    void aClientThatReadsGetsEveryAnswer() throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client(get("/long") + get("/short") + get("/long"));

        assertThat(client.getInputStream().readNBytes(2 * LONG)).hasSize(2 * LONG);

        await().until(() -> served.get() == 3);
    }

    @Test
    @DisplayName("S2 a download that is under way is not ended for the answer before it, which was read")
    void aDownloadIsNoUnreadAnswer() throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client(get("/long"));
        await().until(() -> unread.bytes() > 0);
        assertThat(readAnswer(client)).hasSize(LONG);

        client.getOutputStream().write(get("/download").getBytes(US_ASCII));
        await().until(() -> served.get() == 2 && waiting() > 0);
        for (int i = 0; i <= UnreadAnswers.PATIENCE + 1; i++) {
            unread.sweep();
        }
        downloaded.countDown();

        assertThat(readAnswer(client)).hasSize(LONG);
    }

    @Test
    @DisplayName("S2 all unread answers together are bounded: the largest are cut")
    void allUnreadAnswersTogetherAreBounded() throws IOException {
        UnreadAnswers little = new UnreadAnswers(LONG, cuts);
        Guards bounded = new Guards(little, halves);
        bounded.place("test", transport, NO_MORE);
        for (int i = 0; i < 4; i++) {
            client(get("/long"));
        }

        await().until(() -> served.get() == 4 && little.bytes() > 0 && little.bytes() <= LONG);
        bounded.withdraw();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 9\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n9\r\nx"})
    @DisplayName("D1 a body to the container's own pages is rejected before it has arrived")
    void rejectsABodyToTheContainersPages(String body) throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client("POST /x/..//%68ealth HTTP/1.1\r\nHost: gate.example\r\n" + body);

        assertThat(line(client)).startsWith("HTTP/1.1 413 ");
        assertThat(served).hasValue(0);
    }

    @Test
    void answersTheContainersPages() throws IOException {
        guards.place("test", transport, NO_MORE);

        assertThat(line(client(get("/health")))).isEqualTo("HTTP/1.1 200 OK");
        assertThat(line(client(get("/metrics")))).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    @DisplayName("S2 an address may have 32 requests to the container's pages waiting; other addresses are served")
    void boundsTheWaitingRequestsOfAnAddress() throws IOException {
        health = new CountDownLatch(1);
        guards.place("test", transport, NO_MORE);
        List<Socket> first = new ArrayList<>();
        for (int i = 0; i < ContainerPages.MAX_OF_A_PEER; i++) {
            first.add(client(get("/health")));
        }
        await().until(() -> pages.waiting() == ContainerPages.MAX_OF_A_PEER);

        for (int i = 0; i < ContainerPages.MAX_OF_A_PEER; i++) {
            Socket oneMore = client(get("/metrics"));
            assertThat(line(oneMore)).isEqualTo("HTTP/1.1 503 Service Unavailable");
            assertThat(rest(oneMore)).contains("\nRetry-After: 1\r", "{\"error\":{\"code\":503,");
        }
        assertThat(line(client("127.0.0.2", get("/metrics")))).isEqualTo("HTTP/1.1 200 OK");

        health.countDown();
        for (Socket client : first) {
            assertThat(line(client)).isEqualTo("HTTP/1.1 200 OK");
        }
        assertThat(line(client(get("/metrics")))).isEqualTo("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @DisplayName("C6 a part of an answer's body that looks like a head is passed on unchanged")
    @ValueSource(
            strings = {
                "HTTP/1.1 426 Upgrade Required\\r\\nA: b\\r\\n\\r\\n",
                "HTTP/1.1 400 Bad Request\\r\\nContent-Length: 0\\r\\n\\r\\n",
                "HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n"
            })
    void aBodyThatLooksLikeAHeadIsPassedOnUnchanged(String looks) throws IOException {
        guards.place("test", transport, NO_MORE);
        String request =
                "POST /looks HTTP/1.1\r\nHost: gate.example\r\nConnection: keep-alive, Upgrade\r\nUpgrade: other\r\nLooks: "
                        + looks + "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n";
        String told = looks.replace("\\r\\n", "\r\n");

        assertThat(new String(readAnswer(client(request + "0\r\n\r\n")), US_ASCII))
                .isEqualTo(">" + told);
        assertThat(new String(readAnswer(client(request + "broken\r\n")), US_ASCII))
                .isEqualTo(">" + told);
        assertThat(served).hasValue(2);
    }

    @Test
    @DisplayName("C6 a status has its standard reason phrase, and 426 has the Connection option of its Upgrade field")
    void statusesHaveTheirStandardReasonPhrases() throws IOException {
        guards.place("test", transport, NO_MORE);

        assertThat(rest(client(get("/429")))).startsWith("HTTP/1.1 429 Too Many Requests\r\n");
        assertThat(rest(client(get("/426"))))
                .startsWith("HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\n")
                .contains("Upgrade: websocket\r\n");
    }

    @Test
    @DisplayName("H3 a broken body behind an answered request is answered with 400 and a message")
    void aBrokenBodyBehindAnAnsweredRequestGets400() throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client(get("/short")
                + "POST /short HTTP/1.1\r\nHost: gate.example\r\nTransfer-Encoding: chunked\r\n\r\nbroken\r\n");

        assertThat(readAnswer(client)).hasSize(16 * 1024);
        assertThat(line(client)).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(rest(client)).contains("{\"error\":{\"code\":400,");
    }

    @Test
    @DisplayName("H3 a request without a host is answered with 400 and a message, and its connection closed")
    void aMalformedRequestGets400() throws IOException {
        guards.place("test", transport, NO_MORE);

        String answer = rest(client("GET /short HTTP/1.1\r\n\r\n" + get("/short")));

        assertThat(answer)
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .endsWith("{\"error\":{\"code\":400,\"message\":\"Host is missing\"}}");
        assertThat(served).hasValue(0);
    }

    @Test
    void aRejectionHasTheFieldsOfItsStatus() throws IOException {
        guards.place("test", transport, head -> Optional.of(new RequestCheck.Rejection(401, "no")));

        assertThat(rest(client(get("/short"))))
                .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                .contains(
                        "\nServer: Cordon\r",
                        "\nContent-Type: application/json",
                        "\nConnection: close\r",
                        "\nWWW-Authenticate: Bearer\r")
                .doesNotContain("Retry-After")
                .endsWith("{\"error\":{\"code\":401,\"message\":\"no\"}}");
        assertThat(served).hasValue(0);
    }

    @Test
    void aCheckIsAskedOnceForEachRequest() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        guards.place("test", transport, head -> {
            asked.incrementAndGet();
            return Optional.empty();
        });
        Socket client = client("POST /short HTTP/1.1\r\nHost: gate.example\r\nContent-Length: 2\r\n\r\n{");
        await().until(() -> served.get() == 1);
        client.getOutputStream().write(("}" + get("/short")).getBytes(US_ASCII));

        assertThat(readAnswer(client)).hasSize(16 * 1024);
        assertThat(readAnswer(client)).hasSize(16 * 1024);
        assertThat(asked).hasValue(2);
    }

    @Test
    @DisplayName("a socket of the server's own streams has the listener's bound back after its 101")
    void anUpgradedConnectionHasItsOwnBoundBack() throws IOException {
        guards.place("test", transport, NO_MORE);
        Socket client = client(get("/short"));
        assertThat(readAnswer(client)).hasSize(16 * 1024);
        TCPNIOConnection connection = accepted.iterator().next();
        assertThat(connection.getMaxAsyncWriteQueueSize()).isEqualTo(RequestGuard.NO_WAIT);

        client.getOutputStream()
                .write(get("/101")
                        .replace("\r\n\r\n", "\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n")
                        .getBytes(US_ASCII));

        assertThat(line(client)).startsWith("HTTP/1.1 101 ");
        assertThat(connection.getMaxAsyncWriteQueueSize()).isEqualTo(64 * 1024);
    }

    @Test
    void leavesRequestsUncheckedOnceWithdrawn() throws IOException {
        guards.place("test", transport, head -> Optional.of(new RequestCheck.Rejection(401, "no")));
        Processor<?> guarded = transport.getProcessor();
        guards.withdraw();
        transport.setProcessor(guarded);

        assertThat(line(client(get("/short")))).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void withdrawingRestoresTheListener() {
        Processor<?> chain = transport.getProcessor();
        guards.place("test", transport, NO_MORE);
        assertThat(transport.getProcessor()).isNotSameAs(chain);

        guards.withdraw();

        assertThat(transport.getProcessor()).isSameAs(chain);
    }

    @Test
    void guardsNothingButAListener() {
        assertThat(guards.place("other", new Object(), NO_MORE)).isFalse();
    }
}
