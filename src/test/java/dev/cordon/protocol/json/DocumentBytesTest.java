package dev.cordon.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that are not UTF-8 are rejected, and a payload in UTF-8 keeps its bytes. */
class DocumentBytesTest {
    @ParameterizedTest
    @DisplayName("F26 rejects bytes that are not UTF-8")
    @ValueSource(strings = {"ff", "c3", "c3 28", "c0 80", "e0 80 80", "ed a0 80", "ed b0 80", "f4 90 80 80", "80"})
    void rejectsBytesThatAreNotUtf8(String hex) {
        byte[] flaw = HexFormat.ofDelimiter(" ").parseHex(hex);

        assertThatThrownBy(() -> JsonFields.read(around(flaw))).isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16"})
    void rejectsOtherEncodings(String charset) {
        byte[] document = "{\"data\":{\"a\":1}}".getBytes(Charset.forName(charset));

        assertThatThrownBy(() -> JsonFields.read(document)).isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @DisplayName("F23 a payload keeps its bytes")
    @ValueSource(
            strings = {"\"é\"", "\"\uD83D\uDE00\"", "\"\\ud83d\"", "1e3", "{\"é\":[1, 2.50 ,null]}", "\"\u0800\uFFFD\""
            })
    void keepsThePayloadsBytes(String json) {
        byte[] document = ("{\"ü\":1, \"data\" : " + json + " }").getBytes(StandardCharsets.UTF_8);

        assertThat(JsonFields.read(document).raw("data"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(json);
    }

    @Test
    void readsArraysUpToTheirBound() {
        String three = String.join(",", Collections.nCopies(3, "{\"a\":{\"b\":1}}"));
        JsonFields fields =
                JsonFields.read(("{\"x\":[" + three + "],\"s\":[\"1\",\"2\",\"3\"]}").getBytes(StandardCharsets.UTF_8));

        assertThat(fields.objects("x", 3).orElseThrow()).hasSize(3);
        assertThat(fields.strings("s", 3).orElseThrow()).containsExactly("1", "2", "3");
        assertThatThrownBy(() -> fields.objects("x", 2)).hasMessage("x has more than 2 entries");
        assertThatThrownBy(() -> fields.strings("s", 2)).hasMessage("s has more than 2 entries");
    }

    @Property(tries = 2_000)
    void agreesWithTheStrictDecoder(@ForAll @Size(max = 12) byte[] bytes) {
        String lenient = new String(bytes, StandardCharsets.UTF_8);
        boolean expected = Arrays.equals(lenient.getBytes(StandardCharsets.UTF_8), bytes);

        assertThat(Utf8.valid(bytes)).isEqualTo(expected);
    }

    @Test
    void checksLongTextToItsEnd() {
        byte[] text = "é".repeat(10_000).getBytes(StandardCharsets.UTF_8);

        assertThat(Utf8.valid(text)).isTrue();
        assertThat(Utf8.valid(Arrays.copyOf(text, text.length - 1))).isFalse();
    }

    private static byte[] around(byte[] flaw) {
        byte[] before = "{\"data\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] after = "\"}".getBytes(StandardCharsets.UTF_8);
        byte[] document = Arrays.copyOf(before, before.length + flaw.length + after.length);
        System.arraycopy(flaw, 0, document, before.length, flaw.length);
        System.arraycopy(after, 0, document, before.length + flaw.length, after.length);
        return document;
    }
}
