package dev.cordon.websocket;

import static dev.cordon.websocket.ClientFrames.FIN;
import static dev.cordon.websocket.ClientFrames.bytes;
import static dev.cordon.websocket.ClientFrames.frame;
import static dev.cordon.websocket.ClientFrames.join;
import static dev.cordon.websocket.RecordingSink.decode;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final byte[] NOTHING = {};

    /** Bytes of one read. */
    private static final int PIECE = 16 * 1024;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, 8, 9, 124, 125, 126, 127, 128, 65_535, 65_536, FrameDecoder.MAX_MESSAGE_BYTES})
    void readsATextOfAnyAllowedLength(int length) {
        String text = "x".repeat(length);

        assertThat(decode(ClientFrames.text(text))).containsExactly("text " + text);
    }

    @Test
    void joinsFragmentsAroundControlFrames() {
        byte[] stream = join(
                frame(FrameHeader.TEXT, ascii("Hel")),
                frame(FIN | FrameHeader.PING, ascii("?")),
                frame(FrameHeader.CONTINUATION, NOTHING),
                frame(FIN | FrameHeader.PONG, NOTHING),
                frame(FIN | FrameHeader.CONTINUATION, ascii("lo")),
                ClientFrames.text("next"));

        assertThat(decode(stream)).containsExactly("ping ?", "pong", "text Hello", "text next");
    }

    @Test
    void readsACharacterThatIsSplitBetweenFragments() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);

        assertThat(decode(
                        frame(FrameHeader.TEXT, bytes(euro[0])),
                        frame(FIN | FrameHeader.CONTINUATION, bytes(euro[1], euro[2]))))
                .containsExactly("text €");
    }

    @Test
    void rejectsAFrameWithoutMask() {
        assertThat(decode(bytes(FIN | FrameHeader.TEXT, 1, 'x'))).containsExactly("broken 1002");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC1, 0xA1, 0x91, 0x83, 0x87, 0x8B, 0x8F, 0x80, 0x00, 0x09, 0x08, 0x0A})
    void rejectsReservedBitsAndOpcodesAndMisplacedFrames(int first) {
        assertThat(decode(frame(first, NOTHING))).containsExactly("broken 1002");
    }

    @Test
    void rejectsANewMessageInsideAMessage() {
        assertThat(decode(frame(FrameHeader.TEXT, ascii("a")), ClientFrames.text("b")))
                .containsExactly("broken 1002");
    }

    @Test
    void rejectsControlFramesOver125Bytes() {
        assertThat(decode(frame(FIN | FrameHeader.PING, new byte[125])))
                .hasSize(1)
                .allMatch(e -> e.startsWith("ping"));
        assertThat(decode(frame(FIN | FrameHeader.PING, new byte[126]))).containsExactly("broken 1002");
    }

    @Test
    void rejectsLengthsThatAreNotInTheirShortestForm() {
        assertThat(decode(bytes(0x81, 0xFE, 0, 125))).containsExactly("broken 1002");
        assertThat(decode(bytes(0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF))).containsExactly("broken 1002");
        assertThat(decode(bytes(0x81, 0xFF, 0x80, 0, 0, 0, 0, 1, 0, 0))).containsExactly("broken 1002");
    }

    @Test
    void rejectsAMessageOverTheLimitBeforeItArrives() {
        byte[] announced = bytes(0x81, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0);

        assertThat(decode(announced)).containsExactly("broken 1009");
    }

    @Test
    void rejectsFragmentsThatTogetherAreOverTheLimit() {
        byte[] half = new byte[FrameDecoder.MAX_MESSAGE_BYTES / 2];

        assertThat(decode(
                        frame(FrameHeader.TEXT, half),
                        frame(FrameHeader.CONTINUATION, half),
                        frame(FIN | FrameHeader.CONTINUATION, bytes('x'))))
                .containsExactly("broken 1009");
    }

    @Test
    void rejectsMoreFragmentsThanAMessageMayHave() {
        List<byte[]> stream = new ArrayList<>();
        stream.add(frame(FrameHeader.TEXT, NOTHING));
        for (int i = 1; i < FrameDecoder.MAX_FRAGMENTS; i++) {
            stream.add(frame(FrameHeader.CONTINUATION, NOTHING));
        }
        assertThat(decode(stream.toArray(byte[][]::new))).isEmpty();

        stream.add(frame(FIN | FrameHeader.CONTINUATION, NOTHING));

        assertThat(decode(stream.toArray(byte[][]::new))).containsExactly("broken 1009");
    }

    @Test
    void closesBinaryAsABadRequest() {
        assertThat(decode(frame(FIN | FrameHeader.BINARY, ascii("x")))).containsExactly("broken 3501");
    }

    @Test
    void rejectsTextAsSoonAsItIsNotUtf8() {
        assertThat(decode(frame(FrameHeader.TEXT, bytes(0xC0, 0xAF)))).containsExactly("broken 1007");
        assertThat(decode(frame(FIN | FrameHeader.TEXT, bytes('a', 0xE2, 0x82))))
                .containsExactly("broken 1007");
    }

    @Test
    void rejectsATextWhoseLastFragmentEndsInsideACharacter() {
        assertThat(decode(
                        frame(FrameHeader.TEXT, bytes('a', 0xE2, 0x82)),
                        frame(FIN | FrameHeader.CONTINUATION, NOTHING)))
                .containsExactly("broken 1007");
    }

    @Test
    void passesAWholeMessageOnWithoutACopy() {
        List<byte[]> used = new ArrayList<>();
        byte[] frame = ClientFrames.text("whole");

        RecordingSink.decoder().decode(frame, 0, frame.length, keep(used));

        assertThat(used).hasSize(1);
        assertThat(used.get(0)).isSameAs(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1011, 1014, 3000, 3999, 4000, 4999})
    void acceptsCloseCodesThatMayBeSent(int code) {
        assertThat(decode(ClientFrames.close(code, "bye"))).containsExactly("closed " + code);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535})
    void rejectsCloseCodesThatMayNotBeSent(int code) {
        assertThat(decode(ClientFrames.close(code, ""))).containsExactly("broken 1002");
    }

    @Test
    void readsACloseFrameWithoutACodeAndRejectsHalfACode() {
        assertThat(decode(frame(FIN | FrameHeader.CLOSE, NOTHING))).containsExactly("closed 1005");
        assertThat(decode(frame(FIN | FrameHeader.CLOSE, bytes(3)))).containsExactly("broken 1002");
    }

    @Test
    void rejectsACloseReasonThatIsNotUtf8() {
        assertThat(decode(frame(FIN | FrameHeader.CLOSE, bytes(3, 0xE8, 0xFF)))).containsExactly("broken 1007");
    }

    @Test
    void ignoresEverythingBehindACloseFrame() {
        assertThat(decode(join(ClientFrames.close(1000, ""), ClientFrames.text("late"), bytes(1, 2, 3))))
                .containsExactly("closed 1000");
    }

    @Test
    void reusesOneArrayForConsecutiveLongMessages() {
        List<byte[]> used = new ArrayList<>();
        FrameDecoder decoder = RecordingSink.decoder();
        for (int i = 0; i < 3; i++) {
            inPieces(decoder, "x".repeat(60_000), keep(used));
        }

        // Another test that needed an array in between has taken another one.
        assertThat(used).hasSize(3);
        assertThat(used.get(2)).isSameAs(used.get(1));
    }

    @Test
    void doesNotMixMessagesJoinedAtTheSameTime() {
        byte[] one = ClientFrames.text("1".repeat(60_000));
        byte[] other = ClientFrames.text("2".repeat(50_000));
        inPieces(RecordingSink.decoder(), "0".repeat(65_000), new RecordingSink());
        FrameDecoder first = RecordingSink.decoder();
        FrameDecoder second = RecordingSink.decoder();
        RecordingSink firstSaid = new RecordingSink();
        RecordingSink secondSaid = new RecordingSink();

        for (int at = 0; at < one.length; at += PIECE) {
            first.decode(one, at, Math.min(one.length, at + PIECE), firstSaid);
            second.decode(other, Math.min(other.length, at), Math.min(other.length, at + PIECE), secondSaid);
        }

        assertThat(firstSaid.events).containsExactly("text " + "1".repeat(60_000));
        assertThat(secondSaid.events).containsExactly("text " + "2".repeat(50_000));
    }

    @Test
    void overwritesNoMessageWhileItIsRead() {
        List<String> read = new ArrayList<>();
        inPieces(RecordingSink.decoder(), "1".repeat(60_000), new RecordingSink() {
            @Override
            public void message(byte[] utf8, int from, int to) {
                inPieces(RecordingSink.decoder(), "2".repeat(60_000), new RecordingSink());
                read.add(new String(utf8, from, to - from, StandardCharsets.UTF_8));
            }
        });

        assertThat(read).containsExactly("1".repeat(60_000));
    }

    @Test
    void aShorterMessageShowsNothingOfALongerOneBefore() {
        RecordingSink said = new RecordingSink();
        inPieces(RecordingSink.decoder(), "1".repeat(60_000), new RecordingSink());

        inPieces(RecordingSink.decoder(), "2".repeat(40_000), said);

        assertThat(said.events).containsExactly("text " + "2".repeat(40_000));
    }

    @Test
    @DisplayName("C5: a peer sends either texts or binary messages: the other kind is rejected with 3501")
    void rejectsTheOtherKindOfMessage() {
        RecordingSink text = new RecordingSink();
        RecordingSink binary = new RecordingSink();
        binary.binary = true;
        byte[] both = ClientFrames.join(ClientFrames.frame(0x82, new byte[] {(byte) 0xFF}), ClientFrames.text("{}"));

        RecordingSink.decoder().decode(both.clone(), 0, both.length, text);
        RecordingSink.decoder().decode(both.clone(), 0, both.length, binary);

        assertThat(text.events).containsExactly("broken 3501");
        assertThat(binary.events).containsExactly("binary ff", "broken 3501");
    }

    private static void inPieces(FrameDecoder decoder, String text, FrameDecoder.Sink sink) {
        byte[] frame = ClientFrames.text(text);
        for (int at = 0; at < frame.length; at += PIECE) {
            decoder.decode(frame, at, Math.min(frame.length, at + PIECE), sink);
        }
    }

    private static RecordingSink keep(List<byte[]> arrays) {
        return new RecordingSink() {
            @Override
            public void message(byte[] utf8, int from, int to) {
                arrays.add(utf8);
            }
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
