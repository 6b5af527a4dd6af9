package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    @Test
    void joinsMessagesByLineBreaks() {
        Frame joined = Frame.join(List.of(Frame.of("{\"a\":1}"), FrameWriter.PING, Frame.of("{\"b\":\"é\"}")));

        assertThat(joined.text()).isEqualTo("{\"a\":1}\n{}\n{\"b\":\"é\"}");
        assertThat(joined.size()).isEqualTo(joined.text().getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void joiningOneMessageReturnsIt() {
        Frame one = Frame.of("{}");

        assertThat(Frame.join(List.of(one))).isSameAs(one);
    }

    @Property
    void joinedMessagesSplitAtTheirLineBreaks(
            @ForAll @Size(min = 1, max = 8) @UniqueElements List<@NotEmpty String> messages) {
        List<String> lines = messages.stream()
                .map(m -> new String(new JsonWriter(16).quoted(m).bytes(), StandardCharsets.UTF_8))
                .toList();

        Frame joined = Frame.join(lines.stream().map(Frame::of).toList());

        assertThat(joined.text().split("\n", -1)).containsExactlyElementsOf(lines);
        assertThat(new String(joined.toByteArray(), StandardCharsets.UTF_8)).isEqualTo(joined.text());
    }

    @Test
    void copiesItsBytesPieceByPiece() {
        Payload payload = Payload.json("\"0123456789\"");
        Frame push = FrameWriter.push(new Publication(Channel.personal(new UserId("alice")), 7, payload));

        for (int piece = 1; piece <= push.size() + 1; piece++) {
            ByteBuffer whole = ByteBuffer.allocate(push.size());
            ByteBuffer part = ByteBuffer.allocate(piece);
            for (int from = 0; from < push.size(); from += piece) {
                push.putTo(part.clear(), from);
                assertThat(part.position()).isEqualTo(Math.min(piece, push.size() - from));
                whole.put(part.flip());
            }
            assertThat(whole.array()).isEqualTo(push.toByteArray());
        }
    }

    @Test
    void isFilledInPlace() {
        assertThat(Frame.filled(3, false, bytes -> Arrays.fill(bytes, (byte) 'x'))
                        .text())
                .isEqualTo("xxx");
    }

    @Test
    void handsOutCopies() {
        Frame frame = Frame.of("{}");
        Payload payload = Payload.json("{}");

        frame.toByteArray()[0] = 'x';
        payload.toByteArray()[0] = 'x';

        assertThat(frame.text()).isEqualTo("{}");
        assertThat(payload.text()).isEqualTo("{}");
    }

    @Test
    void toStringShowsNoBody() {
        assertThat(Frame.of("{\"secret\":1}")).hasToString("Frame[12 bytes]");
        assertThat(Payload.json("{\"secret\":1}")).hasToString("Payload[12 bytes]");
    }

    @ParameterizedTest
    @DisplayName("F23 only line breaks between tokens become spaces: they would split the frame")
    @ValueSource(strings = {"{\n\"a\":\r\n1\n}", "[\r\r]", "\n1\n"})
    void keepsAPayloadOnOneLine(String json) {
        Payload payload = Payload.json(json);

        assertThat(payload.text()).isEqualTo(json.replace('\n', ' ').replace('\r', ' '));
        assertThat(payload.size()).isEqualTo(json.length());
    }

    @Test
    void payloadsAreEqualByTheirBytes() {
        assertThat(Payload.json("{ }")).isNotEqualTo(Payload.json("{}"));
        assertThat(Payload.json("{}")).isEqualTo(Payload.EMPTY).hasSameHashCodeAs(Payload.EMPTY);
        assertThat(Payload.copyOf("x{}y".getBytes(StandardCharsets.UTF_8), 1, 3))
                .isEqualTo(Payload.EMPTY);
    }

    @Test
    void copiesItsSource() {
        byte[] source = "[1]".getBytes(StandardCharsets.UTF_8);
        Payload payload = Payload.copyOf(source, 0, 3);

        source[1] = '2';

        assertThat(payload.text()).isEqualTo("[1]");
    }
}
