package dev.cordon.websocket;

import static dev.cordon.websocket.ClientFrames.FIN;
import static dev.cordon.websocket.ClientFrames.bytes;
import static dev.cordon.websocket.ClientFrames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.FrameWriter;
import dev.cordon.protocol.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCompressionTest {
    private static final int COMPRESSED = FIN | FrameHeader.RSV1 | FrameHeader.TEXT;

    private final List<String> heard = new ArrayList<>();
    private final MessageCompression compression = compression(2);

    private MessageCompression compression(int most) {
        return new MessageCompression(
                new MessageCompression.Listener() {
                    @Override
                    public void compressed(int before, int after) {
                        heard.add(before > after ? "compressed" : "no shorter");
                    }

                    @Override
                    public void noneFree() {
                        heard.add("none free");
                    }
                },
                most);
    }

    /** The events of a decoder that gets these pieces from an accepted client. */
    private List<String> decode(byte[]... pieces) {
        return decode(new RecordingSink(), pieces);
    }

    private List<String> decode(RecordingSink sink, byte[]... pieces) {
        FrameDecoder decoder =
                new FrameDecoder(new PartialMessages(() -> Long.MAX_VALUE, cut -> {}, System::nanoTime), compression);
        for (byte[] piece : pieces) {
            decoder.decode(piece.clone(), 0, piece.length, sink);
        }
        return sink.events;
    }

    /** Text like that of an application: repetitive, but not too much. */
    private static String json(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("{\"orders\":[");
        while (text.length() < length) {
            text.append("{\"id\":")
                    .append(random.nextInt(1_000_000))
                    .append(",\"state\":\"sh\u00fcpped\",\"price\":\"")
                    .append(random.nextInt(1_000))
                    .append(" \u20ac\"},");
        }
        return text.substring(0, length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] deflated(byte[] plain) {
        return deflated(plain, Deflater.SYNC_FLUSH, 6);
    }

    /** Compresses as RFC 7692 §7.2.1 demands of a client. */
    private static byte[] deflated(byte[] plain, int flush, int level) {
        Deflater deflater = new Deflater(level, true);
        deflater.setInput(plain);
        byte[] room = new byte[plain.length + plain.length / 8 + 100];
        int length = deflater.deflate(room, 0, room.length, flush);
        deflater.end();
        return Arrays.copyOf(room, length - 4);
    }

    private static byte[] inflated(byte[] message) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(ClientFrames.join(message, bytes(0, 0, 0xFF, 0xFF)));
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        byte[] some = new byte[4096];
        for (int count = inflater.inflate(some); count > 0; count = inflater.inflate(some)) {
            plain.write(some, 0, count);
        }
        inflater.end();
        return plain.toByteArray();
    }

    private static Frame push(String json) {
        return FrameWriter.push(Channel.parse("#bob"), Payload.json(json));
    }

    private static byte[] payload(ServerFrame frame) {
        byte[] all = frame.toBytes();
        int length = all[1] & 0x7F;
        return Arrays.copyOfRange(all, length == 127 ? 10 : length == 126 ? 4 : 2, all.length);
    }

    @ParameterizedTest
    @DisplayName("the conformance suite's groups 12 and 13: its sizes, whole and in its fragments, in any cut")
    @CsvSource({
        "16, 0",
        "64, 0",
        "256, 0",
        "1024, 0",
        "4096, 0",
        "8192, 0",
        "16384, 0",
        "32768, 0",
        "65536, 0",
        "131072, 0",
        "8192, 256",
        "16384, 256",
        "32768, 256",
        "65536, 256",
        "131072, 256",
        "131072, 1024",
        "131072, 4096",
        "131072, 32768"
    })
    void readsCompressedMessagesOfAnySizeAndFragmentation(int size, int fragment) {
        for (int level : new int[] {0, 1, 6, 9}) {
            String text = json(size, size + fragment);
            byte[] message = deflated(utf8(text), Deflater.SYNC_FLUSH, level);
            byte[] stream = fragments(message, fragment == 0 ? message.length : fragment);

            assertThat(decode(stream)).containsExactly("text " + text);
            assertThat(decode(pieces(stream, 1460))).containsExactly("text " + text);
        }
    }

    /** Only the first frame of a compressed message has the bit. */
    private static byte[] fragments(byte[] message, int each) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += each) {
            int opcode = at == 0 ? FrameHeader.RSV1 | FrameHeader.TEXT : FrameHeader.CONTINUATION;
            int fin = at + each >= message.length ? FIN : 0;
            out.writeBytes(frame(fin | opcode, Arrays.copyOfRange(message, at, Math.min(message.length, at + each))));
        }
        return out.toByteArray();
    }

    private static byte[][] pieces(byte[] stream, int each) {
        byte[][] pieces = new byte[(stream.length + each - 1) / each][];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = Arrays.copyOfRange(stream, i * each, Math.min(stream.length, (i + 1) * each));
        }
        return pieces;
    }

    @Property(tries = 300)
    void anyTextComesBackHoweverItIsCompressedAndCut(
            @ForAll String any, @ForAll @IntRange(min = 0, max = 9) int level, @ForAll long seed) {
        byte[] plain = utf8(any.repeat(new Random(seed).nextInt(20)));
        if (plain.length == 0) {
            return;
        }
        byte[] stream = fragments(deflated(plain, Deflater.SYNC_FLUSH, level), 1 + new Random(seed).nextInt(300));

        assertThat(decode(pieces(stream, 1 + new Random(seed).nextInt(50))))
                .containsExactly("text " + new String(plain, StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void whatIsSentIsReadByAnyClient(@ForAll @IntRange(min = 1024, max = 100_000) int size, @ForAll long seed)
            throws DataFormatException {
        Frame push = push("\"" + json(size, seed).replace("\"", "'") + "\"");

        ServerFrame sent = compression.message(push);

        assertThat(sent.toBytes()[0] & 0xFF).isEqualTo(COMPRESSED);
        assertThat(inflated(payload(sent))).isEqualTo(push.toByteArray());
    }

    @Property(tries = 2_000)
    void garbageEndsTheConnectionAndThrowsNothing(@ForAll byte[] garbage) {
        List<String> events = decode(frame(COMPRESSED, garbage));

        assertThat(events).hasSize(1);
        assertThat(events.get(0)).matches("(?s)broken (1007|1009)|text .*");
    }

    @Test
    @DisplayName("binary messages are compressed and inflated too, and need not be UTF-8")
    void compressesBinaryMessagesBothWays() throws DataFormatException {
        Frame push = Encoding.PROTOBUF.push(Channel.parse("#bob"), Payload.json("\"" + "x".repeat(2000) + "\""));
        ServerFrame sent = compression.message(push);
        RecordingSink sink = new RecordingSink();
        sink.binary = true;
        int first = FIN | FrameHeader.RSV1 | FrameHeader.BINARY;

        assertThat(sent.toBytes()[0] & 0xFF).isEqualTo(first);
        assertThat(inflated(payload(sent))).isEqualTo(push.toByteArray());
        assertThat(decode(sink, frame(first, deflated(bytes(0xFF, 0xC3, 0x28)))))
                .containsExactly("binary ffc328");
    }

    @ParameterizedTest
    @DisplayName("the examples of RFC 7692 §7.2.3 are read")
    @CsvSource({
        "f2 48 cd c9 c9 07 00, Hello",
        "f3 48 cd c9 c9 07 00 00, Hello",
        "00 05 00 fa ff 48 65 6c 6c 6f 00, Hello",
        "f2 48 05 00 00 00 ff ff ca c9 c9 07 00, Hello",
        "00, ''",
    })
    void readsTheExamplesOfTheRfc(String hex, String text) {
        byte[] message = new byte[(hex.length() + 1) / 3];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) Integer.parseInt(hex.substring(3 * i, 3 * i + 2), 16);
        }

        assertThat(decode(frame(COMPRESSED, message))).containsExactly("text " + text);
        assertThat(decode(fragments(message, 1))).containsExactly("text " + text);
    }

    @Test
    void plainAndCompressedMessagesMayTakeTurns() {
        byte[] hello = deflated(utf8("Hello"));

        assertThat(decode(
                        ClientFrames.text("a"),
                        frame(COMPRESSED, hello),
                        frame(FrameHeader.TEXT, utf8("b")),
                        frame(FIN | FrameHeader.PING, utf8("?")),
                        frame(FIN | FrameHeader.CONTINUATION, utf8("c")),
                        frame(COMPRESSED, hello)))
                .containsExactly("text a", "text Hello", "ping ?", "text bc", "text Hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC8, 0xC9, 0xCA, 0xA1, 0x91, 0xE1, 0xD1, 0xC3, 0xC0})
    @DisplayName("reserved bits are a fault on control frames, and all but the first are one everywhere")
    void rejectsReservedBits(int first) {
        assertThat(decode(frame(first, new byte[0]))).containsExactly("broken 1002");
    }

    @Test
    void rejectsTheBitOnAContinuation() {
        byte[] hello = deflated(utf8("Hello"));

        assertThat(decode(
                        frame(FrameHeader.RSV1 | FrameHeader.TEXT, Arrays.copyOf(hello, 3)),
                        frame(
                                FIN | FrameHeader.RSV1 | FrameHeader.CONTINUATION,
                                Arrays.copyOfRange(hello, 3, hello.length))))
                .containsExactly("broken 1002");
    }

    @Test
    void rejectsTheBitWhereItWasNotAgreedOn() {
        assertThat(RecordingSink.decode(frame(COMPRESSED, deflated(utf8("Hello")))))
                .containsExactly("broken 1002");
    }

    @Test
    @DisplayName("SECURITY: a message that inflates beyond the bound of any message ends the connection")
    void aBombEndsTheConnection() {
        byte[] most = new byte[FrameDecoder.MAX_MESSAGE_BYTES];
        byte[] more = new byte[FrameDecoder.MAX_MESSAGE_BYTES + 1];
        Arrays.fill(most, (byte) 'x');
        Arrays.fill(more, (byte) 'x');

        assertThat(decode(frame(COMPRESSED, deflated(most))))
                .containsExactly("text " + "x".repeat(FrameDecoder.MAX_MESSAGE_BYTES));
        assertThat(decode(frame(COMPRESSED, deflated(more)))).containsExactly("broken 1009");
        assertThat(decode(frame(COMPRESSED, deflated(new byte[64 * 1024 * 1024]))))
                .containsExactly("broken 1009");
    }

    @Test
    @DisplayName("SECURITY: before connect is accepted, a message inflates to 16 KiB at most")
    void aStrangersBombEndsTheConnectionEarlier() {
        RecordingSink stranger = new RecordingSink() {
            @Override
            public boolean accepted() {
                return false;
            }

            @Override
            public void broken(WireFault fault) {
                events.add("broken " + fault);
            }
        };
        byte[] fits = utf8("x".repeat(FrameDecoder.MAX_STRANGERS_BYTES));
        byte[] tooLong = utf8("x".repeat(FrameDecoder.MAX_STRANGERS_BYTES + 1));

        assertThat(decode(stranger, frame(COMPRESSED, deflated(fits)), frame(COMPRESSED, deflated(tooLong))))
                .hasSize(2)
                .endsWith("broken TOO_EARLY");
    }

    @Test
    void aMessageThatIsCutShortIsDamaged() {
        byte[] whole = deflated(utf8(json(3000, 1)));
        for (int length = 0; length < whole.length; length++) {
            List<String> events = decode(frame(COMPRESSED, Arrays.copyOf(whole, length)));

            assertThat(events).as("%d of %d bytes", length, whole.length).containsExactly("broken 1007");
        }
    }

    @Test
    void textThatIsNotUtf8AfterInflatingIsAFault() {
        assertThat(decode(frame(COMPRESSED, deflated(bytes('a', 0xC3, 0x28))))).containsExactly("broken 1007");
        assertThat(decode(frame(COMPRESSED, deflated(bytes('a', 0xE2, 0x82))))).containsExactly("broken 1007");
    }

    @Test
    void endsOfDataInsideAMessageAreBounded() {
        byte[] one = bytes(0x03, 0x00);
        ByteArrayOutputStream few = new ByteArrayOutputStream();
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 100_000; i++) {
            many.writeBytes(one);
            if (i < MessageInflater.MAX_ENDS / 2) {
                few.writeBytes(one);
            }
        }
        // The beginning of the block that the sender of a last block leaves off.
        many.write(0);

        assertThat(decode(frame(COMPRESSED, ClientFrames.join(few.toByteArray(), deflated(utf8("Hello"))))))
                .containsExactly("text Hello");
        assertThat(decode(frame(COMPRESSED, many.toByteArray()))).containsExactly("broken 1007");
    }

    @Test
    @DisplayName("SECURITY: what one client sent cannot be referred to by the next message, of whomever")
    void aDecompressorForgetsItsMessage() throws DataFormatException {
        MessageCompression one = compression(1);
        byte[] secret = utf8("the secret of another user, the secret of another user");
        // Compressed with the secret as its context, so that it refers to bytes before its beginning.
        Deflater deflater = new Deflater(9, true);
        deflater.setDictionary(secret);
        deflater.setInput(secret);
        byte[] room = new byte[200];
        int length = deflater.deflate(room, 0, room.length, Deflater.SYNC_FLUSH);
        byte[] refers = Arrays.copyOf(room, length - 4);
        deflater.end();
        RecordingSink sink = new RecordingSink();

        byte[] before = deflated(secret);
        byte[] cutShort = Arrays.copyOf(before, before.length - 2);
        assertThat(one.inflate(before, 0, before.length, sink)).isNull();
        assertThat(one.inflate(refers, 0, refers.length, sink)).isEqualTo(WireFault.BAD_COMPRESSION);
        assertThat(one.inflate(cutShort, 0, cutShort.length, sink)).isEqualTo(WireFault.BAD_COMPRESSION);

        assertThat(one.inflate(refers, 0, refers.length, sink)).isEqualTo(WireFault.BAD_COMPRESSION);
        assertThat(one.inflate(before, 0, before.length, sink)).isNull();
        assertThat(sink.events).hasSize(2);
    }

    @Test
    @DisplayName("SECURITY: what is sent to one user leaves no trace in what is sent to the next")
    void aCompressorForgetsItsMessage() {
        MessageCompression used = compression(1);
        String data = "\"" + "the secret of another user ".repeat(60) + "\"";
        used.message(push(data));
        used.message(push("\"" + json(2000, 4).replace("\"", "'") + "\""));

        assertThat(used.message(push(data)).toBytes())
                .isEqualTo(compression(1).message(push(data)).toBytes());
    }

    @Test
    @DisplayName("a publication is compressed once, whoever receives it")
    void receiversShareTheCompressedFrame() {
        Frame push = push("\"" + "x".repeat(2000) + "\"");

        byte[] first = compression.message(push).toBytes();
        byte[] second = compression.message(push).toBytes();

        assertThat(second).isEqualTo(first);
        assertThat(first).hasSizeLessThan(100);
        assertThat(heard).containsExactly("compressed");
    }

    @Test
    void whatIsShortOrJoinedOrNoPublicationStaysAsItIs() {
        Frame shortest = push("\"" + "x".repeat(MessageCompression.LEAST_BYTES) + "\"");
        Frame tooShort = push("\"" + "x".repeat(MessageCompression.LEAST_BYTES - 100) + "\"");
        Frame joined = Frame.join(List.of(shortest, shortest));
        Frame reply = Frame.of("{\"id\":1,\"rpc\":{\"data\":\"" + "x".repeat(2000) + "\"}}");

        for (Frame each : List.of(tooShort, joined, reply)) {
            assertThat(compression.message(each).toBytes())
                    .isEqualTo(ServerFrames.message(each).toBytes());
        }
        assertThat(heard).isEmpty();
        assertThat(compression.message(shortest).toBytes()[0] & 0xFF).isEqualTo(COMPRESSED);
    }

    @Test
    void whatDoesNotGetShorterStaysAsItIs() {
        byte[] noise = new byte[3000];
        new Random(1).nextBytes(noise);
        Frame push = FrameWriter.push(Channel.parse("#bob"), Payload.copyOf(noise, 0, noise.length));

        for (int receiver = 0; receiver < 2; receiver++) {
            assertThat(compression.message(push).toBytes())
                    .isEqualTo(ServerFrames.message(push).toBytes());
        }
        assertThat(heard).containsExactly("no shorter");
    }

    @Test
    @DisplayName("with all compressors in use a message goes out as it is, and is compressed for a later receiver")
    void withoutACompressorAMessageStaysAsItIs() {
        MessageCompression none = compression(0);
        Frame push = push("\"" + "x".repeat(2000) + "\"");

        assertThat(none.message(push).toBytes())
                .isEqualTo(ServerFrames.message(push).toBytes());
        assertThat(heard).containsExactly("none free");

        assertThat(compression.message(push).toBytes()[0] & 0xFF).isEqualTo(COMPRESSED);
    }

    @Test
    void aConnectionCompressesBothWays() throws DataFormatException {
        FakeWire wire = new FakeWire();
        RecordingListener listener = new RecordingListener();
        WebSocketConnection connection = new WebSocketConnection(
                wire, new WebSockets(() -> Long.MAX_VALUE, cut -> {}, System::nanoTime), compression);
        connection.listen(listener);
        Frame push = push("\"" + "x".repeat(2000) + "\"");

        connection.write(push, new FakeCompletion());
        byte[] sent = frame(COMPRESSED, deflated(utf8("Hello")));
        connection.received(sent, 0, sent.length);

        assertThat(wire.written.get(0)[0] & 0xFF).isEqualTo(COMPRESSED);
        assertThat(inflated(Arrays.copyOfRange(wire.written.get(0), 2, wire.written.get(0).length)))
                .isEqualTo(push.toByteArray());
        assertThat(listener.events).contains("message Hello");
    }

    @Test
    @DisplayName("SECURITY: what comes after the server's close, or is for nobody, is not inflated")
    void ignoresWhatNobodyTakes() {
        WebSockets all = new WebSockets(() -> Long.MAX_VALUE, cut -> {}, System::nanoTime);
        RecordingListener closed = new RecordingListener();
        RecordingListener full = new RecordingListener();
        WebSocketConnection closing = new WebSocketConnection(new FakeWire(), all, compression);
        WebSocketConnection open = new WebSocketConnection(new FakeWire(), all, compression);
        closing.listen(closed);
        open.listen(full);
        closing.close(3013, "too many requests");
        full.inflates = false;
        byte[] damaged = frame(COMPRESSED, bytes(0xFF, 0xFF));

        closing.received(damaged.clone(), 0, damaged.length);
        open.received(damaged.clone(), 0, damaged.length);

        assertThat(closed.events).containsExactly("begins", "ends");
        assertThat(full.events).containsExactly("begins", "inflates 2", "ends");
        full.inflates = true;
        open.received(damaged, 0, damaged.length);
        assertThat(full.events).contains("faulted BAD_COMPRESSION");
    }

    @Test
    @DisplayName("what a client has compressed is not inflated by the thread that sees all connections' bytes arrive")
    void readsOfAClientThatCompressesAreNotDoneInPlace() {
        WebSockets all = new WebSockets(() -> Long.MAX_VALUE, cut -> {}, System::nanoTime);
        RecordingListener listener = new RecordingListener();
        listener.prompt = true;
        WebSocketConnection plain = new WebSocketConnection(new FakeWire(), all);
        WebSocketConnection compressing = new WebSocketConnection(new FakeWire(), all, compression);
        plain.listen(listener);
        compressing.listen(listener);

        assertThat(plain.prompt()).isTrue();
        assertThat(compressing.prompt()).isFalse();
    }

    @Test
    void aConnectionWithoutCompressionSendsAsBefore() {
        FakeWire wire = new FakeWire();
        WebSocketConnection connection =
                new WebSocketConnection(wire, new WebSockets(() -> Long.MAX_VALUE, cut -> {}, System::nanoTime));
        Frame push = push("\"" + "x".repeat(2000) + "\"");
        compression.message(push);

        connection.write(push, new FakeCompletion());

        assertThat(wire.written).containsExactly(ServerFrames.message(push).toBytes());
    }

    private static final class FakeCompletion implements Wire.Completion {
        @Override
        public void written() {}

        @Override
        public void failed(Throwable cause) {}
    }
}
