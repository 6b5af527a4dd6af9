package dev.cordon.console;

import dev.cordon.protocol.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/** Writes maps, collections, texts, numbers and truth values as JSON; a number that is none becomes null. */
final class Json {
    private static final double EXACT = 1L << 53;

    private Json() {}

    static String text(Object value) {
        JsonText text = new JsonText(4096);
        write(text, value);
        return new String(text.bytes(), StandardCharsets.UTF_8);
    }

    private static void write(JsonText text, Object value) {
        if (value instanceof Map<?, ?> fields) {
            String before = "{";
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                write(text.raw(before).quoted(String.valueOf(field.getKey())).raw(":"), field.getValue());
                before = ",";
            }
            text.raw(fields.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> elements) {
            String before = "[";
            for (Object element : elements) {
                write(text.raw(before), element);
                before = ",";
            }
            text.raw(elements.isEmpty() ? "[]" : "]");
        } else if (value instanceof Double number) {
            number(text, number);
        } else if (value instanceof Number number) {
            text.number(number.longValue());
        } else if (value instanceof Boolean truth) {
            text.raw(truth.toString());
        } else {
            text.quoted(value.toString());
        }
    }

    private static void number(JsonText text, double value) {
        if (!Double.isFinite(value)) {
            text.raw("null");
        } else if (value == Math.rint(value) && Math.abs(value) < EXACT) {
            text.number((long) value);
        } else {
            text.raw(Double.toString(value));
        }
    }
}
