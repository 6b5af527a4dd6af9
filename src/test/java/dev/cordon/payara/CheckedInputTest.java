package dev.cordon.payara;

import static dev.cordon.websocket.ClientFrames.FIN;
import static dev.cordon.websocket.ClientFrames.bytes;
import static dev.cordon.websocket.ClientFrames.frame;
import static dev.cordon.websocket.ClientFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.HandTime;
import dev.cordon.websocket.ClientFrames;
import dev.cordon.websocket.CloseCause;
import dev.cordon.websocket.CloseCodes;
import dev.cordon.websocket.FrameDecoder;
import dev.cordon.websocket.FrameHeader;
import dev.cordon.websocket.PartialMessages;
import dev.cordon.websocket.RecordingSink;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.WireFault;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the container's own WebSocket engine gets to read of a client's frames. */
class CheckedInputTest {
    private static final byte[] NOTHING = {};

    private final HandTime time = new HandTime();
    private final Arriving arriving = new Arriving();
    private final AtomicInteger abandoned = new AtomicInteger();
    private long room = Long.MAX_VALUE;
    private final PartialMessages halves = new PartialMessages(() -> room, cut -> {}, time::nanos);
    private final CheckedInput input =
            new CheckedInput(arriving, false, halves, time::nanos, abandoned::incrementAndGet);

    /** Returns the events of the frames passed on so far, as the engine reads them. */
    private List<String> passed(byte[]... sent) throws IOException {
        arriving.reads.addAll(List.of(sent));
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        byte[] some = new byte[1000];
        while (input.isReady()) {
            passed.write(some, 0, input.read(some));
        }
        return RecordingSink.decode(passed.toByteArray());
    }

    @Test
    @DisplayName("binary messages of a client that speaks Protobuf are passed on as they are, and its texts are not")
    void passesBinaryMessagesOn() throws IOException {
        CheckedInput binary = new CheckedInput(arriving, true, halves, time::nanos, abandoned::incrementAndGet);
        arriving.reads.add(frame(FrameHeader.BINARY, bytes(0xFF)));
        arriving.reads.add(frame(FIN | FrameHeader.CONTINUATION, bytes(0xFE)));
        arriving.reads.add(ClientFrames.text("{}"));
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        byte[] some = new byte[1000];
        while (binary.isReady()) {
            passed.write(some, 0, binary.read(some));
        }

        RecordingSink sink = new RecordingSink();
        sink.binary = true;
        RecordingSink.decoder().decode(passed.toByteArray(), 0, passed.size(), sink);
        assertThat(sink.events).containsExactly("binary fffe", "closed 3501");
    }

    static List<byte[]> forbidden() {
        return List.of(
                bytes(FIN | FrameHeader.TEXT, 2, '{', '}'),
                bytes(FIN | FrameHeader.TEXT, 0xFE, 0, 2, 0, 0, 0, 0, '{', '}'),
                bytes(FIN | FrameHeader.TEXT, 0xFF, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, '{', '}'),
                frame(FIN | 0x40 | FrameHeader.TEXT, NOTHING),
                frame(FIN | 3, NOTHING),
                frame(FIN | FrameHeader.CONTINUATION, NOTHING),
                frame(FrameHeader.PING, NOTHING),
                frame(FIN | FrameHeader.CLOSE, bytes(3)));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    @DisplayName("A5: a frame that RFC 6455 forbids is passed on as a close frame with 1002, and nothing behind it")
    void a5_forbiddenFramesAreAProtocolError(byte[] frame) throws IOException {
        assertThat(passed(ClientFrames.text("before"), frame, ClientFrames.text("behind")))
                .containsExactly("text before", "closed 1002");
    }

    @Test
    @DisplayName("A5: a message in more than 1,024 fragments is passed on as a close frame with 1009")
    void a5_fragmentsAreBounded() throws IOException {
        byte[][] fragments = new byte[FrameDecoder.MAX_FRAGMENTS + 1][];
        for (int i = 0; i < fragments.length; i++) {
            fragments[i] = frame(i == 0 ? FrameHeader.TEXT : FrameHeader.CONTINUATION, bytes(' '));
        }

        assertThat(passed(join(fragments))).containsExactly("closed 1009");
    }

    @Test
    @DisplayName("A5: a message announced as too large is rejected at once, as is a first message over 16 KiB")
    void a5_rejectsATooLargeMessageBeforeItArrives() throws IOException {
        assertThat(passed(bytes(FIN | FrameHeader.TEXT, 0xFE, 0x40, 1, 1, 2, 3, 4, 5)))
                .containsExactly("closed 1009");

        CheckedInput connected = new CheckedInput(arriving, false, halves, time::nanos, abandoned::incrementAndGet);
        arriving.reads.add(ClientFrames.text("{}"));
        arriving.reads.add(frame(FIN | FrameHeader.TEXT, new byte[20 * 1024]));
        arriving.reads.add(bytes(FIN | FrameHeader.TEXT, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4, 5));
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        while (connected.isReady()) {
            passed.write(connected.read());
        }
        assertThat(RecordingSink.decode(passed.toByteArray()))
                .containsExactly("text {}", "text " + "\0".repeat(20 * 1024), "closed 1009");
    }

    @Test
    @DisplayName("A5: bad UTF-8 is passed on as a close frame with 1007 before its frame is complete")
    void a5_rejectsBadUtf8BeforeItsFrameIsComplete() throws IOException {
        assertThat(passed(bytes(FIN | FrameHeader.TEXT, 0xFD, 0, 0, 0, 0, '"', 0xC0, 0xAF)))
                .containsExactly("closed 1007");
    }

    @Test
    @DisplayName("A5: a binary frame is passed on as a close frame with 3501")
    void a5_binaryIsABadRequest() throws IOException {
        assertThat(passed(frame(FIN | FrameHeader.BINARY, bytes(1)))).containsExactly("closed 3501");
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "1001, 1001", "1011, 1011", "1012, 1000", "1013, 1000", "1014, 1000", "4999, 4999"})
    @DisplayName("A5: close codes that the engine takes for an error are passed on as 1000, others as they are")
    void a5_replacesCloseCodesThatTheEngineRejects(int sent, int code) throws IOException {
        assertThat(passed(ClientFrames.close(sent, "why"))).containsExactly("closed " + code);
    }

    @Test
    void passesOnACloseFrameWithoutACode() throws IOException {
        assertThat(passed(frame(FIN | FrameHeader.CLOSE, NOTHING))).containsExactly("closed " + CloseCodes.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 16_000})
    void passesOnMessagesWholeHoweverTheyArrive(int length) throws IOException {
        byte[] text = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
        byte[] frames = join(
                frame(FrameHeader.TEXT, text),
                frame(FIN | FrameHeader.PING, bytes('?')),
                frame(FIN | FrameHeader.CONTINUATION, bytes('y')),
                frame(FIN | FrameHeader.PONG, bytes('!')));
        byte[][] pieces = new byte[frames.length][];
        for (int i = 0; i < frames.length; i++) {
            pieces[i] = new byte[] {frames[i]};
        }

        assertThat(passed(pieces)).containsExactly("ping ?", "text " + "x".repeat(length) + "y", "pong");
    }

    @Test
    void passesOnLargeMessages() throws IOException {
        String large = "x".repeat(60 * 1024);

        assertThat(passed(ClientFrames.text("{}"), ClientFrames.text(large), ClientFrames.text(large + large)))
                .containsExactly("text {}", "text " + large, "text " + large + large);
    }

    @ParameterizedTest
    @ValueSource(ints = {65_535, 65_536})
    void passesOnMessagesAtTheBoundOfTheirLengthField(int length) throws IOException {
        String text = "x".repeat(length);

        assertThat(passed(ClientFrames.text("{}"), ClientFrames.text(text))).containsExactly("text {}", "text " + text);
    }

    @Test
    @DisplayName("A5: too many control frames within a second are passed on as a close frame with 1008")
    void a5_controlFramesAreBounded() throws IOException {
        byte[][] pings = new byte[WebSocketConnection.MAX_CONTROL_FRAMES_PER_SECOND][];
        for (int i = 0; i < pings.length; i++) {
            pings[i] = frame(FIN | (i % 2 == 0 ? FrameHeader.PING : FrameHeader.PONG), NOTHING);
        }
        time.advance(Duration.ofSeconds(2));
        assertThat(passed(join(pings))).hasSize(pings.length);
        time.advance(Duration.ofSeconds(2));
        assertThat(passed(join(pings))).hasSize(pings.length);

        assertThat(passed(join(pings))).containsExactly("closed 1008");
        assertThat(passed(ClientFrames.text("{}"))).isEmpty();
    }

    @Test
    @DisplayName("S1: a message that finds no room ends its connection")
    void s1_aMessageThatFindsNoRoomEndsItsConnection() throws IOException {
        room = 64 * 1024;
        byte[] frame = frame(FIN | FrameHeader.TEXT, new byte[300 * 1024]);

        assertThat(passed(ClientFrames.text("{}"), Arrays.copyOf(frame, 200 * 1024)))
                .containsExactly("text {}");

        assertThat(abandoned).hasValue(1);
        assertThat(halves.bytes()).isZero();
    }

    @Test
    void belongsToAnUnauthenticatedClientUntilItsFirstMessage() throws IOException {
        assertThat(input.accepted()).isFalse();
        passed(frame(FIN | FrameHeader.PING, NOTHING));
        assertThat(input.accepted()).isFalse();

        passed(ClientFrames.text("{}"));

        assertThat(input.accepted()).isTrue();
        input.cut(CloseCause.NO_ROOM);
        assertThat(abandoned).hasValue(1);
    }

    @Test
    void reportsBytesOnlyOnceTheyHaveArrived() throws IOException {
        assertThat(input.isReady()).isFalse();
        assertThat(input.available()).isZero();
        arriving.reads.add(ClientFrames.text("{}"));

        assertThat(input.available()).isEqualTo(2 + 4 + 2);
        assertThat(input.isFinished()).isFalse();
        arriving.finished = true;
        assertThat(input.isFinished()).isTrue();
    }

    @Test
    void readsInPartsAndTellsWhatIsLeft() throws IOException {
        arriving.reads.add(ClientFrames.text("abc"));
        byte[] some = new byte[10];

        assertThat(input.read(some, 2, 4)).isEqualTo(4);
        assertThat(input.available()).isEqualTo(2 + 4 + 3 - 4);
        assertThat(input.read(some, 6, 4)).isEqualTo(4);
        assertThat(input.read()).isEqualTo('c');
        assertThat(input.isReady()).isFalse();
        assertThat(some).startsWith(0, 0, 0x81, 0x83, 0, 0, 0, 0, 'a', 'b');
    }

    @Test
    @DisplayName("A5: a close frame for a violation bears the reason")
    void a5_aCloseFrameForAViolationBearsItsReason() throws IOException {
        arriving.reads.add(frame(FIN | FrameHeader.BINARY, bytes(1)));
        byte[] some = new byte[200];
        int count = input.read(some);

        assertThat(new String(some, 8, count - 8, StandardCharsets.US_ASCII))
                .isEqualTo(WireFault.BINARY.reason())
                .isNotEmpty();
    }

    @Test
    @DisplayName("A5: a second that is exactly over counts for the same control frames")
    void a5_countsControlFramesOverMoreThanASecond() throws IOException {
        byte[][] pings = new byte[WebSocketConnection.MAX_CONTROL_FRAMES_PER_SECOND][];
        Arrays.fill(pings, frame(FIN | FrameHeader.PING, NOTHING));
        time.advance(Duration.ofSeconds(2));
        assertThat(passed(join(pings))).hasSize(pings.length);

        time.advance(Duration.ofSeconds(1));

        arriving.reads.add(frame(FIN | FrameHeader.PING, NOTHING));
        assertThat(input.available())
                .as("one close frame and nothing behind it")
                .isEqualTo(2 + 4 + 2 + WireFault.FLOOD.reason().length());
    }

    @Test
    void aReadThatFailsIsNotReady() {
        arriving.reads.add(NOTHING);
        arriving.broken = true;

        assertThat(input.isReady()).isFalse();
    }

    @Test
    void hearsFromTheContainerWhenMoreCanBeRead() {
        ReadListener listener = new Listening();

        input.setReadListener(listener);

        assertThat(arriving.listener).containsSame(listener);
    }

    private static final class Listening implements ReadListener {
        @Override
        public void onDataAvailable() {}

        @Override
        public void onAllDataRead() {}

        @Override
        public void onError(Throwable cause) {}
    }

    /** Each array is what one read of the container's stream brings, at most. */
    private static final class Arriving extends ServletInputStream {
        private final Deque<byte[]> reads = new ArrayDeque<>();
        private boolean finished;
        private boolean broken;
        private Optional<ReadListener> listener = Optional.empty();

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            if (broken) {
                throw new IOException("reset");
            }
            byte[] next = reads.remove();
            int count = Math.min(most, next.length);
            System.arraycopy(next, 0, into, offset, count);
            if (count < next.length) {
                reads.addFirst(Arrays.copyOfRange(next, count, next.length));
            }
            return count;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isReady() {
            return !reads.isEmpty();
        }

        @Override
        public boolean isFinished() {
            return finished;
        }

        @Override
        public void setReadListener(ReadListener reader) {
            listener = Optional.of(reader);
        }
    }
}
