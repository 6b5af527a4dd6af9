package dev.cordon.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, each with its place in the source, so that a payload is taken as the bytes it came in. The whole
 * document is checked: UTF-8, depth at most {@link #MAX_DEPTH}, no name twice in one object. Immutable.
 */
public final class JsonFields {
    /** Deepest nesting that is read. */
    public static final int MAX_DEPTH = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(1_000)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // What looks like UTF-16 would be read through characters, and have no places in the bytes.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            // Names are the clients': the JVM's table of constants is no place for them.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final byte[] source;
    private final Map<String, Value> values;

    private JsonFields(byte[] source, Map<String, Value> values) {
        this.source = source;
        this.values = values;
    }

    /** @param fields of an object that was read along with the one it stands in */
    private record Value(
            JsonToken kind, int from, int to, @Nullable JsonFields fields) {}

    /**
     * Reads a document that is one JSON object.
     *
     * @throws BadFrameException if it is not, with what is wrong and never with what it holds
     */
    public static JsonFields read(byte[] document) {
        if (!Utf8.valid(document)) {
            throw new BadFrameException("not UTF-8");
        }
        List<JsonFields> all = readAll(document, 0, document.length, 1, 0);
        if (all.isEmpty()) {
            throw new BadFrameException("expected a JSON object, found nothing");
        }
        return all.get(0);
    }

    /**
     * Reads objects separated by white space, in UTF-8.
     *
     * @param most objects to read
     * @param along levels of objects within them whose fields are read on the way, instead of when they are asked for
     */
    static List<JsonFields> readAll(byte[] source, int from, int to, int most, int along) {
        List<JsonFields> all = new ArrayList<>(1);
        try (JsonParser parser = FACTORY.createParser(source, from, to - from)) {
            while (parser.nextToken() != null) {
                if (all.size() == most) {
                    throw new BadFrameException("more than " + most + " JSON objects");
                }
                all.add(object(parser, source, from, along));
            }
            return all;
        } catch (IOException e) {
            throw new BadFrameException(
                    e.getMessage() != null && e.getMessage().startsWith("Duplicate field")
                            ? "a field is given twice"
                            : "malformed or too deeply nested JSON");
        }
    }

    private static JsonFields object(JsonParser parser, byte[] source, int base, int along) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new BadFrameException("expected a JSON object");
        }
        Map<String, Value> values = new LinkedHashMap<>(8);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken kind = parser.nextToken();
            int from = base + (int) parser.currentTokenLocation().getByteOffset();
            JsonFields fields = null;
            if (kind == JsonToken.START_OBJECT && along > 0) {
                fields = object(parser, source, base, along - 1);
            } else {
                parser.skipChildren();
                parser.finishToken();
            }
            int to = base + (int) parser.currentLocation().getByteOffset();
            values.put(name, new Value(kind, from, to, fields));
        }
        return new JsonFields(source, values);
    }

    public Set<String> names() {
        return values.keySet();
    }

    public boolean has(String name) {
        Value value = values.get(name);
        return value != null && value.kind() != JsonToken.VALUE_NULL;
    }

    /** @throws BadFrameException if there is a value that is no string */
    public Optional<String> string(String name) {
        return value(name, "a string", JsonToken.VALUE_STRING).map(this::text);
    }

    private String text(Value string) {
        for (int i = string.from(); i < string.to(); i++) {
            if (source[i] == '\\') {
                return unescaped(string);
            }
        }
        return new String(source, string.from() + 1, string.to() - string.from() - 2, StandardCharsets.UTF_8);
    }

    private String unescaped(Value string) {
        try (JsonParser parser = FACTORY.createParser(source, string.from(), string.to() - string.from())) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw new BadFrameException("malformed JSON");
        }
    }

    /** @throws BadFrameException if there is a value that is no whole number of 64 bits */
    public Optional<Long> integer(String name) {
        return value(name, "a whole number", JsonToken.VALUE_NUMBER_INT).map(value -> {
            try {
                return Long.valueOf(
                        new String(source, value.from(), value.to() - value.from(), StandardCharsets.US_ASCII));
            } catch (NumberFormatException e) {
                throw new BadFrameException(name + " must be a whole number of 64 bits");
            }
        });
    }

    /** False when absent. */
    public boolean bool(String name) {
        Value value = values.get(name);
        if (value == null || value.kind() == JsonToken.VALUE_NULL || value.kind() == JsonToken.VALUE_FALSE) {
            return false;
        }
        if (value.kind() == JsonToken.VALUE_TRUE) {
            return true;
        }
        throw new BadFrameException(name + " must be true or false");
    }

    /** The value's bytes as they came, whatever its type; {@code null} is a value too. */
    public Optional<Payload> raw(String name) {
        Value value = values.get(name);
        return value == null ? Optional.empty() : Optional.of(Payload.copyOf(source, value.from(), value.to()));
    }

    /** @throws BadFrameException if there is a value that is no object */
    public Optional<JsonFields> object(String name) {
        return value(name, "an object", JsonToken.START_OBJECT)
                .map(value -> value.fields() != null
                        ? value.fields()
                        : readAll(source, value.from(), value.to(), 1, 0).get(0));
    }

    /** @throws BadFrameException if there is a value that is no array of strings, or one of more than {@code most} */
    public Optional<List<String>> strings(String name, int most) {
        return value(name, "an array of strings", JsonToken.START_ARRAY).map(value -> {
            List<String> strings = new ArrayList<>();
            each(value, parser -> {
                if (parser.currentToken() != JsonToken.VALUE_STRING) {
                    throw new BadFrameException(name + " must be an array of strings");
                }
                bound(name, strings, most);
                strings.add(parser.getText());
            });
            return List.copyOf(strings);
        });
    }

    /** @throws BadFrameException if there is a value that is no array of objects, or one of more than {@code most} */
    public Optional<List<JsonFields>> objects(String name, int most) {
        return value(name, "an array of objects", JsonToken.START_ARRAY).map(value -> {
            List<JsonFields> objects = new ArrayList<>();
            each(value, parser -> {
                bound(name, objects, most);
                objects.add(object(parser, source, value.from(), 0));
            });
            return List.copyOf(objects);
        });
    }

    private static void bound(String name, List<?> read, int most) {
        if (read.size() == most) {
            throw new BadFrameException(name + " has more than " + most + " entries");
        }
    }

    private interface Element {
        void read(JsonParser parser) throws IOException;
    }

    private void each(Value array, Element element) {
        try (JsonParser parser = FACTORY.createParser(source, array.from(), array.to() - array.from())) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                element.read(parser);
            }
        } catch (IOException e) {
            throw new BadFrameException("malformed JSON");
        }
    }

    private Optional<Value> value(String name, String expected, JsonToken kind) {
        Value value = values.get(name);
        if (value == null || value.kind() == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (value.kind() != kind) {
            throw new BadFrameException(name + " must be " + expected);
        }
        return Optional.of(value);
    }
}
