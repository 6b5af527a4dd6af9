package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the command that a connection begins with (docs/protocol.md, Connect). */
final class ConnectReader {
    private static final RateLimitedLog LOG = new RateLimitedLog(System.getLogger(ConnectReader.class.getName()));

    private ConnectReader() {}

    static Command connect(long id, JsonFields body) {
        return connect(id, body, line -> LOG.warn("field", line));
    }

    /** @param warnings takes a line for what is not known */
    static Command connect(long id, JsonFields body, Consumer<String> warnings) {
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
                ignored);
    }

    /** An SDK that says more than this version knows is let in all the same: refused, its page would have nothing at all. */
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

    /** A channel's name is the client's text, which no message repeats. */
    private static Optional<JsonFields> subscription(JsonFields subs, String name) {
        try {
            return subs.object(name);
        } catch (InvalidJsonException e) {
            throw new InvalidJsonException("subs must hold objects");
        }
    }

    /**
     * The client's data is the application's own, of any shape. When it is an object, {@code session} and {@code ack} in it mean something
     * here, and must be a string, and true or false.
     */
    private static Optional<JsonFields> data(JsonFields body) {
        try {
            return body.object("data");
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> session(JsonFields data) {
        try {
            return data.string("session");
        } catch (InvalidJsonException e) {
            throw new InvalidJsonException("data." + e.getMessage());
        }
    }

    private static boolean acknowledges(JsonFields data) {
        try {
            return data.bool("ack");
        } catch (InvalidJsonException e) {
            throw new InvalidJsonException("data." + e.getMessage());
        }
    }
}
