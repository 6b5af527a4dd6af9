package dev.cordon.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/** A writer of one JSON text in UTF-8, into an array that grows. Confined to one thread; used once. */
public final class JsonWriter {
    /** Whole numbers below this bound have an exact double. */
    private static final double EXACT = 1L << 53;

    private byte[] buffer;
    private int length;

    /** @param expected size in bytes; a longer text makes the array grow */
    public JsonWriter(int expected) {
        buffer = new byte[expected];
    }

    /** Returns the JSON of a {@link #value}. */
    public static String toJson(Object value) {
        return new JsonWriter(4096).value(value).asString();
    }

    /** Appends ASCII text unchanged. */
    public JsonWriter raw(String ascii) {
        int count = ascii.length();
        room(count);
        for (int i = 0; i < count; i++) {
            buffer[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** Appends a whole number. */
    public JsonWriter number(long value) {
        if (value < 0) {
            return raw(Long.toString(value));
        }
        int digits = digits(value);
        room(digits);
        length += digits;
        long rest = value;
        for (int i = 1; i <= digits; i++) {
            buffer[length - i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return this;
    }

    /** Returns the number of decimal digits of a number that is not negative. */
    public static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** Appends bytes that hold JSON in UTF-8. */
    public JsonWriter raw(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /** Appends a string with its quotes. Escapes the characters that RFC 8259 §7 demands, and no others. */
    public JsonWriter quoted(String value) {
        return raw("\"").escaped(value).raw("\"");
    }

    private JsonWriter escaped(String value) {
        room(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                return rest(value, i);
            }
            ascii(c);
        }
        return this;
    }

    /** Appends the rest of a string, from its first character that is not ASCII. */
    private JsonWriter rest(String value, int from) {
        for (byte b : value.substring(from).getBytes(StandardCharsets.UTF_8)) {
            if (b < 0) {
                room(1);
                buffer[length++] = b;
            } else {
                ascii((char) b);
            }
        }
        return this;
    }

    /**
     * Returns the length of a string between its quotes, in bytes. An upper bound if the string has half surrogate
     * pairs.
     */
    public static int size(String value) {
        int size = value.length();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                // Each half of a surrogate pair is two of its four bytes.
                size += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            } else if (c == '"' || c == '\\') {
                size++;
            } else if (c < 0x20) {
                size += 5;
            }
        }
        return size;
    }

    private void ascii(char c) {
        if (c == '"' || c == '\\') {
            room(2);
            buffer[length++] = '\\';
            buffer[length++] = (byte) c;
        } else if (c < 0x20) {
            raw(String.format("\\u%04x", (int) c));
        } else {
            room(1);
            buffer[length++] = (byte) c;
        }
    }

    /** Appends a map, a collection, a text, a number or a truth value. A number that is not finite becomes null. */
    public JsonWriter value(Object value) {
        if (value instanceof Map<?, ?> fields) {
            String before = "{";
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                raw(before).quoted(String.valueOf(field.getKey())).raw(":").value(field.getValue());
                before = ",";
            }
            return raw(fields.isEmpty() ? "{}" : "}");
        }
        if (value instanceof Collection<?> elements) {
            String before = "[";
            for (Object element : elements) {
                raw(before).value(element);
                before = ",";
            }
            return raw(elements.isEmpty() ? "[]" : "]");
        }
        if (value instanceof Double number) {
            return decimal(number);
        }
        if (value instanceof Number number) {
            return number(number.longValue());
        }
        return value instanceof Boolean truth ? raw(truth.toString()) : quoted(value.toString());
    }

    private JsonWriter decimal(double value) {
        if (!Double.isFinite(value)) {
            return raw("null");
        }
        return value == Math.rint(value) && Math.abs(value) < EXACT
                ? number((long) value)
                : raw(Double.toString(value));
    }

    private void room(int count) {
        if (buffer.length - length < count) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
        }
    }

    /** Returns the text. The writer must not be used afterwards. */
    public byte[] bytes() {
        return buffer.length == length ? buffer : Arrays.copyOf(buffer, length);
    }

    /** Returns the text as a string. */
    public String asString() {
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
}
