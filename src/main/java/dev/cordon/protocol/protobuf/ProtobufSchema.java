package dev.cordon.protocol.protobuf;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The names and kinds of a message's fields, by their numbers. Immutable once its constant is complete; the methods
 * that add a field return a new schema.
 */
public final class ProtobufSchema {
    /** Numbers are below this one, so that a set of fields is a number of 64 bits. */
    static final int MAX_FIELDS = 64;

    /** The kind of a field. */
    enum Kind {
        /** A number or a truth value. */
        NUMBER,
        /** Bytes, a text or a nested message. */
        BYTES,
        /** Bytes, texts or nested messages, any number of them. */
        REPEATED
    }

    private final String message;
    private final @Nullable String[] names;
    private final @Nullable Kind[] kinds;

    private ProtobufSchema(String message, @Nullable String[] names, @Nullable Kind[] kinds) {
        this.message = message;
        this.names = names;
        this.kinds = kinds;
    }

    /** @param message name of the message in the {@code .proto} file */
    public static ProtobufSchema of(String message) {
        return new ProtobufSchema(message, new @Nullable String[0], new @Nullable Kind[0]);
    }

    public ProtobufSchema number(int field, String name) {
        return with(field, name, Kind.NUMBER);
    }

    /** Adds bytes, a text or a nested message. */
    public ProtobufSchema bytes(int field, String name) {
        return with(field, name, Kind.BYTES);
    }

    /** Adds a list, or a map, whose entries are nested messages. */
    public ProtobufSchema repeated(int field, String name) {
        return with(field, name, Kind.REPEATED);
    }

    private ProtobufSchema with(int field, String name, Kind kind) {
        if (field < 1 || field >= MAX_FIELDS) {
            throw new IllegalArgumentException("field number must be 1-63");
        }
        int length = Math.max(names.length, field + 1);
        @Nullable String[] more = Arrays.copyOf(names, length);
        @Nullable Kind[] moreKinds = Arrays.copyOf(kinds, length);
        more[field] = name;
        moreKinds[field] = kind;
        return new ProtobufSchema(message, more, moreKinds);
    }

    /** Returns the set of the fields whose names the test accepts: bit n for the field n. */
    public long fields(Predicate<String> test) {
        long fields = 0;
        for (int i = 1; i < names.length; i++) {
            String name = names[i];
            if (name != null && test.test(name)) {
                fields |= 1L << i;
            }
        }
        return fields;
    }

    /** Returns the name of the message. */
    public String message() {
        return message;
    }

    /** One more than the largest number. */
    public int length() {
        return names.length;
    }

    /** Returns the name of a field; its number if it has none. */
    public String name(int field) {
        String name = field < names.length ? names[field] : null;
        return name == null ? Integer.toUnsignedString(field) : name;
    }

    /** Returns the kind of a field; null if there is no such field. */
    @Nullable
    Kind kind(int field) {
        return field < kinds.length ? kinds[field] : null;
    }
}
