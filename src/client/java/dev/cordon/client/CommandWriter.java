package dev.cordon.client;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.protocol.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Writes commands as JSON. Data of the caller's is checked to be one JSON value: it shares a request with the messages of
 * other callers, and must not add a field or a command to it. Thread-safe.
 */
final class CommandWriter {
    /** Largest body of a request that a node accepts. */
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** Bytes of JSON around the fields of a publish, and some to spare. */
    private static final int ENVELOPE = 48;

    private static final int EXPECTED = 256;

    private final IdempotencyKeys keys = new IdempotencyKeys();

    /** Returns the last part of the path. */
    static String method(Command<?> command) {
        if (command instanceof Publish) {
            return "publish";
        }
        if (command instanceof Broadcast) {
            return "broadcast";
        }
        if (command instanceof Batch) {
            return "batch";
        }
        if (command instanceof Presence) {
            return "presence";
        }
        if (command instanceof History) {
            return "history";
        }
        return command instanceof Disconnect ? "disconnect" : "info";
    }

    /** @throws IllegalArgumentException if the command's data is not one JSON value, or the command is too long */
    Encoded write(Command<?> command) {
        Encoded encoded = encode(command);
        if (encoded.body().length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException("the command has " + encoded.body().length + " bytes: send at most "
                    + MAX_BODY_BYTES + " in one request");
        }
        return encoded;
    }

    private Encoded encode(Command<?> command) {
        if (command instanceof Publish publish) {
            String key = publish.idempotencyKey().orElseGet(keys::next);
            byte[] data = data(publish.data());
            int size = ENVELOPE + JsonWriter.size(publish.channel()) + data.length + JsonWriter.size(key);
            JsonWriter json = new JsonWriter(size).raw("{\"channel\":").quoted(wellFormed(publish.channel()));
            return keyed(json, data, key);
        }
        if (command instanceof Broadcast broadcast) {
            String key = broadcast.idempotencyKey().orElseGet(keys::next);
            broadcast.channels().forEach(CommandWriter::wellFormed);
            JsonWriter json = new JsonWriter(EXPECTED).raw("{\"channels\":").value(broadcast.channels());
            return keyed(json, data(broadcast.data()), key);
        }
        return new Encoded(unkeyed(command), null);
    }

    private static byte[] data(String data) {
        return wellFormed(data).getBytes(StandardCharsets.UTF_8);
    }

    /** UTF-8 would turn half a surrogate pair into a question mark, and one user's name into another's. */
    static String wellFormed(String text) {
        if (!Utf8.wellFormed(text)) {
            throw new IllegalArgumentException("a text has half a surrogate pair: \\ud800 to \\udfff come in pairs");
        }
        return text;
    }

    private static Encoded keyed(JsonWriter json, byte[] data, String key) {
        json.raw(",\"data\":")
                .raw(data)
                .raw(",\"idempotency_key\":")
                .quoted(wellFormed(key))
                .raw("}");
        byte[] body = json.bytes();
        try {
            // Three fields and no other: data that is "1,\"x\":2" would have made a fourth.
            if (JsonFields.read(body).count() == 3) {
                return new Encoded(body, key);
            }
        } catch (InvalidJsonException e) {
            throw new IllegalArgumentException("data is not valid JSON: give one JSON value", e);
        }
        throw new IllegalArgumentException("data is more than one JSON value: give one");
    }

    private byte[] unkeyed(Command<?> command) {
        JsonWriter json = new JsonWriter(EXPECTED);
        if (command instanceof Batch batch) {
            String separator = "{\"commands\":[{\"";
            for (Command<?> each : batch.commands()) {
                json.raw(separator)
                        .raw(method(each))
                        .raw("\":")
                        .raw(encode(each).body());
                separator = "},{\"";
            }
            json.raw("}]}");
        } else if (command instanceof Presence presence) {
            json.raw("{\"channel\":").quoted(wellFormed(presence.channel())).raw("}");
        } else if (command instanceof History history) {
            history(history, json);
        } else if (command instanceof Disconnect disconnect) {
            disconnect(disconnect, json);
        } else {
            json.raw("{}");
        }
        return json.bytes();
    }

    private static void history(History history, JsonWriter json) {
        json.raw("{\"channel\":")
                .quoted(wellFormed(history.channel()))
                .raw(",\"limit\":")
                .number(history.limit());
        history.since()
                .ifPresent(since -> json.raw(",\"since\":{\"epoch\":")
                        .quoted(since.epoch())
                        .raw(",\"offset\":")
                        .number(since.offset())
                        .raw("}"));
        json.raw("}");
    }

    private static void disconnect(Disconnect disconnect, JsonWriter json) {
        json.raw("{\"user\":").quoted(wellFormed(disconnect.user()));
        optional(json, ",\"session\":", disconnect.session());
        optional(json, ",\"client\":", disconnect.client());
        json.raw(",\"code\":")
                .number(disconnect.code())
                .raw(",\"reason\":")
                .quoted(wellFormed(disconnect.reason()))
                .raw("}");
    }

    private static void optional(JsonWriter json, String name, Optional<String> value) {
        value.ifPresent(text -> json.raw(name).quoted(wellFormed(text)));
    }
}
