package dev.cordon.payara;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.gateway.Cuts;
import dev.cordon.protocol.Frame;
import dev.cordon.upkeep.LogLines;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.CloseCause;
import dev.cordon.websocket.ServerFrame;
import dev.cordon.websocket.ServerFrames;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.WebSocketListener;
import dev.cordon.websocket.WebSockets;
import dev.cordon.websocket.Wire;
import dev.cordon.websocket.WireFault;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.LogRecord;
import javax.net.ssl.SSLContext;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainBuilder;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.server.HttpHandler;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.grizzly.http.server.Response;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.ssl.SSLFilter;
import org.glassfish.grizzly.ssl.SSLUtils;
import org.glassfish.grizzly.strategies.WorkerThreadIOStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection of Grizzly and the wire that is made of it, in a listener of the test's own. */
class GrizzlyConnectionTest {
    private static final String HTTP_CONTEXT = "org.glassfish.grizzly.http.HttpContext";

    private final NetworkListener listener =
            new NetworkListener("test", InetAddress.getLoopbackAddress().getHostAddress(), 0);
    private final HttpServer server = new HttpServer();
    private final TCPNIOTransport transport = listener.getTransport();
    private final List<Socket> clients = new ArrayList<>();
    private final AtomicInteger closes = new AtomicInteger();
    private final Catalina catalina = new Catalina();
    private final DirectRequestFilters shortcuts = new DirectRequestFilters(new UnreadAnswers(new Cuts()));
    private final Upgraded upgraded = new Upgraded();

    /** What is done with each request, in place of an answer. */
    private volatile Consumer<Held> onRequest = held -> {};

    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();

    /** A request that is not answered, and what was made of its connection. */
    private static final class Held {
        final TCPNIOConnection tcp;
        final GrizzlyConnection connection;
        Optional<DirectWire> wire = Optional.empty();
        final Heard heard = new Heard();

        Held(TCPNIOConnection tcp, GrizzlyConnection connection) {
            this.tcp = tcp;
            this.connection = connection;
        }

        Wire wire() {
            return wire.orElseThrow();
        }
    }

    /** The container's context of an application. */
    public static final class Catalina {
        final List<Object> events = new CopyOnWriteArrayList<>();

        public void fireContainerEvent(String name, Object about) {
            events.add(name);
            events.add(about);
        }

        public void fails(String name, Object about) {
            throw new IllegalStateException("as in a test");
        }
    }

    private static final class Upgraded implements HttpUpgradeHandler {
        @Override
        public void init(WebConnection connection) {}

        @Override
        public void destroy() {}
    }

    @BeforeEach
    void start() throws IOException {
        // As in Payara: a read event comes again only when the one before has been carried out.
        transport.setIOStrategy(WorkerThreadIOStrategy.getInstance());
        server.addListener(listener);
        server.getServerConfiguration().addHttpHandler(new Holding(), "/");
        server.start();
        FilterChain chain = (FilterChain) transport.getProcessor();
        transport.setProcessor(FilterChainBuilder.stateless()
                .addAll(List.copyOf(chain))
                .add(chain.size() - 1, new BaseFilter() {
                    @Override
                    public NextAction handleClose(FilterChainContext context) {
                        closes.incrementAndGet();
                        return context.getInvokeAction();
                    }
                })
                .build());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        server.shutdownNow();
    }

    private final class Holding extends HttpHandler {
        @Override
        public void service(Request request, Response response) throws Exception {
            response.suspend();
            TCPNIOConnection tcp = (TCPNIOConnection) request.getContext().getConnection();
            Held now = new Held(
                    tcp,
                    new GrizzlyConnection(
                            tcp,
                            request,
                            catalina,
                            Catalina.class.getMethod("fireContainerEvent", String.class, Object.class),
                            shortcuts));
            onRequest.accept(now);
            held.add(now);
        }
    }

    /** What a WebSocket's listener hears, and what a test wants of it. */
    private static final class Heard implements WebSocketListener {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        final BlockingQueue<Runnable> paused = new LinkedBlockingQueue<>();
        volatile boolean pauses;
        volatile boolean prompt;
        volatile String thread = "";
        volatile Optional<RuntimeException> failure = Optional.empty();
        final AtomicInteger inPlace = new AtomicInteger();

        @Override
        public void readBegins() {}

        @Override
        public void readEnds() {}

        @Override
        public boolean binary() {
            return false;
        }

        @Override
        public void message(byte[] utf8, int from, int to) {
            failure.ifPresent(fails -> {
                throw fails;
            });
            thread = Thread.currentThread().getName();
            events.add(new String(utf8, from, to - from, StandardCharsets.UTF_8));
        }

        @Override
        public boolean inflates(int bytes) {
            return true;
        }

        @Override
        public void alive() {}

        @Override
        public void flush() {}

        @Override
        public void faulted(WireFault fault) {}

        @Override
        public void ended(CloseCause cause) {
            events.add("ended " + cause);
        }

        @Override
        public boolean accepted() {
            return true;
        }

        @Override
        public boolean prompt() {
            return prompt;
        }

        @Override
        public boolean pause(Runnable more) {
            if (pauses) {
                pauses = false;
                paused.add(more);
                return true;
            }
            return false;
        }

        @Override
        public void readInPlace() {
            inPlace.incrementAndGet();
        }

        @Override
        public boolean later(Runnable task) {
            return false;
        }

        String next() throws InterruptedException {
            return String.valueOf(events.poll(10, TimeUnit.SECONDS));
        }
    }

    private Socket client() throws IOException {
        return client("GET / HTTP/1.1\r\nHost: gate.example\r\n\r\n");
    }

    private Socket client(String request) throws IOException {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(64 * 1024);
        client.setSoTimeout(10_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getPort()));
        client.getOutputStream().write(request.getBytes(US_ASCII));
        return client;
    }

    private Held request() throws InterruptedException {
        return Optional.ofNullable(held.poll(10, TimeUnit.SECONDS)).orElseThrow();
    }

    /** Opens a socket on the wire of each request from now on. */
    private void takesOver() {
        onRequest = now -> {
            now.wire = now.connection.takeOver(upgraded);
            now.wire.ifPresent(wire -> {
                WebSocketConnection socket = new WebSocketConnection(
                        wire, new WebSockets(() -> Long.MAX_VALUE, cut -> {}, System::nanoTime));
                socket.listen(now.heard);
                wire.start(socket);
            });
        };
    }

    private static void send(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
    }

    /** A completion whose outcome a test waits for. */
    private static final class Outcome extends CompletableFuture<String> implements Wire.Completion {
        @Override
        public void written() {
            complete("written");
        }

        @Override
        public void failed(Throwable cause) {
            complete("failed");
        }

        String outcome() {
            return orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    private static Outcome write(Held to, ServerFrame frame) {
        Outcome outcome = new Outcome();
        to.wire().write(frame, outcome);
        return outcome;
    }

    private static ServerFrame text(int length) {
        return ServerFrames.message(Frame.of("x".repeat(length)));
    }

    /** Whether nothing more comes: the server has closed the connection, or its side of it. */
    private static boolean ended(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void readsWhatComesPastTheContainer() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();
        String large = "x".repeat(3 * GrizzlyWire.BUFFER);

        send(client, ClientFrames.join(ClientFrames.text("one"), ClientFrames.text("two")));
        send(client, ClientFrames.text(large));

        assertThat(socket.heard.next()).isEqualTo("one");
        assertThat(socket.heard.next()).isEqualTo("two");
        assertThat(socket.heard.next()).isEqualTo(large);
        assertThat(socket.heard.inPlace).hasValue(0);
    }

    @Test
    void forgetsTheRequestAndItsHandler() throws Exception {
        List<Object> before = new CopyOnWriteArrayList<>();
        onRequest = now -> {
            before.add(now.tcp.getAttributes().getAttribute(HTTP_CONTEXT));
            now.wire = now.connection.takeOver(upgraded);
        };
        client();
        Held socket = request();

        assertThat(before).hasSize(1);
        assertThat(socket.wire).isPresent();
        assertThat(socket.connection.takeOver(upgraded)).as("a second time").isEmpty();
        assertThat(socket.tcp.getAttributes().getAttribute(HTTP_CONTEXT)).isNull();
        assertThat(catalina.events).containsExactly("predestroy", upgraded);
    }

    @Test
    void aContainerThatDoesNotForgetAHandlerCostsADebugLine() throws Exception {
        client();
        Held now = request();
        GrizzlyConnection failing = new GrizzlyConnection(
                now.tcp,
                Request.create(),
                catalina,
                Catalina.class.getMethod("fails", String.class, Object.class),
                shortcuts);

        List<LogRecord> lines = LogLines.withDetails(GrizzlyConnection.class, () -> failing.forget(upgraded));

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .isEqualTo("The container keeps an upgrade handler");
    }

    @Test
    void leavesAConnectionUnderTlsToTheContainer() throws Exception {
        client();
        Held first = request();
        SSLUtils.setSSLEngine(first.tcp, SSLContext.getDefault().createSSLEngine());
        assertThat(first.connection.takeOver(upgraded)).isEmpty();

        onRequest = now -> {
            now.tcp.setProcessor(FilterChainBuilder.stateless()
                    .addAll(List.copyOf((FilterChain) now.tcp.getProcessor()))
                    .add(1, new SSLFilter())
                    .build());
            now.wire = now.connection.takeOver(upgraded);
        };
        client();
        assertThat(request().wire).isEmpty();
        assertThat(catalina.events).isEmpty();
    }

    @Test
    void leavesAConnectionWithUnwrittenBytesToTheContainer() throws Exception {
        client();
        Held now = request();
        fillQueue(now.tcp);

        assertThat(now.connection.takeOver(upgraded)).isEmpty();
    }

    private static void fillQueue(TCPNIOConnection connection) {
        GrizzlyWire.queue(connection, ByteBuffer.allocate(20 * 1024 * 1024), new EmptyCompletionHandler<>());
        assertThat(connection.getAsyncWriteQueue().size()).isPositive();
    }

    @Test
    void cutsItsConnection() throws Exception {
        Socket client = client();
        Held now = request();

        now.connection.cut();

        assertThat(now.tcp.isOpen()).isFalse();
        assertThat(ended(client)).isTrue();
    }

    @Test
    @DisplayName("only the output ends, without TLS and with nothing left to write; the input goes on")
    void endsTheOutputOnly() throws Exception {
        Socket client = client();
        Held now = request();

        now.connection.endOutput();

        assertThat(ended(client)).isTrue();
        assertThat(now.tcp.isOpen()).isTrue();
        send(client, new byte[] {1});
    }

    @Test
    void doesNotEndTheOutputUnderTls() throws Exception {
        client();
        Held now = request();
        SSLUtils.setSSLEngine(now.tcp, SSLContext.getDefault().createSSLEngine());

        now.connection.endOutput();

        assertThat(((SocketChannel) now.tcp.getChannel()).socket().isOutputShutdown())
                .isFalse();
    }

    @Test
    void doesNotEndTheOutputBeforeAllIsWritten() throws Exception {
        client();
        Held now = request();
        fillQueue(now.tcp);

        now.connection.endOutput();

        assertThat(((SocketChannel) now.tcp.getChannel()).socket().isOutputShutdown())
                .isFalse();
    }

    @Test
    void cutsAConnectionWhoseOutputCannotEnd() throws Exception {
        client();
        Held now = request();
        now.tcp.getChannel().close();

        now.connection.endOutput();

        assertThat(now.tcp.isOpen()).isFalse();
    }

    @Test
    void writesAFrameAtOnce() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();

        assertThat(write(socket, text(5)).outcome()).isEqualTo("written");

        assertThat(client.getInputStream().readNBytes(7)).isEqualTo(text(5).toBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {65 * 1024 - 4, 65 * 1024 - 3, 300_000})
    void writesALargeFrameWhole(int length) throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();

        Outcome outcome = write(socket, text(length));

        assertThat(client.getInputStream().readNBytes(text(length).size()))
                .isEqualTo(text(length).toBytes());
        assertThat(outcome.outcome()).isEqualTo("written");
    }

    @Test
    @DisplayName("S2 a frame that the kernel does not take is completed once the client reads, in order")
    void completesAWaitingFrameOnceTheClientReads() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();
        byte[] frame = text(60_000).toBytes();
        int frames = 0;
        Outcome last;
        do {
            last = write(socket, text(60_000));
            frames++;
        } while (last.isDone());
        assertThat(socket.tcp.getAsyncWriteQueue().spaceInBytes()).isBetween(1, frame.length);

        for (int i = 0; i < frames; i++) {
            assertThat(client.getInputStream().readNBytes(frame.length)).isEqualTo(frame);
        }

        assertThat(last.outcome()).isEqualTo("written");
    }

    @Test
    @DisplayName("S2 the kernel holds no more than its default for a peer: the send buffer is bounded")
    void boundsTheKernelsBuffer() throws Exception {
        takesOver();
        client();
        assertSendBufferIsBounded(request());
    }

    @Test
    @DisplayName("S2 the kernel holds no more for the peer of an answer past the container")
    void boundsTheKernelsBufferOfAnAnswer() throws Exception {
        answersDirectly();
        client();
        assertSendBufferIsBounded(request());
    }

    private static void assertSendBufferIsBounded(Held held) throws IOException {
        try (SocketChannel other = SocketChannel.open()) {
            other.setOption(StandardSocketOptions.SO_SNDBUF, GrizzlyWire.SEND_BUFFER);
            assertThat(((SocketChannel) held.tcp.getChannel()).getOption(StandardSocketOptions.SO_SNDBUF))
                    .isEqualTo(other.getOption(StandardSocketOptions.SO_SNDBUF));
        }
    }

    @Test
    @DisplayName("F01 a client that leaves ends its socket, and what is written then fails")
    void aClientThatLeavesEndsItsSocket() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();

        client.setSoLinger(true, 0);
        client.close();

        assertThat(socket.heard.next()).isEqualTo("ended PEER");
        await().until(() -> !socket.tcp.isOpen());
        await().untilAsserted(() -> assertThat(write(socket, text(5)).outcome()).isEqualTo("failed"));
        assertThat(write(socket, text(300_000)).outcome()).isEqualTo("failed");
        await().untilAsserted(() ->
                assertThat(closes).as("of which the chain is told").hasValue(1));
    }

    @Test
    void aFrameThatWaitsFailsWhenTheConnectionIsCut() throws Exception {
        takesOver();
        client();
        Held socket = request();
        Outcome outcome = write(socket, text(20 * 1024 * 1024));
        assertThat(outcome.isDone()).isFalse();

        socket.wire().abort();

        assertThat(outcome.outcome()).isEqualTo("failed");
    }

    @Test
    void aClientThatEndsItsOutputEndsItsSocket() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();

        client.shutdownOutput();

        assertThat(socket.heard.next()).isEqualTo("ended PEER");
    }

    @Test
    void finishesItsOutputAndReadsOn() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();

        socket.wire().finish();

        assertThat(ended(client)).isTrue();
        send(client, ClientFrames.text("still here"));
        assertThat(socket.heard.next()).isEqualTo("still here");
    }

    @Test
    void abortsAConnectionWhoseOutputCannotEnd() throws Exception {
        takesOver();
        client();
        Held socket = request();
        socket.tcp.getChannel().close();

        socket.wire().finish();

        assertThat(socket.tcp.isOpen()).isFalse();
    }

    @Test
    void closesAndAbortsTheConnection() throws Exception {
        takesOver();
        Socket closed = client();
        request().wire().close();
        Socket aborted = client();
        request().wire().abort();

        assertThat(ended(closed)).isTrue();
        assertThat(ended(aborted)).isTrue();
    }

    @Test
    @DisplayName("S2 a paused socket is not read until it goes on")
    void aPausedSocketIsNotRead() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();
        socket.heard.pauses = true;
        send(client, ClientFrames.text("one"));
        Runnable more = Optional.ofNullable(socket.heard.paused.poll(10, TimeUnit.SECONDS))
                .orElseThrow();
        assertThat(socket.heard.next()).isEqualTo("one");

        send(client, ClientFrames.text("two"));
        Socket other = client();
        Held second = request();
        send(other, ClientFrames.text("meanwhile"));
        assertThat(second.heard.next()).isEqualTo("meanwhile");
        assertThat(socket.heard.events).isEmpty();
        more.run();

        assertThat(socket.heard.next()).isEqualTo("two");
    }

    @Test
    void aPausedSocketWhoseConnectionHasEndedIsToldWhenItGoesOn() throws Exception {
        takesOver();
        Socket client = client();
        Held socket = request();
        socket.heard.pauses = true;
        send(client, ClientFrames.text("one"));
        Runnable more = Optional.ofNullable(socket.heard.paused.poll(10, TimeUnit.SECONDS))
                .orElseThrow();
        assertThat(socket.heard.next()).isEqualTo("one");
        socket.tcp.terminateSilently();
        assertThat(socket.heard.next()).isEqualTo("ended PEER");

        more.run();

        assertThat(socket.tcp.isOpen()).isFalse();
    }

    private void readsInPlace() {
        takesOver();
        Consumer<Held> takesOver = onRequest;
        onRequest = now -> {
            now.connection.readInPlace();
            now.heard.prompt = true;
            takesOver.accept(now);
        };
    }

    @Test
    @DisplayName("a short read that cannot wait stays on the thread that found the connection ready")
    void readsInPlaceWhatCannotWait() throws Exception {
        readsInPlace();
        Socket client = client();
        Held socket = request();

        send(client, ClientFrames.text("short"));
        assertThat(socket.heard.next()).isEqualTo("short");
        assertThat(socket.heard.thread).contains("SelectorRunner");
        assertThat(socket.heard.inPlace).hasValue(1);

        socket.heard.prompt = false;
        send(client, ClientFrames.text("may wait"));
        assertThat(socket.heard.next()).isEqualTo("may wait");
        assertThat(socket.heard.thread).doesNotContain("SelectorRunner");
        assertThat(socket.heard.inPlace).hasValue(1);

        socket.heard.prompt = true;
        String large = "x".repeat(100_000);
        send(client, ClientFrames.text(large));
        assertThat(socket.heard.next()).isEqualTo(large);
    }

    /** Watches the end of each request's connection from now on. */
    private CompletableFuture<Boolean> watchesTheEnd() {
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        onRequest = now -> now.connection.whenClosed(() -> gone.complete(true));
        return gone;
    }

    @Test
    void aClientThatClosesItsSideWhileItIsAnsweredIsNoticed() throws Exception {
        CompletableFuture<Boolean> gone = watchesTheEnd();
        Socket client = client();
        Held request = request();
        send(client, "GET /no-request-any-more HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
        assertThat(gone).isNotDone();

        client.close();

        assertThat(gone.get(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> !request.tcp.isOpen() && closes.get() == 1);
        assertThat(held).isEmpty();
    }

    @Test
    void aClientThatSendsWithoutEndWhileItIsAnsweredIsCut() throws Exception {
        CompletableFuture<Boolean> gone = watchesTheEnd();
        Socket client = client();
        request();

        send(client, new byte[EndOfInput.MOST]);
        assertThat(gone).isNotDone();
        send(client, new byte[1]);

        assertThat(gone.get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Answers each request past the container from now on, on the container's thread. */
    private BlockingQueue<DirectAnswer> answersDirectly() {
        BlockingQueue<DirectAnswer> answers = new LinkedBlockingQueue<>();
        onRequest = now -> now.connection.takeAnswer().ifPresent(answers::add);
        return answers;
    }

    @Test
    @DisplayName("an answer past the container goes out byte by byte, and its request is forgotten")
    void answersPastTheContainer() throws Exception {
        BlockingQueue<DirectAnswer> answers = answersDirectly();
        Socket client = client();
        Held now = request();
        DirectAnswer answer = Optional.ofNullable(answers.poll()).orElseThrow();
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        answer.whenClosed(() -> gone.complete(true));
        byte[] large = "x".repeat(200_000).getBytes(US_ASCII);

        Outcome outcome = new Outcome();
        boolean atOnce = answer.write("one".getBytes(US_ASCII), outcome::written, outcome::failed);

        assertThat(atOnce).isTrue();
        assertThat(client.getInputStream().readNBytes(3)).isEqualTo("one".getBytes(US_ASCII));
        assertThat(now.tcp.getAttributes().getAttribute(HTTP_CONTEXT)).isNull();
        assertThat(now.connection.takeAnswer()).as("a second time").isEmpty();
        atOnce = answer.write(large, outcome::written, outcome::failed);
        assertThat(client.getInputStream().readNBytes(large.length)).isEqualTo(large);
        if (!atOnce) {
            assertThat(outcome.outcome()).isEqualTo("written");
        }
        send(client, "GET /no-request-any-more HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
        answer.close();
        assertThat(ended(client)).isTrue();
        assertThat(gone.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(held).isEmpty();
        assertThat(closes).as("of which the chain is told").hasValue(1);
    }

    @Test
    @DisplayName("S2 bytes of an answer that the kernel does not take are completed once the client reads, in order")
    void completesAnAnswerOnceTheClientReads() throws Exception {
        BlockingQueue<DirectAnswer> answers = answersDirectly();
        Socket client = client();
        request();
        DirectAnswer answer = Optional.ofNullable(answers.poll()).orElseThrow();
        byte[] part = "0123456789".repeat(10_000).getBytes(US_ASCII);
        int parts = 0;
        Outcome last;
        boolean atOnce;
        do {
            last = new Outcome();
            atOnce = answer.write(part, last::written, last::failed);
            parts++;
        } while (atOnce);
        assertThat(last.isDone()).isFalse();

        for (int i = 0; i < parts; i++) {
            assertThat(client.getInputStream().readNBytes(part.length)).isEqualTo(part);
        }

        assertThat(last.outcome()).isEqualTo("written");
    }

    @Test
    @DisplayName("F01 a client that leaves during an answer is noticed, and what is written then fails")
    void noticesAClientThatLeavesDuringAnAnswer() throws Exception {
        BlockingQueue<DirectAnswer> answers = answersDirectly();
        Socket client = client();
        Held now = request();
        DirectAnswer answer = Optional.ofNullable(answers.poll()).orElseThrow();
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        answer.whenClosed(() -> gone.complete(true));

        client.close();

        assertThat(gone.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(now.tcp.isOpen()).isFalse();
        await().untilAsserted(() -> assertThatThrownBy(() -> answer.write(new byte[] {1}, () -> {}, cause -> {}))
                .isInstanceOf(IOException.class));
    }

    @Test
    void cutsAnAnswer() throws Exception {
        BlockingQueue<DirectAnswer> answers = answersDirectly();
        Socket client = client();
        Held now = request();

        Optional.ofNullable(answers.poll()).orElseThrow().cut();

        assertThat(ended(client)).isTrue();
        assertThat(now.tcp.isOpen()).isFalse();
    }

    @Test
    @DisplayName("an answer under TLS, or to a client of HTTP/1.0, which knows no chunks, stays with the container")
    void leavesOtherAnswersToTheContainer() throws Exception {
        client();
        Held first = request();
        SSLUtils.setSSLEngine(first.tcp, SSLContext.getDefault().createSSLEngine());
        assertThat(first.connection.takeAnswer()).isEmpty();

        client("GET / HTTP/1.0\r\n\r\n");
        assertThat(request().connection.takeAnswer()).isEmpty();
    }

    @Test
    void aClientThatLeavesDuringAReadInPlaceEndsItsSocket() throws Exception {
        readsInPlace();
        Socket client = client();
        Held socket = request();

        client.close();

        assertThat(socket.heard.next()).isEqualTo("ended PEER");
        await().until(() -> !socket.tcp.isOpen());
    }

    @Test
    void aFailureDuringAReadInPlaceClosesTheConnectionAndIsLogged() throws Exception {
        readsInPlace();
        Socket client = client();
        Held socket = request();
        socket.heard.failure = Optional.of(new IllegalStateException("as in a test"));
        List<String> events = new ArrayList<>();

        List<LogRecord> lines = LogLines.of(GrizzlyWire.class, () -> {
            try {
                send(client, ClientFrames.text("fails"));
                events.add(socket.heard.next());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(events).containsExactly("ended PEER");
        assertThat(ended(client)).isTrue();
        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .isEqualTo("A connection is closed, because reading it failed");
    }
}
