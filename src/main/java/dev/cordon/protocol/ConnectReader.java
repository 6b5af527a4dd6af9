package dev.cordon.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the command that a connection begins with (PROTOCOL: connect). */
final class ConnectReader {
    private ConnectReader() {}

    static Command connect(long id, JsonFields body) {
        Map<String, Optional<StreamPosition>> resume = new HashMap<>();
        body.object("subs")
                .ifPresent(subs -> subs.names()
                        .forEach(name -> subscription(subs, name)
                                .ifPresent(sub -> resume.put(name, CommandReader.position(sub)))));
        return new Command.Connect(
                id,
                body.string("token").filter(t -> !t.isEmpty()),
                session(body),
                acknowledges(body),
                resume,
                body.string("name").orElse(""));
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
