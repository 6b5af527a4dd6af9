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
        return raw(Long.toString(value));
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
        room(value.length() + 2);
        buffer[length++] = '"';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                return rest(value, i);
            }
            ascii(c);
        }
        return close();
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
        return close();
    }

    private JsonText close() {
        room(1);
        buffer[length++] = '"';
        return this;
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
