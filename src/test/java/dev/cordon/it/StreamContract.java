package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Streams over HTTP: who opens them, what they carry, and how they end. The test of each way that their answers take
 * inherits it (ADR 0041).
 */
abstract class StreamContract {
    private static final String LINES = "connection/uni_http_stream";
    private static final String EVENTS = "connection/uni_sse";

    abstract Cordon cordon();

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(cordon().base().resolve(path));
    }

    private StreamClient stream(String path, String user) {
        return StreamClient.open(at(path).header("Authorization", "Bearer " + cordon().token(user))
                .build());
    }

    private void publish(String user, String data) {
        assertThat(cordon().api("publish", "{\"channel\":\"#" + user + "\",\"data\":" + data + "}")
                        .statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> refused(HttpRequest.Builder request) {
        return cordon().send(request);
    }

    @Test
    void linesAreTheConnectAndThenThePublications() {
        try (StreamClient stream = stream(LINES, "lines-ann")) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).isEqualTo("application/x-ndjson");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-store");
            assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(stream.header("X-Frame-Options")).isEqualTo("SAMEORIGIN");
            assertThat(stream.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(stream.next()).startsWith("{\"connect\":{\"client\":").contains("\"subs\":{\"#lines-ann\":{");

            publish("lines-ann", "{\"n\":1}");
            publish("lines-bob", "\"not for ann\"");
            publish("lines-ann", "[2]");

            assertThat(stream.next())
                    .isEqualTo("{\"channel\":\"#lines-ann\",\"pub\":{\"offset\":1,\"data\":{\"n\":1}}}");
            assertThat(stream.next()).isEqualTo("{\"channel\":\"#lines-ann\",\"pub\":{\"offset\":2,\"data\":[2]}}");
        }
    }

    @Test
    void aPostCarriesTheConnectRequest() {
        String request = "{\"token\":\"" + cordon().token("post-ann") + "\",\"data\":{\"session\":\"phone\"}}";
        try (StreamClient stream = StreamClient.open(
                at(LINES).POST(BodyPublishers.ofString(request)).build())) {
            assertThat(stream.next()).startsWith("{\"connect\":{");
            assertThat(cordon().api("presence", "{\"channel\":\"#post-ann\"}").body())
                    .contains("\"session\":\"phone\"");
        }
    }

    @Test
    @DisplayName("curl receives a message at once")
    void curlReceives() throws IOException {
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sN",
                        cordon().base().resolve(EVENTS).toString(),
                        "-H",
                        "Authorization: Bearer " + cordon().token("curl-bob"))
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(curl.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).startsWith("id: %23curl-bob:");
            assertThat(out.readLine()).startsWith("data: {\"connect\":{");
            assertThat(out.readLine()).isEmpty();
            publish("curl-bob", "{\"text\":\"hello\"}");
            assertThat(out.readLine()).startsWith("id: %23curl-bob:").endsWith(":1");
            assertThat(out.readLine())
                    .isEqualTo(
                            "data: {\"channel\":\"#curl-bob\",\"pub\":{\"offset\":1,\"data\":{\"text\":\"hello\"}}}");
        } finally {
            curl.destroyForcibly();
        }
    }

    @Test
    void lastEventIdBringsWhatWasMissedAndSaysWhenItIsGone() {
        String user = "resume-ann";
        String id;
        try (StreamClient stream = stream(EVENTS, user)) {
            stream.next();
            assertThat(stream.next()).startsWith("data: {\"connect\"");
            publish(user, "1");
            id = stream.next().substring("id: ".length());
            stream.next();
        }
        publish(user, "2");
        publish(user, "3");

        try (StreamClient again = resumed(user, id)) {
            assertThat(again.next()).isEqualTo("id: " + id);
            assertThat(again.next()).contains("\"was_recovering\":true,\"recovered\":true");
            assertThat(again.next()).endsWith(":2");
            assertThat(again.next()).contains("\"offset\":2,\"data\":2");
            assertThat(again.next()).endsWith(":3");
            assertThat(again.next()).contains("\"offset\":3,\"data\":3");
        }
        cordon().api("history_remove", "{\"channel\":\"#" + user + "\"}");
        try (StreamClient gone = resumed(user, id)) {
            gone.next();
            assertThat(gone.next()).contains("\"was_recovering\":true,\"recovered\":false");
        }
    }

    private StreamClient resumed(String user, String id) {
        return StreamClient.open(at(EVENTS)
                .header("Authorization", "Bearer " + cordon().token(user))
                .header("Last-Event-ID", id)
                .build());
    }

    @Test
    void aTicketOpensOneStreamFromItsOrigin() {
        String self = cordon().base().toString().replaceFirst("/$", "");
        String ticket = ticket("ticket-ann", self);
        try (StreamClient stream =
                StreamClient.open(at(EVENTS + "?ticket=" + ticket).build())) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.next()).startsWith("id: %23ticket-ann:");
        }
        assertThat(refused(at(EVENTS + "?ticket=" + ticket)).statusCode()).isEqualTo(401);
        assertThat(refused(at(EVENTS + "?ticket=made-up")).statusCode()).isEqualTo(401);
        assertThat(refused(at(EVENTS + "?ticket=" + ticket("ticket-ann", self))
                                .header("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
    }

    private String ticket(String user, String origin) {
        HttpResponse<String> answer = cordon().send(at("connection/ticket")
                .header("Authorization", "Bearer " + cordon().token(user))
                .header("Origin", origin)
                .POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains(origin);
        return JsonFields.read(answer.body().getBytes(StandardCharsets.UTF_8)).string("ticket", "");
    }

    @Test
    @DisplayName("a two-way stream answers the commands that come in requests of their own, in order")
    void aTwoWayStreamAnswersCommands() {
        String connect = "{\"id\":1,\"connect\":{\"token\":\"" + cordon().token("two-ann") + "\"}}";
        try (StreamClient stream = StreamClient.open(at("connection/http_stream")
                .POST(BodyPublishers.ofString(connect))
                .build())) {
            String reply = stream.next();
            assertThat(reply).startsWith("{\"id\":1,\"connect\":{\"session\":\"");
            String session = reply.split("\"", -1)[7];

            assertThat(emulate(session, "{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}\n{\"id\":3,\"ping\":{}}"))
                    .isEqualTo(204);
            assertThat(stream.next()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":7}}");
            assertThat(stream.next()).isEqualTo("{\"id\":3,\"ping\":{}}");
            publish("two-ann", "1");
            assertThat(stream.next())
                    .isEqualTo("{\"push\":{\"channel\":\"#two-ann\",\"pub\":{\"offset\":1,\"data\":1}}}");

            assertThat(emulate(session.substring(1), "{}")).isEqualTo(404);
            assertThat(cordon().send(emulation(session, "{}").header("Origin", "https://evil.example"))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(emulate(session, "{\"id\":4,\"ping\":{}}")).isEqualTo(204);
            assertThat(stream.next()).isEqualTo("{\"id\":4,\"ping\":{}}");

            assertThat(emulate(session, "no command")).isEqualTo(204);
            assertThat(stream.next()).startsWith("{\"push\":{\"disconnect\":{\"code\":3501,\"reason\":\"bad request");
            assertThat(stream.ended()).isTrue();
            assertThat(emulate(session, "{}")).isEqualTo(404);
        }
    }

    private int emulate(String session, String frame) {
        return cordon().send(emulation(session, frame)).statusCode();
    }

    private HttpRequest.Builder emulation(String session, String frame) {
        String body = JsonWriter.toJson(Map.of("session", session, "node", "", "data", frame));
        return at("emulation").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }

    @Test
    @DisplayName("a two-way client reads within the stream why it is rejected")
    void aTwoWayClientReadsWhyItIsRejected() {
        String forged = URLEncoder.encode("{\"id\":1,\"connect\":{\"token\":\"x\"}}", StandardCharsets.UTF_8);
        try (StreamClient stream =
                StreamClient.open(at("connection/sse?cf_connect=" + forged).build())) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(stream.next()).startsWith("data: {\"push\":{\"disconnect\":{\"code\":3500,");
            assertThat(stream.ended()).isTrue();
        }
        assertThat(refused(at("connection/sse")).statusCode()).isEqualTo(400);
        assertThat(refused(at("connection/http_stream")).statusCode()).isEqualTo(405);
        assertThat(refused(at("emulation").POST(BodyPublishers.ofString("[]"))).statusCode())
                .isEqualTo(400);
    }

    @Test
    void refusalsAreHttpStatuses() {
        assertThat(refused(at(LINES)).statusCode()).isEqualTo(401);
        HttpResponse<String> forged = refused(at(LINES).header("Authorization", "Bearer forged"));
        assertThat(forged.statusCode()).isEqualTo(401);
        assertThat(forged.body()).startsWith("{\"error\":{\"code\":3500,\"message\":\"invalid token: ");
        assertThat(forged.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(refused(authorized(LINES).header("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(refused(authorized(LINES).PUT(BodyPublishers.noBody())).statusCode())
                .isEqualTo(405);
        assertThat(refused(authorized(EVENTS).header("Last-Event-ID", "made up"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(refused(authorized(EVENTS + "?tikcet=x")).body()).contains("tikcet");
        assertThat(refused(at(EVENTS + "?token=x")).body()).contains("a token in the address ends up in logs");
        assertThat(refused(at(EVENTS + "?cf_connect=" + URLEncoder.encode("{\"token\":\"x\"}", StandardCharsets.UTF_8)))
                        .body())
                .contains("a token in the address ends up in logs");
        assertThat(refused(at("connection/ticket").POST(BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("an address under /connection that does not exist is answered with those that do")
    void namesTheAddressesThatExist() {
        // Where a request asks for HTTP/2 too, the container leaves out the type.
        HttpResponse<String> answer = refused(authorized("connection/uni_see").version(HttpClient.Version.HTTP_1_1));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"error\":{\"code\":404,\"message\":\"no such address: under /connection/ there are websocket,"
                                + " uni_sse, uni_http_stream, http_stream, sse, ticket; did you mean /connection/uni_sse?\"}}\n");
    }

    private HttpRequest.Builder authorized(String path) {
        return at(path).header("Authorization", "Bearer " + cordon().token("refused-ann"));
    }

    @Test
    void aStreamSaysWhyItEnds() {
        try (StreamClient stream = stream(LINES, "end-ann")) {
            stream.next();
            cordon().api("disconnect", "{\"user\":\"end-ann\",\"disconnect\":{\"code\":4501,\"reason\":\"sold out\"}}");
            assertThat(stream.next()).isEqualTo("{\"disconnect\":{\"code\":4501,\"reason\":\"sold out\"}}");
            assertThat(stream.ended()).isTrue();
        }
    }

    @Test
    void theOldestStreamMakesRoomForTheNinthOfASession() {
        List<StreamClient> streams = new ArrayList<>();
        try {
            for (int i = 0; i < 9; i++) {
                streams.add(StreamClient.open(at(LINES)
                        .header("Authorization", "Bearer " + cordon().sessionToken("nine-ann", "tab"))
                        .build()));
                assertThat(streams.get(i).next()).startsWith("{\"connect\"");
            }
            assertThat(streams.get(0).next()).startsWith("{\"disconnect\":{\"code\":3504,");
            publish("nine-ann", "1");
            for (StreamClient stream : streams.subList(1, 9)) {
                assertThat(stream.next()).contains("\"offset\":1");
            }
        } finally {
            streams.forEach(StreamClient::close);
        }
    }

    @Test
    @DisplayName("a reader that stalls is cut like that of a socket, and its messages wait in the bounded queue")
    void aStalledReaderIsCut() throws IOException {
        String user = "stall-ann";
        double slow = cordon().metric("cordon_closes_total", "code=\"3008\"");
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), cordon().base().getPort()));
            socket.getOutputStream()
                    .write(("GET /" + LINES + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                    + cordon().base().getPort() + "\r\nAuthorization: Bearer " + cordon().token(user)
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');

            String data = "\"" + "x".repeat(60_000) + "\"";
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                publish(user, data);
                assertThat(cordon().metric("cordon_closes_total", "code=\"3008\""))
                        .isGreaterThan(slow);
            });
        }
    }

    @Test
    @Tag("payara")
    @DisplayName("a client that closes its side, or sends without end, is noticed without a write to it")
    void aClientThatClosesItsSideIsNoticed() throws IOException {
        for (String more : List.of("", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000))) {
            try (Socket socket = opened("leaves-ann")) {
                await().untilAsserted(() -> assertThat(cordon().api("presence", "{\"channel\":\"#leaves-ann\"}")
                                .body())
                        .contains("\"user\":\"leaves-ann\""));
                socket.getOutputStream().write(more.getBytes(StandardCharsets.US_ASCII));
                if (more.length() < 70_000) {
                    publish("leaves-ann", "1");
                    assertThat(socket.getInputStream().read()).isPositive();
                    socket.shutdownOutput();
                }
                await().atMost(Duration.ofSeconds(5))
                        .untilAsserted(() -> assertThat(cordon().api("presence", "{\"channel\":\"#leaves-ann\"}")
                                        .body())
                                .contains("\"presence\":{}"));
            }
        }
    }

    private Socket opened(String user) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), cordon().base().getPort());
        socket.getOutputStream()
                .write(("GET /" + LINES + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                + cordon().base().getPort() + "\r\nAuthorization: Bearer " + cordon().token(user)
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    @DisplayName("a client that has gone is noticed by the writes that follow")
    void aClientThatHasGoneIsNoticed() {
        stream(LINES, "gone-ann").close();

        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            publish("gone-ann", "1");
            assertThat(cordon().api("presence", "{\"channel\":\"#gone-ann\"}").body())
                    .contains("\"presence\":{}");
        });
    }
}
