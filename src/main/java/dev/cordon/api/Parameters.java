package dev.cordon.api;

import dev.cordon.log.UserGroups;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The parameters of a command. Each reader throws {@link RejectedException} if a field is absent or invalid. The message
 * names the field and the rule, and never quotes the value.
 */
record Parameters(JsonFields fields) {
    /** Longest idempotency key, in UTF-8 bytes. */
    static final int MAX_KEY_BYTES = 128;

    private static final UserId ANYBODY = new UserId("-");

    Channel channel() {
        return channel(required(fields.string("channel"), "channel"));
    }

    static Channel channel(String name) {
        return open(parsed(name, Channel::parse));
    }

    /** Checks the topic of channels whose owners are known later. */
    static void topic(String topic) {
        open(parsed(topic, name -> new Channel(name, ANYBODY)));
    }

    private static Channel open(Channel channel) {
        if (channel.reserved()) {
            throw new RejectedException(
                    Rejected.FORBIDDEN,
                    "the topic console is reserved: only the node publishes there, and no log keeps its messages");
        }
        return channel;
    }

    /** Returns the message: the field data, or the opaque bytes of b64data, with the tags. */
    Payload data(int maxBytes) {
        Optional<Payload> json = Payload.of(fields, "data");
        // A request with no more fields than channel and data is not searched for others.
        if (json.isPresent() && fields.count() <= 2) {
            checkSize(json.get(), maxBytes);
            return json.get();
        }
        Optional<Payload> opaque = named("b64data", Parameters::decoded).map(Payload::opaque);
        if (json.isPresent() && opaque.isPresent()) {
            throw new RejectedException(Rejected.BAD_REQUEST, "give data, or b64data, and not both");
        }
        Payload data = required(json.or(() -> opaque), "data");
        Payload all = fields.object("tags").map(data::tagged).orElse(data);
        checkSize(all, maxBytes);
        return all;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new RejectedException(Rejected.BAD_REQUEST, "b64data is not base64 (RFC 4648, section 4)");
        }
    }

    static void checkSize(Payload data, int maxBytes) {
        if (data.size() > maxBytes) {
            throw new RejectedException(
                    Rejected.TOO_LARGE,
                    "data has " + data.size() + " bytes, more than cordon.message.max-bytes allows (" + maxBytes + ")");
        }
    }

    /** Returns the idempotency key. An empty key counts as absent, as in Centrifugo. */
    Optional<String> idempotencyKey() {
        Optional<String> key = fields.string("idempotency_key").filter(k -> !k.isEmpty());
        if (key.isPresent() && key.get().getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST, "idempotency_key is longer than " + MAX_KEY_BYTES + " bytes");
        }
        return key;
    }

    /**
     * Checks the data by the schema that the request names. A request with no more fields than channel, data and key
     * names none, and is not searched for one.
     *
     * @param key the request's {@link #idempotencyKey}
     */
    void checkData(Optional<String> key) {
        if (fields.count() > (key.isPresent() ? 3 : 2)) {
            named("validate", Function.identity()).ifPresent(this::checkData);
        }
    }

    /**
     * Whether the log is not to keep the message. Searched for as in {@link #checkData(Optional)}.
     *
     * @throws RejectedException if there is a key, too: only the log recognises a repetition
     */
    boolean skipsHistory(Optional<String> key) {
        if (fields.count() <= (key.isPresent() ? 3 : 2) || !fields.bool("skip_history")) {
            return false;
        }
        if (key.isPresent()) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST,
                    "skip_history has no idempotency_key: without the log nothing tells a repetition; leave one out");
        }
        return true;
    }

    private void checkData(String schema) {
        if (!schema.equals(AgentEvents.NAME)) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST, "validate must be " + AgentEvents.NAME + ", the only schema there is");
        }
        AgentEvents.check(fields);
    }

    /** Returns the name of a group; empty if the command names none. */
    Optional<GroupName> group() {
        return named("group", GroupName::new);
    }

    /**
     * Returns the users of a change of a group.
     *
     * @param otherwise end of the message if there are none: what the command takes instead
     */
    List<UserId> users(String otherwise) {
        Optional<List<String>> users = fields.strings("users", UserGroups.MAX_PAGE);
        if (users.isEmpty() || users.get().isEmpty()) {
            throw new RejectedException(
                    Rejected.BAD_REQUEST,
                    "users is " + (users.isEmpty() ? "missing" : "empty") + ": give at least one" + otherwise);
        }
        List<String> names = users.get();
        return IntStream.range(0, names.size()).mapToObj(i -> user(names, i)).toList();
    }

    private static UserId user(List<String> names, int index) {
        try {
            return new UserId(names.get(index));
        } catch (IllegalArgumentException e) {
            throw new RejectedException(Rejected.BAD_REQUEST, "users[" + index + "]: " + e.getMessage());
        }
    }

    List<String> strings(String name, int most) {
        return required(fields.strings(name, most), name);
    }

    List<JsonFields> objects(String name, int most) {
        return required(fields.objects(name, most), name);
    }

    Optional<StreamPosition> position(String name) {
        return fields.object(name)
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

    /** Returns a string field, converted to a type. An empty string counts as absent. */
    <T> Optional<T> named(String name, Function<String, T> type) {
        return fields.string(name).filter(value -> !value.isEmpty()).map(value -> parsed(value, type));
    }

    static <T> T required(Optional<T> value, String name) {
        return value.orElseThrow(() -> new RejectedException(Rejected.BAD_REQUEST, name + " is missing"));
    }

    /** Converts a value. The messages of the protocol's types say which rule an invalid value breaks. */
    static <S, T> T parsed(S value, Function<S, T> type) {
        try {
            return type.apply(value);
        } catch (InvalidJsonException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new RejectedException(Rejected.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
