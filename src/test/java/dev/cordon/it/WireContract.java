package dev.cordon.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each transport guarantees on the wire: RFC 6455, and no harm from a hostile peer. The test of each transport
 * inherits it.
 */
abstract class WireContract {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** Many times what the flood takes where it is read to its end. */
    private static final Duration FLOOD = Duration.ofSeconds(15);

    abstract Cordon cordon();

    /** What the server has logged so far, where the test can read it. */
    String log() {
        return "";
    }

    @TestFactory
    @Tag("payara")
    @DisplayName("H1 H2 H3 S9 hostile requests are answered as the RFCs have it, whichever way they go")
    Stream<DynamicTest> hostileRequests() throws IOException {
        return HostileRequests.tests(cordon(), this::log);
    }

    private String connect(String user) {
        return "{\"id\":1,\"connect\":{\"token\":\"" + cordon().token(user) + "\"}}";
    }

    /** Whether an offer of compression is accepted. */
    boolean compresses() {
        return false;
    }

    WireClient connected(String user) {
        WireClient client = WireClient.upgraded(cordon().base());
        client.raw(WireClient.text(connect(user)));
        assertThat(client.next().text()).startsWith("{\"id\":1,\"connect\":");
        return client;
    }

    /** Whether what a client sends is looked at before the container's engine reads it (docs/platform.md). */
    boolean checksFrames() {
        return true;
    }

    void assertServes() {
        try (WireClient client = connected("wire-witness")) {
            client.raw(WireClient.text("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}"));
            assertThat(client.next().text()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":7}}");
        }
    }

    private void awaitConnections(double expected) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(cordon().metric("cordon_connections")).isLessThanOrEqualTo(expected));
    }

    @Test
    void theHandshakeIsAnsweredAsRfc6455Demands() {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(WireClient.handshake(
                    cordon().base(), Map.of("Sec-WebSocket-Protocol", "centrifuge-protobuf, centrifuge-json")));

            String head = client.response();

            assertThat(head)
                    .startsWith("HTTP/1.1 101")
                    .containsIgnoringCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(head)
                    .as("F31 the first known subprotocol is selected")
                    .containsIgnoringCase("Sec-WebSocket-Protocol: centrifuge-protobuf");
            assertThat(head).doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
        }
    }

    @Test
    @DisplayName("an offer of compression is answered where it is on, also where the route past the container is known")
    void compressionIsAnsweredWhereItIsOn() {
        for (int i = 0; i < 2; i++) {
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(WireClient.handshake(
                        cordon().base(),
                        Map.of("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")));

                String head = client.response();

                assertThat(head).startsWith("HTTP/1.1 101");
                assertThat(head.contains("Sec-WebSocket-Extensions")).isEqualTo(compresses());
            }
        }
    }

    @Test
    @DisplayName("C5: a client that has negotiated Protobuf is served in binary frames, whole or in fragments")
    void speaksProtobuf() throws IOException {
        byte[] connect = delimited(Protocol.Command.newBuilder()
                .setId(1)
                .setConnect(Protocol.ConnectRequest.newBuilder().setToken(cordon().token("wire-protobuf"))));
        byte[] echo = delimited(Protocol.Command.newBuilder()
                .setId(2)
                .setRpc(Protocol.RPCRequest.newBuilder().setMethod("echo").setData(ByteString.copyFromUtf8("\"é\""))));
        for (byte[] handshake : List.of(
                WireClient.handshake(cordon().base(), Map.of("Sec-WebSocket-Protocol", "centrifuge-protobuf")),
                WireClient.handshake(
                        "GET /connection/websocket?cf_protocol=protobuf HTTP/1.1", cordon().base(), Map.of()))) {
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(handshake);
                assertThat(client.response()).startsWith("HTTP/1.1 101");

                client.raw(WireClient.frame(WireClient.BINARY, connect));
                assertThat(reply(client).getConnect().getSubsMap()).containsOnlyKeys("#wire-protobuf");
                client.raw(WireClient.frame(false, WireClient.BINARY, Arrays.copyOf(echo, 14), true));
                client.raw(WireClient.frame(
                        true, WireClient.CONTINUATION, Arrays.copyOfRange(echo, 14, echo.length), true));
                assertThat(reply(client).getRpc().getData().toStringUtf8()).isEqualTo("\"é\"");

                client.raw(WireClient.text("{}"));
                assertThat(client.next().closeCode()).isEqualTo(3501);
            }
        }
        assertServes();
    }

    private static byte[] delimited(Protocol.Command.Builder command) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        command.build().writeDelimitedTo(bytes);
        return bytes.toByteArray();
    }

    private static Protocol.Reply reply(WireClient client) throws IOException {
        WireClient.Frame frame = client.next();
        assertThat(frame.opcode()).isEqualTo(WireClient.BINARY);
        return Protocol.Reply.parseDelimitedFrom(new ByteArrayInputStream(frame.payload()));
    }

    @Test
    void aHandshakeInPiecesIsAccepted() {
        byte[] handshake = WireClient.handshake(cordon().base(), Map.of());
        for (int cut : new int[] {1, 5, 30, handshake.length - 1}) {
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(java.util.Arrays.copyOf(handshake, cut));
                // An answered request on another connection: the first piece has been read by then, or waits with the
                // rest.
                assertServes();
                client.raw(java.util.Arrays.copyOfRange(handshake, cut, handshake.length));
                assertThat(client.response()).as("cut at %d", cut).startsWith("HTTP/1.1 101");
            }
        }
    }

    @Test
    void aHandshakeInsideABodyIsNotCarriedOut() {
        byte[] handshake = WireClient.handshake(cordon().base(), Map.of());
        String post =
                "POST /api/publish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                        + handshake.length + "\r\n\r\n";
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(post.getBytes(StandardCharsets.US_ASCII));
            assertServes();
            client.raw(handshake);

            assertThat(client.response()).startsWith("HTTP/1.1 401");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "Transfer-Encoding"})
    @DisplayName("SECURITY: a handshake with a body is rejected, and no byte of its body is read as a frame")
    void aHandshakeWithABodyIsRejected(String field) {
        byte[] frame = WireClient.text(connect("wire-body"));
        boolean length = field.equals("Content-Length");
        String before = length ? "" : Integer.toHexString(frame.length) + "\r\n";
        String behind = length ? "" : "\r\n0\r\n\r\n";
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes(WireClient.handshake(
                cordon().base(), Map.of(field, length ? Integer.toString(frame.length) : "chunked")));
        sent.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
        sent.writeBytes(frame);
        sent.writeBytes(behind.getBytes(StandardCharsets.US_ASCII));
        // From here on the route past the container is known, where there is one.
        assertServes();

        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(sent.toByteArray());

            String head = client.response();
            assertThat(head).startsWith("HTTP/1.1 400");
            client.endOutput();
            assertThat(client.rest())
                    .contains("a WebSocket handshake has no body")
                    .doesNotContain("connect", "HTTP/1.1 101");
        }
    }

    @Test
    void aConnectionThatHasServedRequestsCanStillUpgrade() {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw("GET /favicon.svg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String page = client.response();
            assertThat(page).startsWith("HTTP/1.1 200");
            client.skipBody(page);
            client.raw(WireClient.handshake(cordon().base(), Map.of()));
            assertThat(client.response()).startsWith("HTTP/1.1 101");
        }
    }

    @Test
    void anotherHostNameOfTheServerIsServedToo() {
        for (int i = 0; i < 2; i++) {
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(WireClient.handshake(cordon().base(), Map.of("Host", "cordon.example")));
                assertThat(client.response()).startsWith("HTTP/1.1 101");
            }
        }
    }

    @Test
    void theAliasPathServesTheSameProtocol() {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(WireClient.handshake("GET /ws HTTP/1.1", cordon().base(), Map.of()));
            assertThat(client.response()).startsWith("HTTP/1.1 101");
            client.raw(WireClient.text(connect("wire-alias")));
            assertThat(client.next().text()).startsWith("{\"id\":1,\"connect\":");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Version, 8, 426",
        "Sec-WebSocket-Version, '', 426",
        "Sec-WebSocket-Key, '', 400",
        "Sec-WebSocket-Key, c2hvcnQ=, 400",
        "Upgrade, '', 426",
        "Connection, keep-alive, 426",
        "Origin, http://evil.example, 403",
        "Origin, null, 403",
        "Origin, https://127.0.0.1, 403",
        "Origin, http://127.0.0.1.evil.example, 403",
    })
    void anInvalidHandshakeIsRejectedWithItsStatus(String header, String value, int status) {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(WireClient.handshake(cordon().base(), Map.of(header, value)));

            assertThat(client.response()).startsWith("HTTP/1.1 " + status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Key, c2hvcnQ=, HTTP/1.1 400 Bad Request, Sec-WebSocket-Key must be given once",
        "Content-Length, 1, HTTP/1.1 400 Bad Request, a WebSocket handshake has no body",
        "Sec-WebSocket-Protocol, mqtt, HTTP/1.1 400 Bad Request, none of the subprotocols offered is spoken here",
        "Origin, http://evil.example, HTTP/1.1 403 Forbidden, this page's origin is not in cordon.allowed-origins",
    })
    @DisplayName("C6: a rejected handshake has the standard phrase, and one line of JSON that says what is wrong")
    void c6_aRejectionIsOneLineThatAClientCanRead(String header, String value, String status, String why) {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(WireClient.handshake(cordon().base(), Map.of(header, value)));

            String head = client.response();

            assertThat(head).startsWith(status + "\r\n").contains("\r\nContent-Type: application/json");
            assertThat(client.body(head))
                    .startsWith("{\"error\":{\"code\":" + status.substring(9, 12) + ",\"message\":\"" + why)
                    .endsWith("\"}}\n")
                    .containsOnlyOnce("\n");
        }
    }

    @Test
    @Tag("payara")
    @DisplayName("C6: an answer of 426 has the standard phrase, names the upgrade and ends the connection")
    void c6_anAnswerOf426NamesTheUpgradeAndEndsTheConnection() {
        for (Map<String, String> changed :
                List.of(Map.of("Sec-WebSocket-Version", "8"), Map.of("Upgrade", "", "Connection", ""))) {
            try (WireClient client = WireClient.dial(cordon().base())) {
                client.raw(WireClient.handshake(cordon().base(), changed));

                assertThat(client.response())
                        .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
                        .contains("\r\nConnection: Upgrade\r\n")
                        .contains("\r\nUpgrade: websocket\r\n");
                assertThat(client.rest()).startsWith("{\"error\":");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /connection/websocket HTTP/1.1", "GET /connection/websocket HTTP/1.0"})
    void onlyGetOverHttp11Upgrades(String requestLine) {
        try (WireClient client = WireClient.dial(cordon().base())) {
            client.raw(WireClient.handshake(requestLine, cordon().base(), Map.of()));

            assertThat(client.response()).contains(" 400 ");
        }
    }

    @Test
    void aFrameInTheSameReadAsTheHandshakeIsReadAndBlocksNoThread() {
        assumeTrue(checksFrames());
        List<WireClient> clients = new ArrayList<>();
        byte[] command = WireClient.text("{\"id\":1,\"connect\":{\"token\":\"" + cordon().token("wire-early") + "\","
                + "\"data\":{\"session\":\"one\"}}}");
        byte[] handshake = WireClient.handshake(cordon().base(), Map.of());
        byte[] both = new byte[handshake.length + command.length];
        System.arraycopy(handshake, 0, both, 0, handshake.length);
        System.arraycopy(command, 0, both, handshake.length, command.length);
        try {
            // More than the server has HTTP threads, many times over; all at once where a session has room for 8.
            for (int i = 0; i < 300; i++) {
                WireClient client = WireClient.dial(cordon().base()).raw(both);
                clients.add(client);
                assertThat(client.response()).startsWith("HTTP/1.1 101");
                assertThat(client.next().text()).startsWith("{\"id\":1,\"connect\":");
                if (clients.size() == 8) {
                    clients.forEach(WireClient::close);
                    clients.clear();
                    awaitRoom("wire-early");
                }
            }
        } finally {
            clients.forEach(WireClient::close);
        }
        assertServes();
    }

    private void awaitRoom(String user) {
        awaitRoom(user, SOON);
    }

    private void awaitRoom(String user, Duration atMost) {
        await().atMost(atMost)
                .until(() -> cordon().api("presence", "{\"channel\":\"#" + user + "\"}")
                        .body()
                        .contains("\"presence\":{}"));
    }

    @Test
    @DisplayName("F01 1,000 resets right after the handshake leave no connection behind")
    void resetsAfterTheHandshakeLeaveNoConnection() {
        double before = cordon().metric("cordon_connections");
        for (int i = 0; i < 1_000; i++) {
            WireClient.dial(cordon().base())
                    .raw(WireClient.handshake(cordon().base(), Map.of()))
                    .reset();
        }
        awaitConnections(before);
        assertServes();
    }

    @Test
    @DisplayName("F01 a reset after the connect releases manager and place, again and again")
    void resetsAfterTheConnectReleaseTheManager() {
        for (int i = 0; i < 40; i++) {
            connected("wire-reset").reset();
            if (i % 5 == 4) {
                awaitRoom("wire-reset");
            }
        }
        assertServes();
    }

    @Test
    void aFrameInSingleBytesIsReadLikeOneThatComesAtOnce() {
        try (WireClient client = WireClient.upgraded(cordon().base())) {
            for (byte b : WireClient.text(connect("wire-bytewise"))) {
                client.raw(new byte[] {b});
            }
            assertThat(client.next().text()).startsWith("{\"id\":1,\"connect\":");
        }
    }

    @Test
    void fragmentsWithAPingBetweenThemAreOneMessage() {
        try (WireClient client = WireClient.upgraded(cordon().base())) {
            byte[] command = connect("wire-fragments").getBytes(StandardCharsets.UTF_8);
            byte[] head = java.util.Arrays.copyOf(command, 10);
            byte[] tail = java.util.Arrays.copyOfRange(command, 10, command.length);

            client.raw(WireClient.frame(false, WireClient.TEXT, head, true));
            client.raw(WireClient.frame(WireClient.PING, new byte[] {42}));
            assertThat(client.any()).satisfies(pong -> {
                assertThat(pong.opcode()).isEqualTo(WireClient.PONG);
                assertThat(pong.payload()).containsExactly(42);
            });
            client.raw(WireClient.frame(true, WireClient.CONTINUATION, tail, true));

            assertThat(client.next().text()).startsWith("{\"id\":1,\"connect\":");
        }
    }

    @Test
    void aCloseFrameIsAnsweredAndTheConnectionEnds() {
        try (WireClient client = connected("wire-close")) {
            client.raw(WireClient.frame(WireClient.CLOSE, new byte[] {0x03, (byte) 0xE8}));

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.hungUp()).isTrue();
        }
        awaitRoom("wire-close");
    }

    @Test
    void brokenUtf8EndsWith1007() {
        try (WireClient client = connected("wire-utf8")) {
            client.raw(WireClient.frame(WireClient.TEXT, new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'}));

            assertThat(client.closeCode()).isEqualTo(1007);
        }
        awaitRoom("wire-utf8");
    }

    /** Returns the code that answers a close frame with this code. */
    int answerTo(int closeCode) {
        return closeCode;
    }

    /** Whether the server's last frames reach a peer that goes on sending. */
    boolean lingers() {
        return !MicroServer.portable();
    }

    private static byte[] header(int first, int second, int... more) {
        byte[] header = new byte[2 + more.length];
        header[0] = (byte) first;
        header[1] = (byte) second;
        for (int i = 0; i < more.length; i++) {
            header[2 + i] = (byte) more[i];
        }
        return header;
    }

    private void assertEndsWith(int code, byte[]... sent) {
        assumeTrue(checksFrames());
        try (WireClient client = connected("wire-broken")) {
            for (byte[] each : sent) {
                if (!client.tryRaw(each)) {
                    break;
                }
            }
            assertThat(client.closeCode()).isEqualTo(code);
            assertThat(client.hungUp()).isTrue();
        }
        awaitRoom("wire-broken");
    }

    @Test
    @DisplayName("A5: a frame without a mask ends with 1002")
    void a5_unmaskedFramesAreAProtocolError() {
        assertEndsWith(1002, WireClient.frame(true, WireClient.TEXT, "{}".getBytes(StandardCharsets.US_ASCII), false));
    }

    @Test
    @DisplayName("A5: a length in a longer form than it needs ends with 1002")
    void a5_lengthsHaveTheirShortestForm() {
        assertEndsWith(1002, header(0x81, 0xFE, 0, 2, 0, 0, 0, 0, '{', '}'));
        assertEndsWith(1002, header(0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, '{', '}'));
    }

    @Test
    @DisplayName("A5: a message in 1,100 fragments ends with 1009")
    void a5_fragmentsAreBounded() {
        byte[][] fragments = new byte[1_100][];
        for (int i = 0; i < fragments.length; i++) {
            fragments[i] =
                    WireClient.frame(false, i == 0 ? WireClient.TEXT : WireClient.CONTINUATION, new byte[] {' '}, true);
        }
        assertEndsWith(1009, fragments);
    }

    @Test
    @DisplayName("A5: a message announced with 1 MiB + 1 byte ends with 1009 before it arrives")
    void a5_rejectsATooLargeMessageBeforeItArrives() {
        assertEndsWith(1009, header(0x81, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4, 5));
    }

    @Test
    @DisplayName("A5: bad UTF-8 ends with 1007 before its frame is complete")
    void a5_rejectsBadUtf8BeforeItsFrameIsComplete() {
        assertEndsWith(1007, header(0x81, 0xFD, 0, 0, 0, 0, '"', 0xC0, 0xAF));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1012, 1013, 1014, 3000, 4999})
    @DisplayName("A5: registered close codes are answered in kind")
    void a5_closeCodesAreAnswered(int code) {
        try (WireClient client = connected("wire-codes")) {
            client.raw(WireClient.frame(WireClient.CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
            assertThat(client.closeCode()).isEqualTo(answerTo(code));
            assertThat(client.hungUp()).isTrue();
        }
        awaitRoom("wire-codes");
    }

    @ParameterizedTest
    @CsvSource({"0xC1", "0xA1", "0x91", "0x85", "0x8D", "0x83"})
    @DisplayName("A4: a peer that sends a bad frame byte by byte gets the echo before it and the close frame")
    void a4_theLastFramesReachAPeerThatGoesOnSending(String first) {
        byte[] bad = new byte[200];
        bad[0] = Integer.decode(first).byteValue();
        bad[1] = (byte) (0x80 | 100);
        try (WireClient client = connected("wire-slow-fault")) {
            client.raw(WireClient.text("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":7}}"));
            for (int i = 0; i < bad.length && client.tryRaw(new byte[] {bad[i]}); i++) {
                // Goes on sending behind the fault, as a peer does that has not read yet.
            }
            if (lingers()) {
                assertThat(client.next().text()).isEqualTo("{\"id\":2,\"rpc\":{\"data\":7}}");
                assertThat(client.closeCode()).isEqualTo(1002);
            } else {
                assertThat(client.closeCode()).isIn(1002, 1006);
            }
            assertThat(client.hungUp()).isTrue();
        }
        awaitRoom("wire-slow-fault");
    }

    @Test
    void aReservedOpcodeEndsWith1002() {
        try (WireClient client = connected("wire-opcode")) {
            client.raw(WireClient.frame(3, new byte[0]));

            assertThat(client.closeCode()).isEqualTo(1002);
        }
        awaitRoom("wire-opcode");
    }

    @Test
    void aMessageOverAMebibyteEndsTheConnectionEvenInFragments() {
        try (WireClient client = connected("wire-large")) {
            byte[] part = new byte[64 * 1024];
            java.util.Arrays.fill(part, (byte) ' ');
            boolean open = client.tryRaw(WireClient.frame(false, WireClient.TEXT, part, true));
            for (int i = 0; i < 40 && open; i++) {
                open = client.tryRaw(WireClient.frame(false, WireClient.CONTINUATION, part, true));
            }

            assertThat(client.closeCode()).isIn(1009, 1006);
        }
        awaitRoom("wire-large");
        assertServes();
    }

    @Test
    void aDepthBombIsABadRequest() {
        try (WireClient client = connected("wire-depth")) {
            client.raw(WireClient.text("{\"id\":2,\"rpc\":{\"method\":\"echo\",\"data\":" + "[".repeat(20_000)
                    + "]".repeat(20_000) + "}}"));

            assertThat(client.closeCode()).isEqualTo(3501);
        }
        awaitRoom("wire-depth");
    }

    @Test
    void binaryIsABadRequest() {
        try (WireClient client = connected("wire-binary")) {
            client.raw(WireClient.frame(WireClient.BINARY, new byte[] {1, 2, 3}));

            assertThat(client.closeCode()).isEqualTo(3501);
        }
        awaitRoom("wire-binary");
    }

    @Test
    void aPingFloodWithUnreadPongsDoesNotHarmOtherClients() {
        try (WireClient flooding = connected("wire-pings")) {
            Thread flood = new Thread(() -> flood(flooding));
            flood.setDaemon(true);
            flood.start();
            // An engine may stop reading while nobody reads its pongs: then the flood ends with the socket.
            Instant end = Instant.now().plus(FLOOD);
            while (flood.isAlive() && Instant.now().isBefore(end)) {
                assertServes();
            }
            assertServes();
        }
        // The container's own engine queues pongs without end and does not notice that the peer has gone: the missed
        // pong does.
        awaitRoom("wire-pings", Duration.ofMinutes(1));
    }

    private static void flood(WireClient client) {
        byte[] ping = WireClient.frame(WireClient.PING, new byte[125]);
        for (int i = 0; i < 200_000 && client.tryRaw(ping); i++) {
            // On to the next.
        }
    }

    @Test
    @DisplayName("F30 a socket that never sends a connect is closed with 3502 within seconds")
    void unauthenticatedSocketsAreClosed() {
        try (WireClient client = WireClient.upgraded(cordon().base())) {
            assertThat(client.closeCode()).isEqualTo(3502);
            assertThat(client.hungUp()).isTrue();
        }
    }

    @Test
    @DisplayName("F15 a reader that stalls is cut with 3008 or dropped, and recovers from history")
    void aStalledReaderIsCutAndRecovers() {
        String user = "wire-stalled";
        String payload = "\"" + "x".repeat(32 * 1024) + "\"";
        try (WireClient stalled = connected(user)) {
            for (int i = 0; i < 200; i++) {
                assertThat(cordon().api("publish", "{\"channel\":\"#" + user + "\",\"data\":" + payload + "}")
                                .statusCode())
                        .isEqualTo(200);
            }
            awaitRoom(user);
            assertThat(stalled.closeCode()).isIn(3008, 1006);
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(cordon().metric("cordon_closes_total", "3008"))
                        .isPositive());
    }
}
