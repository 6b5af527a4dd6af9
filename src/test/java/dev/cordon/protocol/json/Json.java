package dev.cordon.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** JSON for tests: read into maps, lists and scalars, and made at random. */
public final class Json {
    /** Stands for {@code null}. */
    public static final Object NULL = "null";

    private Json() {}

    /** A text that must be one JSON value. */
    public static Object parse(String text) {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new AssertionError("more than one value: " + text);
            }
            return value;
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    if (object.put(name, value(parser)) != null) {
                        throw new AssertionError("twice: " + name);
                    }
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? parser.getBigIntegerValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> NULL;
        };
    }

    /** Any valid JSON on one line, as odd as RFC 8259 allows. */
    public static Arbitrary<String> anyValue() {
        Arbitrary<String> scalars = Arbitraries.oneOf(
                Arbitraries.of(
                        "true", "false", "null", "0", "-0", "1.50", "1e3", "-1.25E-30", "12345678901234567890123"),
                Arbitraries.longs().map(String::valueOf),
                anyString());
        return Arbitraries.recursive(() -> scalars, Json::nested, 0, 4);
    }

    private static Arbitrary<String> nested(Arbitrary<String> inner) {
        Arbitrary<String> array = inner.list().ofMaxSize(4).map(items -> "[" + String.join(" ,", items) + " ]");
        Arbitrary<String> object = inner.list().ofMaxSize(4).map(items -> {
            StringBuilder text = new StringBuilder("{ ");
            for (int i = 0; i < items.size(); i++) {
                text.append(i == 0 ? "" : ",\t")
                        .append("\"é\\u0041")
                        .append(i)
                        .append("\" :")
                        .append(items.get(i));
            }
            return text.append('}').toString();
        });
        return Arbitraries.oneOf(array, object, inner);
    }

    /** Any JSON string, quotes included, some characters escaped. */
    public static Arbitrary<String> anyString() {
        Arbitrary<String> pieces = Arbitraries.oneOf(
                Arbitraries.of(
                        "\\\"", "\\\\", "\\/", "\\b\\f\\n\\r\\t", "\\u0000", "\\ud83d\\ude00", "\\ud83d", "\\u2028"),
                Arbitraries.of("é", "€", "\uD83D\uDE00", "\u2028", "\u007f", "'", "<", "}", "{", "]", ",", ":", " "),
                Arbitraries.strings().alpha().ofMaxLength(8));
        return pieces.list().ofMaxSize(5).map(all -> '"' + String.join("", all) + '"');
    }

    /** Any text that UTF-8 can encode, often with characters that JSON escapes. */
    public static Arbitrary<String> anyText() {
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
