package dev.cordon.client;

import dev.cordon.protocol.json.JsonWriter;
import java.util.Optional;

/** Bounds of fields that several commands have. Stateless. */
final class Fields {
    private static final int MAX_KEY_BYTES = 128;

    private Fields() {}

    static void key(Optional<String> key) {
        key.ifPresent(text -> {
            if (text.isEmpty() || JsonWriter.size(text) > MAX_KEY_BYTES) {
                throw new IllegalArgumentException("an idempotency key has 1 to " + MAX_KEY_BYTES + " bytes");
            }
        });
    }
}
