package dev.cordon.protocol.protobuf;

import dev.cordon.protocol.protobuf.ProtobufSchema.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A Protobuf message, read without copying: each field refers to its bytes in the source. All its fields have been
 * checked: numbers, wire types, lengths. A nested message is checked when a caller asks for it, so the depth is the
 * caller's. Immutable, as long as nobody changes the source.
 *
 * <p>Stricter than the format: a field that may come once comes once, and groups are rejected.
 */
public final class ProtobufFields {
    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int FIXED_32 = 5;

    private static final int MAX_VARINT_BYTES = 10;
    private static final long MAX_TAG = 0xFFFF_FFFFL;

    private final ProtobufSchema schema;
    private final byte[] source;
    private final int from;
    private final int to;

    /** By field number: the number, or {@link #span} of the bytes. */
    private final long[] values;

    /** Bit n: the field n was given. */
    private long given;

    private int unknown;

    /**
     * Reads a message.
     *
     * @throws InvalidProtobufException if the bytes are no message
     * @throws IllegalArgumentException if a known field has another wire type or comes twice; names the field
     */
    public ProtobufFields(ProtobufSchema schema, byte[] source, int from, int to) {
        this.schema = schema;
        this.source = source;
        this.from = from;
        this.to = to;
        this.values = new long[schema.length()];
        Cursor cursor = new Cursor(source, from, to);
        while (cursor.next()) {
            take(cursor);
        }
    }

    private void take(Cursor cursor) {
        int field = cursor.field;
        Kind kind = schema.kind(field);
        if (kind == null) {
            unknown = unknown == 0 ? field : unknown;
            return;
        }
        if (cursor.type != (kind == Kind.NUMBER ? VARINT : LENGTH_DELIMITED)) {
            throw new IllegalArgumentException(schema.name(field) + " has the wrong type");
        }
        if (kind != Kind.REPEATED && given(field)) {
            throw new IllegalArgumentException(schema.name(field) + " is given twice");
        }
        values[field] = cursor.value;
        given |= 1L << field;
    }

    /** Reads one field after the other. */
    static final class Cursor {
        private final byte[] source;
        private final int to;
        private int at;
        int field;
        int type;
        /** The number, or the {@link #span} of the bytes; without meaning for other types. */
        long value;

        Cursor(byte[] source, int from, int to) {
            this.source = source;
            this.at = from;
            this.to = to;
        }

        /** Moves to the next field. Returns false at the end of the message. */
        boolean next() {
            if (at == to) {
                return false;
            }
            long tag = varint();
            field = (int) (tag >>> 3);
            type = (int) tag & 7;
            if (tag < 0 || tag > MAX_TAG || field == 0) {
                throw malformed();
            }
            switch (type) {
                case VARINT -> value = varint();
                case LENGTH_DELIMITED -> {
                    long length = varint();
                    value = span(at, skip(length));
                }
                case FIXED_64 -> skip(Long.BYTES);
                case FIXED_32 -> skip(Integer.BYTES);
                default -> throw malformed();
            }
            return true;
        }

        private long skip(long length) {
            if (length < 0 || length > to - at) {
                throw malformed();
            }
            at += (int) length;
            return length;
        }

        private long varint() {
            long number = 0;
            for (int i = 0; i < MAX_VARINT_BYTES && at < to; i++) {
                byte next = source[at++];
                number |= (long) (next & 0x7F) << (7 * i);
                if (next >= 0) {
                    return number;
                }
            }
            throw malformed();
        }
    }

    /** Returns where bytes begin, in the upper half, and how many they are, in the lower one. */
    private static long span(long start, long length) {
        return (start << Integer.SIZE) | length;
    }

    private static InvalidProtobufException malformed() {
        return new InvalidProtobufException("malformed Protobuf");
    }

    /** Returns the fields that were given and that the schema knows: bit n for the field n. */
    public long given() {
        return given;
    }

    public boolean given(int field) {
        return (given & (1L << field)) != 0;
    }

    /** Returns the number of the first field that the schema does not know; 0 if it knows all. */
    public int unknown() {
        return unknown;
    }

    /** Returns a number or a truth value, as 64 bits; 0 if it was not given. */
    public long number(int field) {
        return values[field];
    }

    /** Returns true if a field is missing, or has its default value: 0, false or nothing. */
    public boolean empty(int field) {
        return schema.kind(field) == Kind.NUMBER ? values[field] == 0 : length(field) == 0;
    }

    /** Returns the index of the first byte of a field in the source. */
    public int start(int field) {
        return (int) (values[field] >>> Integer.SIZE);
    }

    /** Returns the length of a field in bytes; 0 if it was not given. */
    public int length(int field) {
        return (int) values[field];
    }

    /**
     * Returns a text; empty if it was not given.
     *
     * @throws IllegalArgumentException if it is not UTF-8; names the field
     */
    public String text(int field) {
        int start = start(field);
        byte[] utf8 = Arrays.copyOfRange(source, start, start + length(field));
        String text = new String(utf8, StandardCharsets.UTF_8);
        // What is not UTF-8 was replaced, so that it comes back in other bytes.
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
            throw new IllegalArgumentException(schema.name(field) + " is not UTF-8");
        }
        return text;
    }

    /** Returns the bytes that the fields refer to. */
    public byte[] source() {
        return source;
    }

    /** Returns a nested message, without fields if it was not given. */
    public ProtobufFields message(int field, ProtobufSchema of) {
        return new ProtobufFields(of, source, start(field), start(field) + length(field));
    }

    /**
     * Reads the nested messages of a repeated field one after the other, in order. They are not gathered: each may have
     * two bytes in the source, and takes a hundred.
     */
    public void forEach(int field, ProtobufSchema of, Consumer<ProtobufFields> reader) {
        if (!given(field)) {
            return;
        }
        Cursor cursor = new Cursor(source, from, to);
        while (cursor.next()) {
            if (cursor.field == field) {
                int start = (int) (cursor.value >>> Integer.SIZE);
                reader.accept(new ProtobufFields(of, source, start, start + (int) cursor.value));
            }
        }
    }
}
