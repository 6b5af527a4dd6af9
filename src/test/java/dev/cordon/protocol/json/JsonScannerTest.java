package dev.cordon.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The corners of RFC 8259, as test suites for JSON parsers list them. */
class JsonScannerTest {
    @ParameterizedTest
    @DisplayName("F23 accepts each value that RFC 8259 allows, and keeps its bytes")
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0e1",
                "0e+1",
                "1E22",
                "1E+2",
                "1E-2",
                "123e65",
                "0.5",
                "-123.456e-7",
                "1.000000000000000005",
                "\"\"",
                "\"\\\"\"",
                "\"\\\\\"",
                "\"\\/\"",
                "\"\\b\\f\\n\\r\\t\"",
                "\"\\u0000\"",
                "\"\\uD834\\uDd1e\"",
                "\"\\uDADA\"",
                "\"\\uDFAA\\uD888x\"",
                "\"\u007f\"",
                "\"\u2028\u2029\"",
                "\"\uFFFF\"",
                "\"/*\"",
                "\" \"",
                "true",
                "false",
                "null",
                "[]",
                "[[]   ]",
                "[ 4]",
                "[\"\",null,1]",
                "{}",
                "{\"\":0}",
                "{\"a\":{\"a\":{}}}",
                "{\"min\": -1.0e+28, \"max\": 1.0e+28}",
                "[{\"a\":1},{\"a\":1}]",
                "{\"a\\u0000b\":1}",
                "{\"A\":1,\"a\":2}"
            })
    void acceptsValidJson(String value) {
        assertThat(read("{\"x\": " + value + "\r\n}").raw("x"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(value);
    }

    @ParameterizedTest
    @DisplayName("F26 rejects what RFC 8259 does not allow")
    @ValueSource(
            strings = {
                "",
                "-",
                "--1",
                "+1",
                "01",
                "-01",
                "00",
                "1.",
                ".1",
                "-.1",
                "1.e1",
                "1e",
                "1e+",
                "1eE2",
                "0x1",
                "1_0",
                "1 2",
                "1a",
                "0e",
                "0.3e",
                "1.2.3",
                "-1.0.",
                "Infinity",
                "-Infinity",
                "NaN",
                "-NaN",
                "\u0661",
                "\uFF11",
                "1\u0000",
                "\"",
                "\"a",
                "\"\\",
                "\"\\\"",
                "\"\\x00\"",
                "\"\\a\"",
                "\"\\U0041\"",
                "\"\\u\"",
                "\"\\u1\"",
                "\"\\u12\"",
                "\"\\u123\"",
                "\"\\u00A\"",
                "\"\\u00zz\"",
                "\"\\uD800\\u\"",
                "\"\\uD800\\uD8\"",
                "\"\\\uD83C\uDF00\"",
                "\"\\é\"",
                "\"\\u00é0\"",
                "\"\u0000\"",
                "\"\u001f\"",
                "\"\t\"",
                "\"\n\"",
                "'a'",
                "a",
                "é",
                "tru",
                "True",
                "TRUE",
                "truee",
                "true1",
                "nul",
                "nulll",
                "fals",
                "n",
                "undefined",
                "[",
                "]",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1,,2]",
                "[,]",
                "[1:2]",
                "[\"a\" 1]",
                "[1}",
                "[a",
                "[]]",
                "[1]x",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{,\"a\":1}",
                "{\"a\" 1}",
                "{\"a\",1}",
                "{\"a\"::1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,,\"b\":2}",
                "{1:1}",
                "{a:1}",
                "{'a':1}",
                "{null:1}",
                "{[]:1}",
                "{\"a\":}",
                "{\"a\":1]",
                "{}}",
                "{\"a\":1}x",
                "{\"a\":/**/1}",
                "1//",
                "#1",
                "\u00a01",
                "\u20601",
                "\uFEFF1",
                "\f1",
                "\u000b1",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":1}",
                "{\"\\u00e9\":1,\"é\":1}",
                "[{\"\":1,\"\":1}]"
            })
    void rejectsInvalidJson(String value) {
        assertThatThrownBy(() -> read("{\"x\":" + value + "}")).isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "1", "[]", "\"{}\"", "null", "{}{}", "{} {}", "{},", "{}x", "{}\u0000", "\uFEFF{}", "}"
            })
    void rejectsADocumentThatIsNotOneObject(String document) {
        assertThatThrownBy(() -> read(document)).isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void reads32LevelsAndNotOneMore() {
        String arrays = "{\"x\":" + "[".repeat(31) + "]".repeat(31) + "}";
        String objects = "{\"x\":".repeat(32) + "1" + "}".repeat(32);

        assertThat(read(arrays).has("x")).isTrue();
        assertThat(read(objects).object("x")).isPresent();
        assertThatThrownBy(() -> read("{\"x\":[" + arrays + "]}")).isInstanceOf(InvalidJsonException.class);
        assertThatThrownBy(() -> read("{\"x\":" + objects + "}")).isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "-%s", "0.%s", "1e%s"})
    void readsAThousandDigitsAndNotOneMore(String number) {
        int more = number.startsWith("0.") || number.startsWith("1e") ? 999 : 1_000;

        assertThat(read("{\"x\":" + number.formatted("7".repeat(more)) + "}").has("x"))
                .isTrue();
        assertThatThrownBy(() -> read("{\"x\":" + number.formatted("7".repeat(more + 1)) + "}"))
                .isInstanceOf(InvalidJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 9, 10, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, 4_294_967_295L})
    void readsWholeNumbersOf64Bits(long number) {
        assertThat(read("{\"x\":" + number + "}").integer("x")).contains(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "9223372036854775810",
                "18446744073709551616",
                "99999999999999999999"
            })
    void rejectsWholeNumbersOfMoreThan64Bits(String number) {
        JsonFields fields = read("{\"x\":" + number + "}");

        assertThatThrownBy(() -> fields.integer("x")).hasMessage("x must be a whole number of 64 bits");
    }

    @Test
    void findsTheLastOfTenThousandNamesAndRejectsItTwice() {
        String names = IntStream.range(0, 10_000)
                .mapToObj(i -> "\"" + (i % 2 == 0 ? "n" : "\\u006e") + i + "\":" + i)
                .collect(Collectors.joining(","));

        JsonFields fields = read("{" + names + "}");

        assertThat(fields.names()).hasSize(10_000).startsWith("n0", "n1", "n2").endsWith("n9999");
        assertThat(fields.integer("n9999")).contains(9_999L);
        assertThat(fields.has("n10000")).isFalse();
        assertThatThrownBy(() -> read("{\"x\":{" + names + ",\"n\\u0039999\":1}}"))
                .hasMessage("a field is given twice");
    }

    /** Around the number of names from which the scanner keeps them in a map. */
    @Test
    void rejectsAnyNameGivenTwiceHoweverMany() {
        for (int count = 1; count < 20; count++) {
            String names = IntStream.range(0, count)
                    .mapToObj(i -> "\"é" + i + "\":{\"a\":1}")
                    .collect(Collectors.joining(","));

            assertThat(read("{" + names + "}").names()).hasSize(count);
            for (int twice = 0; twice < count; twice++) {
                String again = ",\"\\u00e9" + twice + "\":1";
                assertThatThrownBy(() -> read("{" + names + again + "}")).hasMessage("a field is given twice");
                assertThatThrownBy(() -> read("{\"x\":[{" + names + again + "}]}"))
                        .hasMessage("a field is given twice");
            }
        }
    }

    private static JsonFields read(String document) {
        return JsonFields.read(document.getBytes(StandardCharsets.UTF_8));
    }
}
