package dev.cordon.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class JsonWriterTest {
    @Property
    void writesStringsThatReadBackUnchanged(@ForAll("texts") String text) {
        byte[] written = new JsonWriter(1).quoted(text).bytes();

        assertThat(Json.parse(new String(written, StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(JsonWriter.size(text) + 2).isEqualTo(written.length);
    }

    @Property
    void writesNumbersInAsManyDigitsAsPredicted(@ForAll @LongRange(max = Long.MAX_VALUE) long number) {
        String written = new String(new JsonWriter(1).number(number).bytes(), StandardCharsets.US_ASCII);

        assertThat(written).isEqualTo(Long.toString(number)).hasSize(JsonWriter.digits(number));
    }

    @Example
    void writesTheSmallestNumber() {
        assertThat(new JsonWriter(1).number(Long.MIN_VALUE).bytes()).asString().isEqualTo("-9223372036854775808");
    }

    @Provide
    Arbitrary<String> texts() {
        return Json.anyText();
    }
}
