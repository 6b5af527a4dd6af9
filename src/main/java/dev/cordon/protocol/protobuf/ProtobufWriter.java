package dev.cordon.protocol.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A writer of one Protobuf message, from its end to its start. So the length of each nested message is known when it
 * has to be written, and nothing is copied but when the buffer grows. Fields written first come last. Confined to one
 * thread.
 */
public final class ProtobufWriter {
    private byte[] buffer;
    /** Index of the first byte that has been written. */
    private int start;

    /** @param size expected size of the whole message in bytes; a larger one makes the buffer grow */
    public ProtobufWriter(int size) {
        buffer = new byte[size];
        start = size;
    }

    /** Returns the number of bytes written so far. */
    public int size() {
        return buffer.length - start;
    }

    /** Writes a number. Leaves 0 out, which is the default. */
    public ProtobufWriter number(int field, long value) {
        return value == 0 ? this : varint(value).tag(field, ProtobufFields.VARINT);
    }

    /** Writes a truth value. Leaves false out, which is the default. */
    public ProtobufWriter yes(int field, boolean value) {
        return number(field, value ? 1 : 0);
    }

    public ProtobufWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public ProtobufWriter bytes(int field, byte[] value) {
        room(value.length);
        start -= value.length;
        System.arraycopy(value, 0, buffer, start, value.length);
        return head(field, value.length);
    }

    /**
     * Writes the head of a nested message or of bytes, whose content has been written.
     *
     * @param length length of the content in bytes
     */
    public ProtobufWriter head(int field, int length) {
        return varint(length).tag(field, ProtobufFields.LENGTH_DELIMITED);
    }

    /** Writes an unsigned number without a field, such as the length in front of a message. */
    public ProtobufWriter varint(long value) {
        int size = varintSize(value);
        room(size);
        start -= size;
        int at = start;
        long left = value;
        while ((left & ~0x7FL) != 0) {
            buffer[at++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        buffer[at] = (byte) left;
        return this;
    }

    private ProtobufWriter tag(int field, int type) {
        return varint(((long) field << 3) | type);
    }

    private void room(int more) {
        if (start < more) {
            int written = size();
            byte[] larger = new byte[Math.max(buffer.length * 2, Math.addExact(written, more) + 64)];
            start = larger.length - written;
            System.arraycopy(buffer, buffer.length - written, larger, start, written);
            buffer = larger;
        }
    }

    /** Returns the message. The writer is done with it when it has the expected size, so that nothing is copied. */
    public byte[] toBytes() {
        return start == 0 ? buffer : Arrays.copyOfRange(buffer, start, buffer.length);
    }

    /** Returns the size of an unsigned number in bytes, 1 to 10. */
    public static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }
}
