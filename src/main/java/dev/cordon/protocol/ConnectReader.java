package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A reader of the connect command (docs/protocol.md, Connect). */
final class ConnectReader {
    private static final RateLimitedLog LOG = new RateLimitedLog(System.getLogger(ConnectReader.class.getName()));

    private ConnectReader() {}

    /** @param keepData whether the command carries the client's version and whole data along */
    static Command connect(long id, JsonFields body, boolean keepData) {
        return connect(id, body, keepData, line -> LOG.warn("field", line));
    }

    /** @param warnings receives one line for each object with an unknown field */
    static Command connect(long id, JsonFields body, boolean keepData, Consumer<String> warnings) {
        Optional<String> ignored = warn(CommandFields.CONNECT, body, warnings);
        Map<String, Optional<StreamPosition>> resume = new HashMap<>();
        body.object("subs")
                .ifPresent(subs -> subs.names()
                        .forEach(name -> subscription(subs, name)
                                .ifPresent(sub -> resume.put(name, subscribed(sub, warnings)))));
        Optional<JsonFields> data = data(body);
        return new Command.Connect(
                id,
                body.string("token").filter(t -> !t.isEmpty()),
                data.flatMap(ConnectReader::session),
                data.map(ConnectReader::acknowledges).orElse(false),
                resume,
                body.string("name").orElse(""),
                keepData ? text(body, "version") : "",
                keepData ? Payload.of(body, "data") : Optional.empty(),
                ignored);
    }

    /** Warns of an unknown field, but accepts the connect: a newer SDK must be able to connect to this version. */
    private static Optional<String> warn(KnownFields known, JsonFields fields, Consumer<String> warnings) {
        try {
            known.check(fields);
            return Optional.empty();
        } catch (InvalidJsonException e) {
            warnings.accept("Ignored what a client sent: " + e.getMessage());
            return Optional.ofNullable(e.getMessage());
        }
    }

    private static Optional<StreamPosition> subscribed(JsonFields sub, Consumer<String> warnings) {
        warn(CommandFields.SUBSCRIPTION, sub, warnings);
        return CommandReader.position(sub);
    }

    /** Replaces the message of the error: a message must not quote the name of a channel. */
    private static Optional<JsonFields> subscription(JsonFields subs, String name) {
        try {
            return subs.object(name);
        } catch (InvalidJsonException e) {
            throw new InvalidJsonException("subs must hold objects");
        }
    }

    /**
     * Returns the client's data if the data is an object. The application chooses the shape of the data. Of an object,
     * Cordon reads {@code session}, which must be a string, and {@code ack}, which must be true or false.
     */
    private static Optional<JsonFields> data(JsonFields body) {
        try {
            return body.object("data");
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    static Optional<String> session(JsonFields data) {
        try {
            return data.string("session");
        } catch (InvalidJsonException e) {
            throw new InvalidJsonException("data." + e.getMessage());
        }
    }

    /** Returns a text without consequence; empty if it is missing or of another type. */
    private static String text(JsonFields body, String name) {
        try {
            return body.string(name).orElse("");
        } catch (InvalidJsonException e) {
            return "";
        }
    }

    static boolean acknowledges(JsonFields data) {
        try {
            return data.bool("ack");
        } catch (InvalidJsonException e) {
            throw new InvalidJsonException("data." + e.getMessage());
        }
    }
}
