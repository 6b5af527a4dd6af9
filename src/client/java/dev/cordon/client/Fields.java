package dev.cordon.client;

import dev.cordon.protocol.json.JsonWriter;
import java.util.List;
import java.util.Optional;

/** Bounds of fields that several commands have. Stateless. */
final class Fields {
    private static final int MAX_KEY_BYTES = 128;

    /** Most entries of a page, and most users of a change. */
    static final int MAX_PAGE = 1_000;

    private Fields() {}

    static void page(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("limit is " + limit + ": give 1 to " + MAX_PAGE);
        }
    }

    static List<String> users(List<String> users) {
        if (users.isEmpty() || users.size() > MAX_PAGE) {
            throw new IllegalArgumentException(
                    "a change of a group has " + users.size() + " users: give 1 to " + MAX_PAGE);
        }
        return List.copyOf(users);
    }

    static void key(Optional<String> key) {
        key.ifPresent(text -> {
            if (text.isEmpty() || JsonWriter.size(text) > MAX_KEY_BYTES) {
                throw new IllegalArgumentException("an idempotency key has 1 to " + MAX_KEY_BYTES + " bytes");
            }
        });
    }
}
