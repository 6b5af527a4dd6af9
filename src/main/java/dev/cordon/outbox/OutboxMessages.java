package dev.cordon.outbox;

import dev.cordon.log.Append;
import dev.cordon.outbox.OutboxTable.Row;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * What the rows of an outbox say: the same rules as for {@code POST /api/publish}. Thread-safe.
 *
 * @param maxPayload largest payload, in bytes
 */
public record OutboxMessages(IntSupplier maxPayload) {
    /** Longest key, in UTF-8 bytes. */
    private static final int MAX_KEY_BYTES = 128;

    int maxBytes() {
        return maxPayload.getAsInt();
    }

    /** @throws IllegalArgumentException if the row can never be published; the message says why and quotes nothing */
    Append append(Row row) {
        Channel channel = Channel.parse(row.channel());
        if (channel.reserved()) {
            throw new IllegalArgumentException("the topic console is reserved: only the node publishes there");
        }
        int most = maxBytes();
        Payload payload = payload(row.data()
                .orElseThrow(() -> new IllegalArgumentException(
                        "data has more characters than cordon.message.max-bytes allows bytes (" + most + ")")));
        if (payload.size() > most) {
            throw new IllegalArgumentException(
                    "data has " + payload.size() + " bytes, more than cordon.message.max-bytes allows (" + most + ")");
        }
        return new Append(channel, payload, Optional.of(key(row)));
    }

    private static String key(Row row) {
        String own = row.key().orElse("");
        if (own.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("idempotency_key is longer than " + MAX_KEY_BYTES + " bytes");
        }
        return own.isEmpty() ? "cordon_outbox/" + row.id() + "/" + row.created() : own;
    }

    private static Payload payload(String data) {
        try {
            // Within an object, as in a request of the API: the same bounds count.
            JsonFields read = JsonFields.read(("{\"data\":" + data + "}").getBytes(StandardCharsets.UTF_8));
            if (!read.names().equals(Set.of("data"))) {
                throw new IllegalArgumentException("data is not one JSON value");
            }
            return Payload.of(read, "data").orElseThrow();
        } catch (InvalidJsonException e) {
            throw new IllegalArgumentException("data is not valid JSON: " + e.getMessage(), e);
        }
    }
}
