package dev.cordon.payara;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.gateway.Cuts;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.gateway.TestNode;
import dev.cordon.http.PlainHead;
import dev.cordon.http.PlainPost;
import dev.cordon.http.PlainPosts;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.DeflatingClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ConnectionProbe;
import org.glassfish.grizzly.IOStrategy;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Direct request filters in a Grizzly listener of the test's own, from their first route to their withdrawal. */
class DirectRequestFiltersTest {
    private static final String HOST = "gate.example";

    /** More than the kernel buffers for a client that does not read, less than the bound that ends a connection. */
    private static final int LONG = 7 * 1024 * 1024;

    private static final int THREADS = 4;

    private final NetworkListener listener =
            new NetworkListener("test", InetAddress.getLoopbackAddress().getHostAddress(), 0);
    private final HttpServer server = new HttpServer();
    private final TCPNIOTransport transport = listener.getTransport();
    private final Accepted accepted = new Accepted();
    private final UnreadAnswers unread = new UnreadAnswers(new Cuts());
    private final DirectRequestFilters shortcuts = new DirectRequestFilters(unread);
    private final Posts posts = new Posts();
    private final TestNode node = new TestNode();
    private GatewaySockets sockets = new GatewaySockets(node.gateway);

    private Processor<?> chain;
    private IOStrategy strategy;

    @BeforeEach
    void start() throws IOException {
        transport.getConnectionMonitoringConfig().addProbes(accepted);
        transport.setWorkerThreadPoolConfig(
                ThreadPoolConfig.defaultConfig().setCorePoolSize(THREADS).setMaxPoolSize(THREADS));
        server.addListener(listener);
        server.getServerConfiguration().addHttpHandler(new Container(), "/");
        server.start();
        chain = transport.getProcessor();
        strategy = transport.getIOStrategy();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void answersPastTheContainerUntilWithdrawn() throws IOException {
        learn();
        assertThat(answerTo("short")).isEqualTo("shortcut");

        shortcuts.withdraw();

        assertThat(answerTo("short")).isEqualTo("container");
    }

    @ParameterizedTest
    @CsvSource({
        "http://gate.example,HTTP/1.1 101 Switching Protocols",
        "http://gate.example:80,HTTP/1.1 101 Switching Protocols",
        "https://gate.example,HTTP/1.1 200 OK",
        "http://gate.example:8080,HTTP/1.1 200 OK",
        "http://evil.example,HTTP/1.1 200 OK",
        "null,HTTP/1.1 200 OK"
    })
    @DisplayName("C4: a page's handshake goes past the container only from the socket's own origin, which is http here")
    void c4_leavesAHandshakeFromAForeignOriginToTheContainer(String origin, String answered) throws IOException {
        learn();
        try (Socket client = connect()) {
            send(
                    client,
                    "GET /ws HTTP/1.1\r\nHost: " + HOST + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: "
                            + origin
                            + "\r\n\r\n");

            assertThat(new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII)).readLine())
                    .isEqualTo(answered);
        }
    }

    @Test
    @DisplayName(
            "a client that compresses is served past the container, with a publication compressed for all its tabs")
    void compressesPastTheContainer() throws Exception {
        sockets = new GatewaySockets(node.gateway, true);
        learn();
        URI uri = URI.create("ws://" + HOST + "/ws");
        String token = node.token("bob", Duration.ofHours(1));
        try (DeflatingClient first = DeflatingClient.connect(uri, listener.getPort());
                DeflatingClient second = DeflatingClient.connect(uri, listener.getPort())) {
            for (DeflatingClient each : List.of(first, second)) {
                assertThat(each.extensions()).startsWith("permessage-deflate;");
                // Compressible, and longer than one read.
                each.send(
                        "{\"id\":1,\"connect\":{\"token\":\"" + token + "\",\"name\":\"" + "x".repeat(9_000) + "\"}}");
                assertThat(each.next()).startsWith("{\"id\":1,\"connect\":");
            }
            String data = "\"" + "y".repeat(5_000) + "\"";

            node.publish("#bob", data);

            for (DeflatingClient each : List.of(first, second)) {
                assertThat(each.next())
                        .isEqualTo("{\"push\":{\"channel\":\"#bob\",\"pub\":{\"offset\":1,\"data\":" + data + "}}}");
            }
        }
        assertThat(node.gateway.counters().compressedHandshakes.sum()).isEqualTo(2);
        // Two threads that write it at once may each compress it (Frame.compressed).
        assertThat(node.gateway.counters().compressedMessages.sum()).isBetween(1L, 2L);
    }

    private static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: " + HOST
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    @Test
    void readsFramesBehindAHandshakeAndThoseThatFollow() throws IOException {
        learn();
        try (Socket client = connect()) {
            client.getOutputStream()
                    .write(ClientFrames.join(
                            HANDSHAKE.getBytes(US_ASCII), ClientFrames.frame(0x89, "one".getBytes(US_ASCII))));

            assertThat(headOf(client)).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
            assertThat(client.getInputStream().readNBytes(5)).isEqualTo(pong("one"));
            client.getOutputStream().write(ClientFrames.frame(0x89, "two".getBytes(US_ASCII)));
            assertThat(client.getInputStream().readNBytes(5)).isEqualTo(pong("two"));
            assertThat(node.gateway.counters().taken(SocketCounters.Way.SHORTCUT))
                    .isOne();
            assertThat(node.factory.connections())
                    .singleElement()
                    .extracting(dev.cordon.manager.Connection::remoteAddress)
                    .isEqualTo("127.0.0.1");
        }
    }

    @Test
    @DisplayName("SECURITY: what may be compressed behind a handshake is not inflated by the thread of all connections")
    void leavesEarlyCompressedFramesToTheContainer() throws IOException {
        sockets = new GatewaySockets(node.gateway, true);
        learn();
        String offers = HANDSHAKE.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
        byte[] early = ClientFrames.frame(0xC1, new byte[1]);
        try (Socket client = connect();
                Socket waits = connect()) {
            client.getOutputStream().write(ClientFrames.join(offers.getBytes(US_ASCII), early));
            waits.getOutputStream().write(offers.getBytes(US_ASCII));

            assertThat(headOf(client)).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(headOf(waits)).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        }
    }

    private static byte[] pong(String body) {
        return ClientFrames.join(new byte[] {(byte) 0x8A, (byte) body.length()}, body.getBytes(US_ASCII));
    }

    private static String headOf(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    @Test
    void aConnectionBelongsToTheContainerFromItsFirstRequestOn() throws IOException {
        learn();
        try (Socket client = connect()) {
            send(client, "GET /page HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
            assertThat(answer(client)).isEqualTo("container");

            send(client, request("short", 0));

            assertThat(answer(client)).isEqualTo("container");
        }
    }

    @Test
    void answersRequestsThatComeTogetherInOrderAndLeavesTheRestToTheContainer() throws IOException {
        learn();
        try (Socket client = connect()) {
            send(
                    client,
                    request("short", 2) + "{}" + request("short", 0) + "GET /page HTTP/1.1\r\nHost: " + HOST
                            + "\r\n\r\n");

            assertThat(answer(client)).isEqualTo("shortcut");
            assertThat(answer(client)).isEqualTo("shortcut");
            assertThat(answer(client)).isEqualTo("container");
            assertThat(posts.answered).hasValue(2);
        }
    }

    @Test
    @DisplayName("S1 a request whose body is still to come is not kept for a stranger")
    void leavesAHalfReceivedRequestOfAStrangerToTheContainer() throws Exception {
        learn();
        posts.trusts = false;
        try (Socket client = connect()) {
            send(client, request("short", 2) + "{");
            assertThat(posts.asked.await(10, TimeUnit.SECONDS)).isTrue();
            posts.trusts = true;

            send(client, "}");

            assertThat(answer(client)).isEqualTo("container");
        }
    }

    @Test
    void answersAPostThatArrivesInParts() throws Exception {
        learn();
        try (Socket client = connect()) {
            String body = "x".repeat(10_000);
            send(client, request("short", body.length()) + body.substring(0, 9_000));
            assertThat(posts.asked.await(10, TimeUnit.SECONDS)).isTrue();

            send(client, body.substring(9_000));

            assertThat(answer(client)).isEqualTo("shortcut");
            assertThat(posts.last)
                    .endsWith(body)
                    .hasSize(request("short", body.length()).length() + body.length());
        }
    }

    @Test
    @DisplayName("S1 a POST of more than 64 KiB is left to the container, one of 64 KiB is not")
    void leavesLongPostsToTheContainer() throws IOException {
        learn();
        int head = request("short", 60_000).length();

        assertThat(answerToBody(DirectRequestFilter.MAX_POST - head)).isEqualTo("shortcut");
        assertThat(answerToBody(DirectRequestFilter.MAX_POST - head + 1)).isEqualTo("container");
    }

    private String answerToBody(int length) throws IOException {
        try (Socket client = connect()) {
            send(client, request("short", length) + "x".repeat(length));
            return answer(client);
        }
    }

    @Test
    @DisplayName("S2 an answer that the kernel takes in parts arrives whole, and the next behind it")
    void writesALongAnswerWholeAndTheNextBehindIt() throws IOException {
        learn();
        try (Socket client = connect()) {
            waitForReader(client);

            assertThat(client.getInputStream().readNBytes(LONG)).isEqualTo(pattern(LONG));
            assertThat(answer(client)).isEqualTo("shortcut");
        }
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    @Test
    @DisplayName("D3: a stranger's request is left to the container where answers wait")
    void leavesAStrangersRequestToTheContainerWhereAnswersWait() throws IOException {
        learn();
        posts.waits = true;
        posts.trusts = false;

        assertThat(answerTo("now")).isEqualTo("container");
        assertThat(posts.answered).hasValue(0);
    }

    @Test
    @DisplayName("D3: while many answers wait for the database no server thread does: further requests are answered")
    void waitingAnswersHoldNoThread() throws Exception {
        learn();
        posts.waits = true;
        int more = 2 * THREADS;
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < more; i++) {
                Socket client = connect();
                waiting.add(client);
                send(client, request("short", 0));
            }
            await().until(() -> posts.late.size() == more);

            try (Socket other = connect()) {
                send(other, request("now", 0));
                assertThat(answer(other)).isEqualTo("shortcut");
                send(other, "GET /page HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
                assertThat(answer(other)).isEqualTo("container");
            }

            for (int i = 0; i < more; i++) {
                posts.answerOne();
            }
            for (Socket client : waiting) {
                assertThat(answer(client)).isEqualTo("shortcut");
            }
        } finally {
            for (Socket client : waiting) {
                client.close();
            }
        }
    }

    @Test
    @DisplayName("D3: requests behind one whose answer waits are carried out after it, in order, the container's too")
    void requestsBehindAWaitingAnswerKeepTheirOrder() throws Exception {
        learn();
        posts.waits = true;
        try (Socket client = connect()) {
            send(
                    client,
                    request("short", 0) + request("now", 0) + request("short", 0) + "GET /page HTTP/1.1\r\nHost: "
                            + HOST + "\r\n\r\n");
            await().until(() -> posts.late.size() == 1);
            assertThat(posts.answered).hasValue(0);

            posts.answerOne();
            assertThat(answer(client)).isEqualTo("shortcut");
            assertThat(answer(client)).isEqualTo("shortcut");
            posts.answerOne();
            assertThat(answer(client)).isEqualTo("shortcut");
            assertThat(answer(client)).isEqualTo("container");
        }
    }

    @Test
    @DisplayName("D3: a client that leaves while its answer waits leaves nothing behind, and others are served")
    void aClientThatLeavesWhileItsAnswerWaitsLeavesNothingBehind() throws Exception {
        learn();
        posts.waits = true;
        try (Socket client = connect()) {
            send(client, request("short", 0));
            await().until(() -> posts.late.size() == 1);
            client.setSoLinger(true, 0);
        }
        TCPNIOConnection left = accepted.last();

        posts.answerOne();

        await().until(() -> !left.isOpen());
        assertThat(answerTo("now")).isEqualTo("shortcut");
    }

    @Test
    @DisplayName(
            "D3: when the server rejects more work, the connection of a waiting answer ends, and nothing is thrown")
    void aWaitingAnswerEndsItsConnectionWhenTheServerRejectsMoreWork() throws Exception {
        learn();
        posts.waits = true;
        ExecutorService threads = transport.getWorkerThreadPool();
        try (Socket client = connect()) {
            send(client, request("short", 0) + request("short", 0));
            await().until(() -> posts.late.size() == 1);
            TCPNIOConnection waits = accepted.last();
            transport.setWorkerThreadPool(new Ended());

            posts.answerOne();

            assertThat(waits.isOpen()).isFalse();
            assertThat(answer(client)).isEqualTo("shortcut");
            assertThat(readToTheEnd(client)).isZero();
            assertThat(posts.late).as("the request behind").isEmpty();
        } finally {
            transport.setWorkerThreadPool(threads);
        }
        posts.waits = false;
        assertThat(answerTo("short")).isEqualTo("shortcut");
    }

    /** Rejects all work. */
    private static final class Ended extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            throw new RejectedExecutionException("ended");
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return true;
        }

        @Override
        public boolean isTerminated() {
            return true;
        }

        @Override
        public boolean awaitTermination(long time, TimeUnit unit) {
            return true;
        }
    }

    @Test
    void withdrawingRestoresTheListener() throws IOException {
        learn();
        assertThat(transport.getProcessor()).isNotSameAs(chain);
        assertThat(transport.getIOStrategy()).isNotSameAs(strategy);

        shortcuts.withdraw();

        assertThat(transport.getProcessor()).isSameAs(chain);
        assertThat(transport.getIOStrategy()).isSameAs(strategy);
    }

    @Test
    void withdrawingKeepsAnotherApplicationsChanges() throws IOException {
        learn();
        Processor<?> others = FilterChainBuilder.stateless()
                .addAll(List.copyOf((FilterChain) transport.getProcessor()))
                .build();
        ReadsInPlace reads = new ReadsInPlace(transport.getIOStrategy());
        transport.setProcessor(others);
        transport.setIOStrategy(reads);

        shortcuts.withdraw();

        assertThat(transport.getProcessor()).isSameAs(others);
        assertThat(transport.getIOStrategy()).isSameAs(reads);
    }

    @Test
    void learnsNothingOnceWithdrawn() throws IOException {
        shortcuts.withdraw();

        learn();

        assertThat(transport.getProcessor()).isSameAs(chain);
        assertThat(answerTo("short")).isEqualTo("container");
    }

    @Test
    void leavesAnOpenConnectionToTheContainerOnceWithdrawn() throws IOException {
        learn();
        try (Socket client = connect()) {
            send(client, request("short", 0));
            assertThat(answer(client)).isEqualTo("shortcut");

            shortcuts.withdraw();

            send(client, request("short", 0));
            assertThat(answer(client)).isEqualTo("container");
        }
    }

    @Test
    void leavesAHalfReceivedRequestToTheContainerOnceWithdrawn() throws Exception {
        learn();
        try (Socket client = connect()) {
            send(client, request("short", 10) + "01234");
            assertThat(posts.asked.await(10, TimeUnit.SECONDS)).isTrue();

            shortcuts.withdraw();

            send(client, "56789");
            assertThat(answer(client)).isEqualTo("container");
        }
    }

    @Test
    void cutsUnreadAnswersAtTheEnd() throws IOException {
        learn();
        try (Socket client = connect()) {
            waitForReader(client);

            end();

            assertThat(readToTheEnd(client)).isLessThan(LONG);
        }
    }

    @Test
    void cutsAnAnswerLeftUnreadAfterTheEnd() throws IOException {
        learn();
        try (Socket client = connect()) {
            send(client, request("last", 0));

            await().until(() -> !accepted.last().isOpen());
            assertThat(readToTheEnd(client)).isLessThan(LONG);
        }
    }

    @Test
    void cutsAClientThatReadsNothingForTooManySweeps() throws IOException {
        learn();
        try (Socket client = connect()) {
            waitForReader(client);

            sweep(UnreadAnswers.PATIENCE + 1);
            assertThat(accepted.last().isOpen()).isTrue();

            sweep(1);
            assertThat(accepted.last().isOpen()).isFalse();
            assertThat(readToTheEnd(client)).isLessThan(LONG);
        }
    }

    @Test
    void doesNotCutAClientThatReadsALittleInTime() throws IOException {
        learn();
        try (Socket client = connect()) {
            waitForReader(client);
            sweep(UnreadAnswers.PATIENCE);
            readUntilSomethingMoves(client);
            assertThat(waiting()).isPositive();
            sweep(UnreadAnswers.PATIENCE);

            assertThat(accepted.last().isOpen()).isTrue();
        }
    }

    @Test
    void forgetsAClientThatHasReadAllItsAnswers() throws IOException {
        learn();
        try (Socket client = connect()) {
            waitForReader(client);
            sweep(UnreadAnswers.PATIENCE + 1);
            assertThat(client.getInputStream().readNBytes(LONG)).hasSize(LONG);
            await().until(() -> waiting() == 0);
            sweep(1);

            waitForReader(client, "longer");
            sweep(UnreadAnswers.PATIENCE + 1);

            assertThat(accepted.last().isOpen()).isTrue();
        }
    }

    @Test
    @DisplayName("S3 a connection that closed with unread answers is never tracked again")
    void aClosedConnectionIsNeverTrackedAgain() throws IOException {
        learn();
        try (Socket client = connect()) {
            waitForReader(client);
            TCPNIOConnection connection = accepted.last();
            connection.terminateSilently();
            await().until(() -> !connection.getChannel().isOpen());
            assertThat(waiting()).as("the bytes that its count still has").isPositive();
            unread.add(connection);

            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> sweep(1));

            assertThat(unread.bytes()).isZero();
        }
    }

    @Test
    @DisplayName("S3 the sweep and the end wait for no lock of each other")
    void theSweepTakesNoLockThatTheEndWaitsFor() throws Exception {
        synchronized (shortcuts) {
            CompletableFuture.runAsync(() -> sweep(1)).get(10, TimeUnit.SECONDS);
        }
        synchronized (unread) {
            CompletableFuture.runAsync(this::end).get(10, TimeUnit.SECONDS);
        }
    }

    /** As the application ends. */
    private void end() {
        shortcuts.withdraw();
        unread.end();
    }

    private void sweep(int times) {
        for (int i = 0; i < times; i++) {
            unread.sweep();
        }
    }

    /** Sends a request through the container, by which the filters learn the routes. */
    private void learn() throws IOException {
        try (Socket client = connect()) {
            send(client, request("learn", 0));
            assertThat(answer(client)).isEqualTo("container");
        }
    }

    private String answerTo(String name) throws IOException {
        try (Socket client = connect()) {
            send(client, request(name, 0));
            return answer(client);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(64 * 1024);
        client.setSoTimeout(10_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getPort()));
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String request(String name, int length) {
        return "POST /api/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n".formatted(name, HOST, length);
    }

    /** Reads an answer up to its mark; returns the word before the mark, which names the part that answered. */
    private static String answer(Socket client) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("!") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).as("after " + text).isNotNegative();
            text.append((char) next);
        }
        return text.substring(text.lastIndexOf("\n") + 1, text.length() - 1);
    }

    /** Asks for a long answer and reads none of it. The request behind it is answered once the long answer waits. */
    private void waitForReader(Socket client) throws IOException {
        waitForReader(client, "long");
    }

    private void waitForReader(Socket client, String name) throws IOException {
        int before = posts.answered.get();
        send(client, request(name, 0) + request("short", 0));
        await().until(() -> posts.answered.get() == before + 2 && waiting() > 0);
    }

    private int waiting() {
        return accepted.last().getAsyncWriteQueue().spaceInBytes();
    }

    private void readUntilSomethingMoves(Socket client) throws IOException {
        int before = waiting();
        while (waiting() >= before) {
            assertThat(client.getInputStream().readNBytes(16 * 1024)).hasSize(16 * 1024);
        }
    }

    private static long readToTheEnd(Socket client) throws IOException {
        long all = 0;
        byte[] some = new byte[64 * 1024];
        try {
            for (int read = 0; read >= 0; read = client.getInputStream().read(some)) {
                all += read;
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return all;
    }

    /** The container's handler; by one of its requests the filters learn the routes. */
    private final class Container extends HttpHandler {
        @Override
        public void service(Request request, Response response) throws IOException {
            if (request.getHeader("Upgrade") == null) {
                request.getInputStream().readAllBytes();
            }
            if (request.getRequestURI().endsWith("/learn")) {
                shortcuts.readInPlace((TCPNIOConnection) request.getContext().getConnection());
                shortcuts.learn((TCPNIOConnection) request.getContext().getConnection(), shortcut -> {
                    shortcut.learn(new Routes.Route(HOST, "/api/"), posts);
                    shortcut.learn(new Routes.Route(HOST, "/ws"), sockets);
                });
            }
            response.getWriter().write("container!");
        }
    }

    private final class Posts implements PlainPosts {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final AtomicInteger answered = new AtomicInteger();
        private final BlockingQueue<Runnable> late = new LinkedBlockingQueue<>();
        private volatile boolean waits;
        private volatile boolean trusts = true;
        private volatile String last = "";

        @Override
        public boolean takes(String name) {
            return true;
        }

        @Override
        public boolean trusts(PlainHead head) {
            boolean answer = trusts;
            asked.countDown();
            return answer;
        }

        @Override
        public byte[] answer(PlainPost post, byte[] request) {
            last = new String(request, 0, post.size(), US_ASCII);
            answered.incrementAndGet();
            return switch (post.name()) {
                case "long" -> pattern(LONG);
                case "longer" -> new byte[LONG + LONG / 8];
                case "last" -> {
                    end();
                    yield new byte[LONG];
                }
                default -> "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshortcut!".getBytes(US_ASCII);
            };
        }

        @Override
        public boolean waits() {
            return waits;
        }

        @Override
        public void answerLater(PlainPost post, byte[] request, Consumer<byte[]> to) {
            if (post.name().equals("now")) {
                to.accept(answer(post, request));
            } else {
                late.add(() -> to.accept(answer(post, request)));
            }
        }

        /** Answers the next waiting request, on this thread, which is none of the server's. */
        void answerOne() throws InterruptedException {
            Runnable next = late.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("a request that waits").isNotNull();
            next.run();
        }
    }

    private static final class Accepted extends ConnectionProbe.Adapter {
        private volatile @Nullable Connection<?> last;

        TCPNIOConnection last() {
            return (TCPNIOConnection) Objects.requireNonNull(last);
        }

        @Override
        @SuppressWarnings("rawtypes") // as the interface has them
        public void onAcceptEvent(Connection serverConnection, Connection clientConnection) {
            last = clientConnection;
            keepKernelBufferSmall(last());
        }

        /** Left to itself the kernel may take all that waits as soon as a client has read a little of it. */
        private static void keepKernelBufferSmall(TCPNIOConnection connection) {
            try {
                ((SocketChannel) connection.getChannel()).setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
