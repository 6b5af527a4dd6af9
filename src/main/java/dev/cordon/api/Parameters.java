package dev.cordon.api;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a command came with. Reading throws {@link RefusedException} that names the field, what it must be, and never its value. */
record Parameters(JsonFields fields) {
    /** Longest idempotency key, in UTF-8 bytes. */
    static final int MAX_KEY_BYTES = 128;

    Channel channel() {
        return channel(required(fields.string("channel"), "channel"));
    }

    static Channel channel(String name) {
        Channel channel = parsed(name, Channel::parse);
        if (channel.reserved()) {
            throw new RefusedException(
                    Refused.FORBIDDEN,
                    "the topic console is the node's own: only it publishes there, and nothing is kept");
        }
        return channel;
    }

    Payload data(int maxBytes) {
        Payload data = required(Payload.of(fields, "data"), "data");
        if (data.size() > maxBytes) {
            throw new RefusedException(
                    Refused.TOO_LARGE,
                    "data has " + data.size() + " bytes, more than cordon.message.max-bytes allows (" + maxBytes + ")");
        }
        return data;
    }

    /** Empty counts as absent, as with Centrifugo. */
    Optional<String> idempotencyKey() {
        Optional<String> key = fields.string("idempotency_key").filter(k -> !k.isEmpty());
        if (key.isPresent() && key.get().getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw new RefusedException(
                    Refused.BAD_REQUEST, "idempotency_key is longer than " + MAX_KEY_BYTES + " bytes");
        }
        return key;
    }

    List<String> strings(String name, int most) {
        return required(fields.strings(name, most), name);
    }

    List<JsonFields> objects(String name, int most) {
        return required(fields.objects(name, most), name);
    }

    Optional<StreamPosition> since() {
        return fields.object("since")
                .map(since -> parsed(
                        only(since),
                        s -> new StreamPosition(
                                s.string("epoch").orElse(""),
                                s.integer("offset").orElse(0L))));
    }

    private static JsonFields only(JsonFields since) {
        ApiFields.SINCE.check(since);
        return since;
    }

    /** A string that is there, made into what it names. */
    <T> Optional<T> named(String name, Function<String, T> type) {
        return fields.string(name).filter(value -> !value.isEmpty()).map(value -> parsed(value, type));
    }

    static <T> T required(Optional<T> value, String name) {
        return value.orElseThrow(() -> new RefusedException(Refused.BAD_REQUEST, name + " is missing"));
    }

    /** The types of the protocol say themselves which rule a value breaks. */
    static <S, T> T parsed(S value, Function<S, T> type) {
        try {
            return type.apply(value);
        } catch (InvalidJsonException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Refused.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
