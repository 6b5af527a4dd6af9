package dev.cordon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The receivers of each way in, against bytes as Cordon writes them. */
class ReceiversTest {
    private static final String WORDS = "x".repeat(300);

    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Loop loop;
    private volatile int statusOfEmulation = 204;
    private volatile List<String> lines = List.of();

    @BeforeEach
    void start() throws IOException {
        loop = new Loop();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/connection/", this::stream);
        server.createContext("/emulation", this::emulation);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        end.countDown();
        loop.close();
        server.stop(0);
        threads.shutdown();
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"UNI_SSE", "UNI_HTTP_STREAM", "SSE", "HTTP_STREAM"})
    void aStreamsReceiverJoinsAndCountsWhatIsItsOwn(Way way) throws IOException {
        lines = List.of(reply(way), push(way, "u0", 1), "{}", push(way, "u1", 2), push(way, "u0", 3));

        try (Crowd crowd = new Crowd(loop, target(way))) {
            Histogram times = Figures.histogram();
            crowd.record(times);
            crowd.join("u", 0, 1, 0);

            assertThat(loop.until(() -> crowd.delivered() == 3, 10)).isTrue();
            assertThat(crowd.misdelivered()).isEqualTo(1);
            assertThat(times.getTotalCount()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"UNI_SSE", "UNI_HTTP_STREAM", "SSE", "HTTP_STREAM"})
    void aStreamsReceiverAsksAsTheProtocolSays(Way way) throws IOException {
        lines = List.of(reply(way));
        Target target = target(way);

        try (Crowd crowd = new Crowd(loop, target)) {
            crowd.join("u", 0, 1, 0);

            String token = target.token("u0", false);
            String connect = "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}";
            String path = "/connection/" + way.name().toLowerCase(Locale.ROOT);
            assertThat(requests.remove())
                    .isEqualTo(
                            switch (way) {
                                case SSE -> "GET " + path + " cf_connect=" + connect + " null ";
                                case HTTP_STREAM -> "POST " + path + " null null " + connect;
                                default -> "GET " + path + " null Bearer " + token + " ";
                            });
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"SSE", "HTTP_STREAM"})
    void aTwoWayStreamAnswersEachPing(Way way) throws IOException {
        lines = List.of(reply(way), "{}", push(way, "u0", 1), "{}", "{}", "{}", "{}", "{}");

        try (Crowd crowd = new Crowd(loop, target(way)).join("u", 0, 1, 0)) {
            assertThat(loop.until(() -> answers.size() == 6, 10)).isTrue();
            assertThat(answers).containsOnly("{\"session\":\"s-u0\",\"data\":\"{}\"}");
            assertThat(crowd.delivered()).isEqualTo(1);
        }
    }

    @Test
    void aPingThatIsNotAcceptedIsNoticed() throws IOException {
        statusOfEmulation = 403;
        lines = List.of(reply(Way.HTTP_STREAM), "{}", "{}", "{}", "{}", "{}");

        try (Crowd crowd = new Crowd(loop, target(Way.HTTP_STREAM))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> {
                        crowd.join("u", 0, 1, 0);
                        loop.until(() -> false, 10);
                    })
                    .withMessageContaining("POST /emulation answered 403");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"UNI_SSE", "HTTP_STREAM"})
    void aStreamThatTheServerEndsHasItsCode(Way way) throws IOException {
        String farewell = "{\"disconnect\":{\"code\":3008,\"reason\":\"slow\"}}";
        lines = List.of(reply(way), way.oneWay() ? farewell : "{\"push\":" + farewell + "}");
        end.countDown();

        try (Crowd crowd = new Crowd(loop, target(way))) {
            crowd.clients.add(Client.receiver(loop, target(way), "u0", crowd, 0));

            Client client = crowd.clients.get(0);
            assertThat(loop.until(() -> client.state() == Client.State.CLOSED, 10))
                    .isTrue();
            assertThat(client.closeCode()).isEqualTo(3008);
            assertThat(crowd.delivered()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"UNI_SSE", "HTTP_STREAM", "JSON", "PROTOBUF"})
    void takesTheSameMessagesWhereverTheBytesAreCut(Way way) throws IOException {
        byte[] bytes = bytes(way);
        List<String> whole = taken(way, bytes, bytes.length);

        assertThat(whole).hasSize(3).allMatch(message -> message.contains("#u0"));
        for (int cut = 0; cut < bytes.length; cut++) {
            assertThat(taken(way, bytes, cut)).isEqualTo(whole);
        }
    }

    @Test
    void aProtobufReceiverOffersItConnectsAndAnswersAPing() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Crowd crowd = new Crowd(loop, target(Way.PROTOBUF, listening.getLocalPort()))) {
            Client client = Client.receiver(loop, target(Way.PROTOBUF, listening.getLocalPort()), "u0", crowd, 0);
            assertThat(loop.until(() -> client.state() == Client.State.UPGRADING, 10))
                    .isTrue();
            try (Socket socket = listening.accept()) {
                assertThat(head(socket.getInputStream())).contains("Sec-WebSocket-Protocol: centrifuge-protobuf\r\n");
                socket.getOutputStream().write(Text.bytes("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
                assertThat(loop.until(() -> client.state() == Client.State.JOINING, 10))
                        .isTrue();
                assertThat(binaryFrame(socket.getInputStream()))
                        .isEqualTo(Protobuf.connect(target(Way.PROTOBUF).token("u0", false)));
                socket.getOutputStream().write(new byte[] {(byte) 0x82, 4, 2, 8, 1, 0});
                assertThat(loop.until(() -> client.state() == Client.State.JOINED, 10))
                        .isTrue();
                assertThat(binaryFrame(socket.getInputStream())).containsExactly(0);
            }
        }
    }

    @Test
    void aCompressedPushOfTwoThousandBytesIsTaken() throws IOException {
        List<String> messages = new ArrayList<>();
        Client client =
                client(target("cordon-deflate", Way.JSON, server.getAddress().getPort()), messages);
        String words = new String(Text.words(2000), StandardCharsets.US_ASCII);
        byte[] push = Text.bytes(push(Way.JSON, "u0", 1).replace(WORDS, words));
        byte[] compressed = compressed(push);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frame(out, 0xc1, compressed);
        frame(out, 0xc1, compressed);

        assertThat(client.take(out.toByteArray(), 0, out.size())).isEqualTo(out.size());

        assertThat(messages).hasSize(2).containsOnly(new String(push, StandardCharsets.US_ASCII));
        assertThat(compressed.length).isLessThan(push.length * 2 / 3);
        assertThat(new String(client.request(), StandardCharsets.US_ASCII))
                .contains("Sec-WebSocket-Extensions: permessage-deflate");
    }

    @Test
    void aMessageThatIsLongerThanItsFrameIsAFault() throws IOException {
        Client client = client(Way.PROTOBUF, new ArrayList<>());
        byte[] frame = {(byte) 0x82, 2, 5, 7};

        assertThatIOException()
                .isThrownBy(() -> client.take(frame, 0, frame.length))
                .withMessage("a message of 5 bytes in a frame with 1 left");
    }

    @Test
    void anAnswerWithoutChunksIsTakenToo() throws IOException {
        List<String> messages = new ArrayList<>();
        Client client = client(Way.HTTP_STREAM, messages);
        byte[] lines =
                Text.bytes(line(Way.HTTP_STREAM, push(Way.HTTP_STREAM, "u0", 1)).repeat(2));

        client.begin("HTTP/1.1 200 OK\r\nConnection: close");
        assertThat(client.take(lines, 0, 500)).isEqualTo(500);
        assertThat(client.take(lines, 500, lines.length)).isEqualTo(lines.length);

        assertThat(messages).hasSize(2);
    }

    @Test
    void aChunkWithoutItsSizeIsAFault() throws IOException {
        Client client = client(Way.UNI_SSE, new ArrayList<>());
        byte[] body = Text.bytes("data: {}\r\n");

        assertThatIOException()
                .isThrownBy(() -> client.take(body, 0, body.length))
                .withMessage("not the size of a chunk: data: {}");
    }

    private List<String> taken(Way way, byte[] bytes, int cut) throws IOException {
        List<String> messages = new ArrayList<>();
        Client client = client(way, messages);
        int used = client.take(Arrays.copyOf(bytes, cut), 0, cut);
        byte[] rest = Arrays.copyOfRange(bytes, used, bytes.length);
        assertThat(client.take(rest, 0, rest.length)).isEqualTo(rest.length);
        client.end();
        return messages;
    }

    private Client client(Way way, List<String> messages) throws IOException {
        return client(target(way), messages);
    }

    private Client client(Target target, List<String> messages) throws IOException {
        return Client.receiver(
                loop,
                target,
                "u0",
                (client, buffer, from, to) -> {
                    int at = client.way.owner(buffer, from, to);
                    assertThat(Text.startsWith(buffer, at, to, client.owner)).isTrue();
                    messages.add(new String(buffer, from, to - from, StandardCharsets.ISO_8859_1));
                },
                0);
    }

    /** Three messages: of a socket in two frames, of a stream in chunks that end anywhere. */
    private static byte[] bytes(Way way) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> texts = List.of(push(way, "u0", 1), push(way, "u0", 2), push(way, "u0", 3));
        if (way.stream()) {
            StringBuilder body = new StringBuilder();
            texts.forEach(text -> body.append(line(way, text)));
            for (int from = 0; from < body.length(); from += 230) {
                String chunk = body.substring(from, Math.min(body.length(), from + 230));
                out.writeBytes(Text.bytes(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n"));
            }
        } else if (way == Way.JSON) {
            frame(out, 0x81, Text.bytes(texts.get(0) + "\n" + texts.get(1)));
            frame(out, 0x81, Text.bytes(texts.get(2)));
        } else {
            byte[] push = ProtobufTest.push("#u0", 300);
            Text two = new Text().add(length(push)).add(push).add(length(push)).add(push);
            frame(out, 0x82, two.toArray());
            frame(out, 0x82, new Text().add(length(push)).add(push).toArray());
        }
        return out.toByteArray();
    }

    /** Of 128 to 16,383 bytes. */
    private static byte[] length(byte[] message) {
        return new byte[] {(byte) ((message.length & 0x7f) | 0x80), (byte) (message.length >> 7)};
    }

    private static void frame(ByteArrayOutputStream out, int head, byte[] body) {
        out.write(head);
        out.write(126);
        out.write(body.length >> 8);
        out.write(body.length);
        out.writeBytes(body);
    }

    /** As level 1 of zlib has it, without what ends a flush (RFC 7692 §7.2.1). */
    private static byte[] compressed(byte[] message) {
        Deflater deflater = new Deflater(1, true);
        deflater.setInput(message);
        byte[] bytes = new byte[message.length];
        int length = deflater.deflate(bytes, 0, bytes.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(bytes, length - 4);
    }

    private static String reply(Way way) {
        return way.oneWay()
                ? "{\"connect\":{\"client\":\"c\",\"ping\":25}}"
                : "{\"id\":1,\"connect\":{\"session\":\"s-u0\",\"client\":\"c\",\"ping\":25,\"pong\":true}}";
    }

    private static String push(Way way, String user, int offset) {
        String push = "{\"channel\":\"#" + user + "\",\"pub\":{\"offset\":" + offset + ",\"data\":{\"t\":42,\"p\":\""
                + WORDS + "\"}}}";
        return way.oneWay() ? push : "{\"push\":" + push + "}";
    }

    private static String line(Way way, String message) {
        return way.events() ? "id: e.1\ndata: " + message + "\n\n" : message + "\n";
    }

    private Target target(Way way) {
        return target(way, server.getAddress().getPort());
    }

    private static Target target(Way way, int port) {
        return target("cordon", way, port);
    }

    private static Target target(String name, Way way, int port) {
        Tokens tokens = new Tokens("a secret of the test's own");
        return new Target(name, port, 0, true, Path.of("none"), true, way, tokens, "key");
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    /** The body of a client's binary frame of up to 65,535 bytes. */
    private static byte[] binaryFrame(InputStream in) throws IOException {
        assertThat(in.read()).isEqualTo(0x82);
        int length = in.read() & 0x7f;
        if (length == 126) {
            length = (in.read() << 8) | in.read();
        }
        byte[] mask = in.readNBytes(4);
        byte[] body = in.readNBytes(length);
        for (int i = 0; i < length; i++) {
            body[i] = (byte) (body[i] ^ mask[i & 3]);
        }
        return body;
    }

    /** Writes its lines, and keeps the stream open until the test ends. */
    private void stream(HttpExchange exchange) throws IOException {
        note(
                exchange,
                requests,
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + " "
                        + exchange.getRequestURI().getQuery() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " ");
        exchange.sendResponseHeaders(200, 0);
        Way way = Way.valueOf(exchange.getRequestURI()
                .getPath()
                .substring("/connection/".length())
                .toUpperCase(Locale.ROOT));
        for (String message : lines) {
            exchange.getResponseBody().write(Text.bytes(line(way, message)));
            exchange.getResponseBody().flush();
        }
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private void emulation(HttpExchange exchange) throws IOException {
        note(exchange, answers, "");
        exchange.sendResponseHeaders(statusOfEmulation, -1);
        exchange.close();
    }

    private static void note(HttpExchange exchange, Queue<String> into, String head) throws IOException {
        into.add(head + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }
}
