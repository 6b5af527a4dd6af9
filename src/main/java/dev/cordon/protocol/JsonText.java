package dev.cordon.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows a JSON text in UTF-8. Confined to one thread; used once. */
public final class JsonText {
    private byte[] buffer;
    private int length;

    /** @param expected size in bytes; it grows beyond */
    public JsonText(int expected) {
        buffer = new byte[expected];
    }

    /** ASCII text as it is. */
    public JsonText raw(String ascii) {
        int count = ascii.length();
        room(count);
        for (int i = 0; i < count; i++) {
            buffer[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    public JsonText number(long value) {
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

    /** How many a number that is not negative has. */
    static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    public JsonText payload(Payload payload) {
        byte[] bytes = payload.bytes();
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /** A string with its quotes; escapes what RFC 8259 §7 demands. */
    public JsonText quoted(String value) {
        return raw("\"").escaped(value).raw("\"");
    }

    private JsonText escaped(String value) {
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

    /** The rest of a string that is not all ASCII. */
    private JsonText rest(String value, int from) {
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

    /** Bytes that a string takes between its quotes; a few too many for what has control characters or half surrogate pairs. */
    static int size(String value) {
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

    private void room(int count) {
        if (buffer.length - length < count) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
        }
    }

    Frame frame() {
        return Frame.wrap(bytes());
    }

    /** The text; the builder must not be used afterwards. */
    public byte[] bytes() {
        return buffer.length == length ? buffer : Arrays.copyOf(buffer, length);
    }
}
