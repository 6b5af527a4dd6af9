package dev.cordon.client;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonScanner;
import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.protocol.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes commands as JSON. Data of the caller's is checked to be one JSON value: it shares a request with the messages of
 * other callers, and must not add a field or a command to it. Thread-safe.
 */
final class CommandWriter {
    /** Largest body of a request that a node accepts. */
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    private static final byte[] CHANNEL = ascii("{\"channel\":\"");
    private static final byte[] DATA = ascii("\",\"data\":");
    private static final byte[] KEY = ascii(",\"idempotency_key\":\"");
    private static final byte[] END = ascii("\"}");
    /** Level of the fields of an object that is the data. */
    private static final int DATA_DEPTH = 2;

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
        if (command instanceof GroupBroadcast) {
            return "broadcast";
        }
        if (command instanceof Batch) {
            return "batch";
        }
        if (command instanceof GroupAdd) {
            return "group_add";
        }
        if (command instanceof GroupRemove || command instanceof GroupRemoveAll) {
            return "group_remove";
        }
        if (command instanceof GroupMembers || command instanceof Groups) {
            return "group_list";
        }
        if (command instanceof LivePublish) {
            return "publish";
        }
        if (command instanceof Presence) {
            return "presence";
        }
        if (command instanceof Connections) {
            return "connections";
        }
        if (command instanceof Subscribe) {
            return "subscribe";
        }
        if (command instanceof Unsubscribe) {
            return "unsubscribe";
        }
        if (command instanceof Refresh) {
            return "refresh";
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
            return publish(publish);
        }
        if (command instanceof GroupBroadcast broadcast) {
            String key = broadcast.idempotencyKey().orElseGet(keys::next);
            JsonWriter json = new JsonWriter(EXPECTED).raw("{\"group\":").quoted(wellFormed(broadcast.group()));
            json.raw(",\"topic\":").quoted(wellFormed(broadcast.topic()));
            return keyed(json, data(broadcast.data()), broadcast.tags(), key, 4);
        }
        if (command instanceof Broadcast broadcast) {
            String key = broadcast.idempotencyKey().orElseGet(keys::next);
            broadcast.channels().forEach(CommandWriter::wellFormed);
            JsonWriter json = new JsonWriter(EXPECTED).raw("{\"channels\":").value(broadcast.channels());
            return keyed(json, data(broadcast.data()), broadcast.tags(), key, 3);
        }
        return new Encoded(unkeyed(command), null);
    }

    private Encoded publish(Publish publish) {
        String channel = publish.channel();
        String key = publish.idempotencyKey().orElseGet(keys::next);
        byte[] data = data(publish.data());
        if (publish.tags().isEmpty() && plain(channel) && plain(key) && oneValue(data)) {
            // As the writer would: nearly all publishes.
            return new Encoded(joined(CHANNEL, ascii(channel), DATA, data, KEY, ascii(key), END), key);
        }
        JsonWriter json =
                new JsonWriter(EXPECTED + data.length).raw("{\"channel\":").quoted(wellFormed(channel));
        return keyed(json, data, publish.tags(), key, 3);
    }

    /** Whether a text is in JSON what it is here, with a byte for each character. */
    private static boolean plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static boolean oneValue(byte[] data) {
        try {
            int unused = new JsonScanner(data, 0, data.length).only(DATA_DEPTH);
            return true;
        } catch (InvalidJsonException e) {
            return false;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    private static byte[] data(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        // A text that is ASCII, as most are, is known by that faster.
        boolean ascii = bytes.length == data.length() && new String(bytes, StandardCharsets.ISO_8859_1).equals(data);
        if (!ascii) {
            wellFormed(data);
        }
        return bytes;
    }

    /** UTF-8 would turn half a surrogate pair into a question mark, and one user's name into another's. */
    static String wellFormed(String text) {
        if (!Utf8.wellFormed(text)) {
            throw new IllegalArgumentException("a text has half a surrogate pair: \\ud800 to \\udfff come in pairs");
        }
        return text;
    }

    /** @param fields number of fields of the command without tags, with the data and the key */
    private static Encoded keyed(JsonWriter json, byte[] data, Map<String, String> tags, String key, int fields) {
        json.raw(",\"data\":").raw(data);
        if (!tags.isEmpty()) {
            tags.keySet().forEach(CommandWriter::wellFormed);
            tags.values().forEach(CommandWriter::wellFormed);
            json.raw(",\"tags\":").value(tags);
        }
        json.raw(",\"idempotency_key\":").quoted(wellFormed(key)).raw("}");
        return new Encoded(checked(json.bytes(), tags.isEmpty() ? fields : fields + 1), key);
    }

    /** @param fields count of fields without any other: data that is {@code 1,"x":2} would have made one more */
    private static byte[] checked(byte[] body, int fields) {
        try {
            if (JsonFields.read(body).count() == fields) {
                return body;
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
        } else if (command instanceof LivePublish publish) {
            json.raw("{\"channel\":")
                    .quoted(wellFormed(publish.channel()))
                    .raw(",\"data\":")
                    .raw(data(publish.data()))
                    .raw(",\"skip_history\":true}");
            return checked(json.bytes(), 3);
        } else if (command instanceof Connections connections) {
            json.raw("{\"user\":").quoted(wellFormed(connections.user())).raw("}");
        } else if (command instanceof Subscribe subscribe) {
            return subscribe(subscribe, json);
        } else if (command instanceof Unsubscribe unsubscribe) {
            selection(json, unsubscribe.user(), unsubscribe.session(), unsubscribe.client());
            json.raw(",\"channel\":").quoted(wellFormed(unsubscribe.channel())).raw("}");
        } else if (command instanceof Refresh refresh) {
            selection(json, refresh.user(), refresh.session(), refresh.client());
            refresh.end()
                    .ifPresentOrElse(
                            end -> json.raw(",\"expire_at\":").number(end.getEpochSecond()),
                            () -> json.raw(",\"expired\":true"));
            json.raw("}");
        } else if (command instanceof Disconnect disconnect) {
            disconnect(disconnect, json);
        } else if (command instanceof GroupAdd add) {
            group(add.group(), add.users(), json);
        } else if (command instanceof GroupRemove remove) {
            group(remove.group(), remove.users(), json);
        } else if (command instanceof GroupRemoveAll all) {
            json.raw("{\"group\":").quoted(wellFormed(all.group())).raw(",\"all\":true}");
        } else if (command instanceof GroupMembers list) {
            json.raw("{\"group\":")
                    .quoted(wellFormed(list.group()))
                    .raw(",\"limit\":")
                    .number(list.limit());
            optional(json, ",\"after\":", list.after());
            json.raw("}");
        } else if (command instanceof Groups list) {
            json.raw("{\"limit\":").number(list.limit());
            optional(json, ",\"after\":", list.after());
            json.raw("}");
        } else {
            json.raw("{}");
        }
        return json.bytes();
    }

    private static byte[] subscribe(Subscribe subscribe, JsonWriter json) {
        selection(json, subscribe.user(), subscribe.session(), subscribe.client());
        json.raw(",\"channel\":").quoted(wellFormed(subscribe.channel()));
        subscribe.data().ifPresent(given -> json.raw(",\"data\":").raw(data(given)));
        subscribe.since().ifPresent(since -> position(json, ",\"recover_since\":", since));
        json.raw("}");
        int fields = 2;
        for (Optional<?> given :
                List.of(subscribe.session(), subscribe.client(), subscribe.data(), subscribe.since())) {
            fields += given.isPresent() ? 1 : 0;
        }
        return checked(json.bytes(), fields);
    }

    /** Begins a command for connections of a user. */
    private static void selection(JsonWriter json, String user, Optional<String> session, Optional<String> client) {
        json.raw("{\"user\":").quoted(wellFormed(user));
        optional(json, ",\"session\":", session);
        optional(json, ",\"client\":", client);
    }

    private static void position(JsonWriter json, String name, Position position) {
        json.raw(name)
                .raw("{\"epoch\":")
                .quoted(position.epoch())
                .raw(",\"offset\":")
                .number(position.offset())
                .raw("}");
    }

    private static void history(History history, JsonWriter json) {
        json.raw("{\"channel\":")
                .quoted(wellFormed(history.channel()))
                .raw(",\"limit\":")
                .number(history.limit());
        history.since().ifPresent(since -> position(json, ",\"since\":", since));
        json.raw("}");
    }

    private static void group(String group, List<String> users, JsonWriter json) {
        users.forEach(CommandWriter::wellFormed);
        json.raw("{\"group\":")
                .quoted(wellFormed(group))
                .raw(",\"users\":")
                .value(users)
                .raw("}");
    }

    private static void disconnect(Disconnect disconnect, JsonWriter json) {
        selection(json, disconnect.user(), disconnect.session(), disconnect.client());
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
