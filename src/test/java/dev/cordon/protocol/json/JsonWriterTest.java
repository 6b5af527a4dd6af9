package dev.cordon.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    @Example
    void writesZero() {
        assertThat(new JsonWriter(1).number(0).asString()).isEqualTo("0");
        assertThat(JsonWriter.digits(0)).isOne();
        assertThat(JsonWriter.digits(9)).isOne();
        assertThat(JsonWriter.digits(10)).isEqualTo(2);
    }

    @Example
    void writesMapsCollectionsTextsNumbersAndTruthValues() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("text", "a\"b");
        fields.put("whole", 42);
        fields.put("long", Long.MIN_VALUE);
        fields.put("truth", true);
        fields.put("lie", false);
        fields.put("list", List.of(1, "two", List.of()));
        fields.put("none", Map.of());

        assertThat(JsonWriter.toJson(fields))
                .isEqualTo("{\"text\":\"a\\\"b\",\"whole\":42,\"long\":-9223372036854775808,\"truth\":true,"
                        + "\"lie\":false,\"list\":[1,\"two\",[]],\"none\":{}}");
    }

    @Example
    void writesDecimalsExactly() {
        assertThat(JsonWriter.toJson(List.of(0.5, 3.0, -7.0, 9007199254740991.0)))
                .isEqualTo("[0.5,3,-7,9007199254740991]");
        assertThat(JsonWriter.toJson(List.of(9007199254740992.0, 1e300))).isEqualTo("[9.007199254740992E15,1.0E300]");
        assertThat(JsonWriter.toJson(List.of(Double.NaN, Double.POSITIVE_INFINITY)))
                .isEqualTo("[null,null]");
    }

    @Example
    void escapesOnlyWhatMustBeEscaped() {
        assertThat(new JsonWriter(1).quoted("\u0000\u001f \u007f\u0080/").asString())
                .isEqualTo("\"\\u0000\\u001f \u007f\u0080/\"");
    }

    @Example
    void predictsTheSizeOfEachKindOfCharacter() {
        assertThat(JsonWriter.size("\u001f")).isEqualTo(6);
        assertThat(JsonWriter.size(" \u007f")).isEqualTo(2);
        assertThat(JsonWriter.size("\"\\")).isEqualTo(4);
        assertThat(JsonWriter.size("\u0080\u07ff")).isEqualTo(4);
        assertThat(JsonWriter.size("\u0800")).isEqualTo(3);
        assertThat(JsonWriter.size("\ud83d\ude00")).isEqualTo(4);
    }

    @Example
    void appendsBytesToAnArrayThatIsFull() {
        byte[] bytes = "[1]".getBytes(StandardCharsets.US_ASCII);

        assertThat(new JsonWriter(0).raw(bytes).raw(bytes).bytes()).asString().isEqualTo("[1][1]");
    }

    @Provide
    Arbitrary<String> texts() {
        return Json.anyText();
    }
}
