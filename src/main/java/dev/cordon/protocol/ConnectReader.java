package dev.cordon.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the command that a connection begins with (PROTOCOL: connect). */
final class ConnectReader {
    private static final RateLimitedLog LOG = new RateLimitedLog(System.getLogger(ConnectReader.class.getName()));

    private ConnectReader() {}

    static Command connect(long id, JsonFields body) {
        return connect(id, body, line -> LOG.warn("field", line));
    }

    /** @param warnings takes a line for what is not known */
    static Command connect(long id, JsonFields body, Consumer<String> warnings) {
        warn(CommandFields.CONNECT, body, warnings);
        Map<String, Optional<StreamPosition>> resume = new HashMap<>();
        body.object("subs")
                .ifPresent(subs -> subs.names()
                        .forEach(name -> subscription(subs, name)
                                .ifPresent(sub -> resume.put(name, subscribed(sub, warnings)))));
        return new Command.Connect(
                id,
                body.string("token").filter(t -> !t.isEmpty()),
                session(body),
                acknowledges(body),
                resume,
                body.string("name").orElse(""));
    }

    /** An SDK that says more than this version knows is let in all the same: refused, its page would have nothing at all. */
    private static void warn(KnownFields known, JsonFields fields, Consumer<String> warnings) {
        try {
            known.check(fields);
        } catch (BadFrameException e) {
            warnings.accept("Ignored what a client sent: " + e.getMessage());
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
        } catch (BadFrameException e) {
            throw new BadFrameException("subs must hold objects");
        }
    }

    /**
     * The client's data is the application's own, of any shape; only a string named {@code session} and a {@code true} named {@code ack}
     * in it mean something here.
     */
    private static Optional<String> session(JsonFields body) {
        try {
            return body.object("data").flatMap(data -> data.string("session"));
        } catch (BadFrameException e) {
            return Optional.empty();
        }
    }

    private static boolean acknowledges(JsonFields body) {
        try {
            return body.object("data").map(data -> data.bool("ack")).orElse(false);
        } catch (BadFrameException e) {
            return false;
        }
    }
}
