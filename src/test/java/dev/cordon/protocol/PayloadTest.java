package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    private static JsonFields object(String json) {
        return JsonFields.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a log returns for it. */
    private static Payload kept(Payload payload) {
        byte[] bytes = payload.toByteArray();
        return Payload.copyOf(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "1", "\" \"", "null", "[ ]", "{\"tags\": {\"a\": \"b\"} }"})
    @DisplayName("a JSON value alone is kept as it is, without space around it")
    void aValueIsPlain(String json) {
        for (Payload payload : new Payload[] {
            Payload.parse(" " + json + " \n "),
            Payload.read(utf8(json + "  "), 0, json.length() + 2),
            Payload.of(object("{\"data\": " + json + " }"), "data").orElseThrow()
        }) {
            assertThat(payload.plain()).isTrue();
            assertThat(payload.opaque()).isFalse();
            assertThat(payload.tags()).isEmpty();
            assertThat(payload.data()).isEqualTo(utf8(json));
            assertThat(payload.text()).isEqualTo(json);
        }
    }

    @Test
    @DisplayName("tags follow the value, as a publication in JSON has them")
    void keepsTags() {
        Payload tagged = kept(Payload.json("{\"a\": 1}").tagged(object("{ \"k\\n\": \"v\", \"é\": \"\" }")));

        assertThat(tagged.text()).isEqualTo("{\"a\": 1},\"tags\":{\"k\\u000a\":\"v\",\"é\":\"\"} ");
        assertThat(tagged.plain()).isFalse();
        assertThat(tagged.opaque()).isFalse();
        assertThat(tagged.data()).isEqualTo(utf8("{\"a\": 1}"));
        assertThat(tagged.tags()).isEqualTo(Map.of("k\n", "v", "é", ""));
    }

    @Test
    @DisplayName("opaque bytes are kept as a string in base64, with tags or without")
    void keepsOpaqueBytes() {
        byte[] bytes = {0, -1, '"', '\n'};
        Payload opaque = kept(Payload.opaque(bytes));
        Payload tagged = kept(opaque.tagged(object("{\"a\":\"b\"}")));

        assertThat(opaque.text()).isEqualTo("\"AP8iCg==\"  ");
        assertThat(tagged.text()).isEqualTo("\"AP8iCg==\",\"tags\":{\"a\":\"b\"}   ");
        for (Payload each : new Payload[] {opaque, tagged}) {
            assertThat(each.plain()).isFalse();
            assertThat(each.opaque()).isTrue();
            assertThat(each.data()).isEqualTo(bytes);
        }
        assertThat(opaque.tags()).isEmpty();
        assertThat(tagged.tags()).isEqualTo(Map.of("a", "b"));
        assertThat(Payload.opaque(new byte[0]).data()).isEmpty();
    }

    @Test
    void noTagsChangeNothing() {
        Payload payload = Payload.json("1");

        assertThat(payload.tagged(object("{}"))).isSameAs(payload);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "{\"a\":null}", "{\"a\":\"\\ud800\"}", "{\"a\":{}}"})
    void aTagIsAString(String tags) {
        assertThatThrownBy(() -> Payload.json("1").tagged(object(tags)))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessage("tags must hold strings");
    }

    @Test
    void tagsComeOnce() {
        Payload tagged = Payload.json("1").tagged(object("{\"a\":\"b\"}"));

        assertThatThrownBy(() -> tagged.tagged(object("{\"a\":\"c\"}"))).isInstanceOf(IllegalStateException.class);
    }
}
