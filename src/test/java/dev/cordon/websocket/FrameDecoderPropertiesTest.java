package dev.cordon.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FrameDecoderPropertiesTest {
    /** Bytes that a client sends, and the event that they must cause. */
    private static final class Sent {
        final byte[] bytes;
        final String heard;

        Sent(byte[] bytes, String heard) {
            this.bytes = bytes;
            this.heard = heard;
        }

        @Override
        public String toString() {
            return heard;
        }
    }

    @Property(tries = 300)
    void readsAnyStreamTheSameHoweverItIsCut(@ForAll("streams") List<Sent> stream, @ForAll long seed) {
        byte[] whole = ClientFrames.join(stream.stream().map(sent -> sent.bytes).toArray(byte[][]::new));
        List<String> expected = stream.stream().map(sent -> sent.heard).toList();

        assertThat(RecordingSink.decode(whole)).isEqualTo(expected);
        assertThat(RecordingSink.decode(cut(whole, new Random(seed), 7))).isEqualTo(expected);
        assertThat(RecordingSink.decode(cut(whole, new Random(seed), 1))).isEqualTo(expected);
    }

    @Property(tries = 2_000)
    void garbageEndsTheConnectionAtMostOnceAndThrowsNothing(@ForAll byte[] garbage, @ForAll long seed) {
        List<String> events = RecordingSink.decode(cut(garbage, new Random(seed), 5));

        assertThat(events.stream().filter(FrameDecoderPropertiesTest::ends).count())
                .isLessThanOrEqualTo(1);
        assertThat(events.stream().limit(Math.max(0, events.size() - 1L))).noneMatch(FrameDecoderPropertiesTest::ends);
    }

    @Property(tries = 500)
    void aChangedByteEndsTheConnectionAtMostOnce(
            @ForAll("streams") List<Sent> stream, @ForAll long seed, @ForAll byte flip) {
        byte[] whole = ClientFrames.join(stream.stream().map(sent -> sent.bytes).toArray(byte[][]::new));
        if (whole.length == 0) {
            return;
        }
        whole[new Random(seed).nextInt(whole.length)] ^= flip;

        List<String> events = RecordingSink.decode(cut(whole, new Random(seed), 9));

        assertThat(events.stream().filter(FrameDecoderPropertiesTest::ends).count())
                .isLessThanOrEqualTo(1);
    }

    @Property(tries = 2_000)
    void checksUtf8LikeTheJdkWhereverItIsCut(@ForAll byte[] bytes, @ForAll long seed) {
        boolean valid =
                Arrays.equals(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
        int at = bytes.length == 0 ? 0 : new Random(seed).nextInt(bytes.length);

        int state = Utf8.check(Utf8.check(Utf8.BOUNDARY, bytes, 0, at), bytes, at, bytes.length);

        assertThat(state == Utf8.BOUNDARY).isEqualTo(valid);
    }

    @Property(tries = 1_000)
    void acceptsTextOfAnyCharacters(@ForAll("texts") String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

        assertThat(Utf8.check(Utf8.BOUNDARY, utf8, 0, utf8.length)).isEqualTo(Utf8.BOUNDARY);
    }

    @Provide
    Arbitrary<List<Sent>> streams() {
        return Arbitraries.oneOf(messages(), pings(), pongs()).list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withCharRange('\u0000', '\ud7ff')
                .ofMaxLength(300)
                .map(text -> text + "\ud83d\ude00€");
    }

    private Arbitrary<Sent> messages() {
        return Combinators.combine(texts(), Arbitraries.integers().between(1, 5), Arbitraries.integers())
                .as((text, pieces, mask) -> {
                    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                    List<byte[]> frames = new ArrayList<>();
                    for (int i = 0; i < pieces; i++) {
                        byte[] piece =
                                Arrays.copyOfRange(utf8, utf8.length * i / pieces, utf8.length * (i + 1) / pieces);
                        int first = (i == 0 ? FrameHeader.TEXT : FrameHeader.CONTINUATION)
                                | (i == pieces - 1 ? ClientFrames.FIN : 0);
                        frames.add(ClientFrames.frame(first, piece, mask));
                    }
                    return new Sent(ClientFrames.join(frames.toArray(byte[][]::new)), "text " + text);
                });
    }

    private Arbitrary<Sent> pings() {
        return Arbitraries.strings()
                .ascii()
                .ofMaxLength(125)
                .map(body -> new Sent(
                        ClientFrames.frame(
                                ClientFrames.FIN | FrameHeader.PING, body.getBytes(StandardCharsets.US_ASCII)),
                        "ping " + body));
    }

    private Arbitrary<Sent> pongs() {
        return Arbitraries.just(new Sent(ClientFrames.frame(ClientFrames.FIN | FrameHeader.PONG, new byte[0]), "pong"));
    }

    private static boolean ends(String event) {
        return event.startsWith("broken") || event.startsWith("closed");
    }

    private static byte[][] cut(byte[] whole, Random random, int longest) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length; ) {
            int to = Math.min(whole.length, at + 1 + random.nextInt(longest));
            pieces.add(Arrays.copyOfRange(whole, at, to));
            at = to;
        }
        return pieces.toArray(byte[][]::new);
    }
}
