package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class JsonTextTest {
    @Property
    void writesStringsThatReadAsTheyWere(@ForAll("texts") String text) {
        byte[] written = new JsonText(1).quoted(text).bytes();

        assertThat(Json.parse(new String(written, StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(JsonText.size(text) + 2).isEqualTo(written.length);
    }

    @Property
    void writesNumbersInAsManyDigitsAsItSays(@ForAll @LongRange(max = Long.MAX_VALUE) long number) {
        String written = new String(new JsonText(1).number(number).bytes(), StandardCharsets.US_ASCII);

        assertThat(written).isEqualTo(Long.toString(number)).hasSize(JsonText.digits(number));
    }

    @Example
    void writesTheSmallestNumber() {
        assertThat(new JsonText(1).number(Long.MIN_VALUE).bytes()).asString().isEqualTo("-9223372036854775808");
    }

    /** A text that was given its exact size hands out its own array. */
    @Property
    void knowsTheSizeOfAPush(
            @ForAll("texts") String name, @ForAll @LongRange(min = 1, max = Long.MAX_VALUE) long offset) {
        Publication publication = new Publication(
                new Channel("t:1", new UserId("u" + name.replaceAll("\\p{Cc}", ""))),
                offset,
                Payload.json("{\"é\":1}"));

        Frame push = FrameWriter.push(publication);

        assertThat(FrameWriter.pushHeadSize(publication) + publication.payload().size() + 3)
                .isEqualTo(push.size());
        assertThat(push.text()).contains("\"offset\":" + offset + ",").startsWith("{\"push\":{\"channel\":\"t:1#u");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a",
                        "Z",
                        "#",
                        "\"",
                        "\\",
                        "/",
                        "\u0000",
                        "\n",
                        "\u001f",
                        "\u007f",
                        "é",
                        "€",
                        "\uFFFD",
                        "\uD83D\uDE00")
                .list()
                .ofMaxSize(12)
                .map(all -> String.join("", all));
    }
}
