package dev.cordon.protocol;

import dev.cordon.protocol.protobuf.ProtobufFields;
import dev.cordon.protocol.protobuf.ProtobufSchema;
import java.util.Optional;

/** A Protobuf message and the fields of it that Cordon knows, by the table that JSON is checked with. Immutable. */
record KnownMessage(ProtobufSchema schema, KnownFields known, long accepted) {
    KnownMessage(ProtobufSchema schema, KnownFields known) {
        this(schema, known, schema.fields(known::accepts));
    }

    /**
     * Reads a nested message and checks its fields.
     *
     * @throws IllegalArgumentException if a field is unknown, or it is unsupported and not empty; names the first
     */
    ProtobufFields read(ProtobufFields in, int field) {
        ProtobufFields message = in.message(field, schema);
        Optional<String> flaw = flaw(message);
        if (flaw.isPresent()) {
            throw new IllegalArgumentException(flaw.get());
        }
        return message;
    }

    /** Returns why the message has a field that it must not have. Empty if it has none. */
    Optional<String> flaw(ProtobufFields fields) {
        if (fields.unknown() != 0) {
            return Optional.of(known.rejection(schema.name(fields.unknown())));
        }
        long others = fields.given() & ~accepted;
        while (others != 0) {
            int field = Long.numberOfTrailingZeros(others);
            String name = schema.name(field);
            if (!known.lacks(name) || !fields.empty(field)) {
                return Optional.of(known.rejection(name));
            }
            others &= others - 1;
        }
        return Optional.empty();
    }
}
