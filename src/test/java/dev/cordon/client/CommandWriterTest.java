package dev.cordon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandWriterTest {
    private final CommandWriter writer = new CommandWriter();

    private String written(Command<?> command) {
        return new String(writer.write(command).body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "#bob | {\"n\":1} | k-1 | {\"channel\":\"#bob\",\"data\":{\"n\":1},\"idempotency_key\":\"k-1\"}",
                "#~ ! | 1 | ~ | {\"channel\":\"#~ !\",\"data\":1,\"idempotency_key\":\"~\"}",
                "#a\"b | 1 | k | {\"channel\":\"#a\\\"b\",\"data\":1,\"idempotency_key\":\"k\"}",
                "#a\\b | 1 | k | {\"channel\":\"#a\\\\b\",\"data\":1,\"idempotency_key\":\"k\"}",
                "#b | 1 | k\"k | {\"channel\":\"#b\",\"data\":1,\"idempotency_key\":\"k\\\"k\"}",
                "#é | \"é€😀\" | ü | {\"channel\":\"#é\",\"data\":\"é€😀\",\"idempotency_key\":\"ü\"}",
                "#bob | \"why?\" | k | {\"channel\":\"#bob\",\"data\":\"why?\",\"idempotency_key\":\"k\"}",
            })
    @DisplayName("a publish is its channel, data and key, escaped where JSON demands it")
    void writesPublishes(String channel, String data, String key, String expected) {
        assertThat(written(new Publish(channel, data).withKey(key))).isEqualTo(expected);
    }

    @Test
    @DisplayName("a control character in a channel is escaped")
    void escapesControlCharacters() {
        assertThat(written(new Publish("#a\u001fb", "1").withKey("k")))
                .isEqualTo("{\"channel\":\"#a\\u001fb\",\"data\":1,\"idempotency_key\":\"k\"}");
        assertThat(written(new Publish("#a\u007fb", "1").withKey("k")))
                .isEqualTo("{\"channel\":\"#a\u007fb\",\"data\":1,\"idempotency_key\":\"k\"}");
    }

    @Test
    @DisplayName("tags come behind the data")
    void writesTags() {
        assertThat(written(new Publish("#bob", "1")
                        .withTags(Map.of("kind", "note"))
                        .withKey("k")))
                .isEqualTo("{\"channel\":\"#bob\",\"data\":1,\"tags\":{\"kind\":\"note\"},\"idempotency_key\":\"k\"}");
    }

    @Test
    @DisplayName("a publish without a key gets one of its own, which is in its body")
    void makesKeys() {
        Encoded first = writer.write(new Publish("#bob", "1"));
        Encoded second = writer.write(new Publish("#bob", "1"));

        assertThat(first.key()).isNotEqualTo(second.key()).matches("[A-Za-z0-9_-]{16}-[0-9a-z]+");
        assertThat(new String(first.body(), StandardCharsets.UTF_8))
                .endsWith(",\"idempotency_key\":\"" + Objects.requireNonNull(first.key()) + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "1,\"x\":2",
                "1}",
                "{\"a\":1}}",
                "1 2",
                "nope",
                "{\"a\":1,\"a\":2}",
                "\"\u0001\"",
                "[1,]"
            })
    @DisplayName("data that is not one JSON value is rejected: it would change the request that it shares")
    void rejectsWhatIsNotOneValue(String data) {
        assertThatThrownBy(() -> writer.write(new Publish("#bob", data)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("data is ");
    }

    @Test
    @DisplayName("data may have white space around it, and objects as deep as a node takes them")
    void takesWhatANodeTakes() {
        assertThat(written(new Publish("#bob", " 1 ").withKey("k"))).contains("\"data\": 1 ,");
        // The command is the first level.
        int deepest = JsonFields.MAX_DEPTH - 1;
        assertThat(written(new Publish("#bob", "[".repeat(deepest) + "]".repeat(deepest))))
                .contains("[[");
        assertThatThrownBy(() -> writer.write(new Publish("#bob", "[".repeat(deepest + 1) + "]".repeat(deepest + 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\ud800\"", "\"\udc00 \"", "\"a\ud800\ud800\"", "\"\u00e9\ud800\""})
    @DisplayName("half a surrogate pair is rejected: UTF-8 would make a question mark of it")
    void rejectsHalfASurrogatePair(String data) {
        assertThatThrownBy(() -> writer.write(new Publish("#bob", data)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("half a surrogate pair");
        assertThatThrownBy(() -> writer.write(new Publish("#bob\ud800", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("half a surrogate pair");
    }
}
