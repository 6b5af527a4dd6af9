package dev.cordon.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what a client sends: one frame, one or more commands (PROTOCOL: frames, connect, other commands). Thread-safe.
 */
public final class CommandReader {
    /** Most commands in one frame. */
    public static final int MAX_COMMANDS = 512;

    /** Largest command id: the protocol's is an unsigned 32-bit number. */
    public static final long MAX_ID = 0xFFFF_FFFFL;

    private static final Set<String> METHODS = Set.of(
            "connect",
            "subscribe",
            "unsubscribe",
            "publish",
            "presence",
            "presence_stats",
            "history",
            "ping",
            "send",
            "rpc",
            "refresh",
            "sub_refresh");

    /** What idle clients send all the time. */
    private static final List<Command> PONG = List.of(new Command.Pong());

    private final int maxPayloadBytes;

    /** @param maxPayloadBytes of one message's data */
    public CommandReader(int maxPayloadBytes) {
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /** @throws BadFrameException if the frame is no sequence of commands */
    public List<Command> read(String frame) {
        return frame.equals("{}") ? PONG : commands(frame.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws BadFrameException if the frame is no sequence of commands */
    public List<Command> read(byte[] frame) {
        if (!Utf8.valid(frame)) {
            throw new BadFrameException("not UTF-8");
        }
        return commands(frame);
    }

    private List<Command> commands(byte[] frame) {
        List<JsonFields> objects = JsonFields.readAll(frame, 0, frame.length, MAX_COMMANDS, 1);
        List<Command> commands = new ArrayList<>(objects.size());
        for (JsonFields object : objects) {
            commands.add(command(object));
        }
        return commands;
    }

    private Command command(JsonFields fields) {
        if (fields.names().isEmpty()) {
            return new Command.Pong();
        }
        long id = fields.integer("id").orElse(0L);
        if (id < 0 || id > MAX_ID) {
            throw new BadFrameException("id must be 0 to " + MAX_ID);
        }
        String method = method(fields);
        if (id == 0 && !method.equals("send")) {
            throw new BadFrameException("a command without id");
        }
        return method.isEmpty() ? new Command.Unknown(id) : known(id, method, fields);
    }

    /** The one field that says what to do; empty when there is none. */
    private static String method(JsonFields fields) {
        String method = "";
        for (String name : fields.names()) {
            if (METHODS.contains(name)) {
                if (!method.isEmpty()) {
                    throw new BadFrameException("two methods in one command");
                }
                method = name;
            }
        }
        return method;
    }

    private Command known(long id, String method, JsonFields fields) {
        try {
            Optional<JsonFields> body = fields.object(method);
            return body.isEmpty() ? invalid(id, method + " must be an object") : parse(id, method, body.get());
        } catch (BadFrameException | IllegalArgumentException e) {
            return invalid(id, String.valueOf(e.getMessage()));
        }
    }

    private static Command invalid(long id, String why) {
        if (id == 0) {
            throw new BadFrameException(why);
        }
        return new Command.Invalid(id, why);
    }

    private Command parse(long id, String method, JsonFields body) {
        return switch (method) {
            case "connect" -> connect(id, body);
            case "subscribe" -> new Command.Subscribe(id, channel(body), position(body));
            case "unsubscribe" -> new Command.Unsubscribe(id, channel(body));
            case "publish" -> publish(id, body);
            case "presence" -> new Command.Presence(id, channel(body));
            case "history" -> history(id, body);
            case "ping" -> new Command.Ping(id);
            case "send" -> new Command.Send(data(body));
            case "rpc" -> new Command.Rpc(id, body.string("method").orElse(""), data(body));
            case "refresh" -> new Command.Refresh(id, required(body, "token"));
            default -> new Command.Unknown(id);
        };
    }

    private Command publish(long id, JsonFields body) {
        if (body.raw("data").isEmpty()) {
            throw new BadFrameException("data is missing");
        }
        return new Command.Publish(id, channel(body), data(body));
    }

    private Command connect(long id, JsonFields body) {
        Map<String, Optional<StreamPosition>> resume = new HashMap<>();
        body.object("subs")
                .ifPresent(subs -> subs.names()
                        .forEach(name -> subscription(subs, name).ifPresent(sub -> resume.put(name, position(sub)))));
        return new Command.Connect(
                id,
                body.string("token").filter(t -> !t.isEmpty()),
                session(body),
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

    /** The client's data is the application's own, of any shape; only a string named {@code session} in it means something here. */
    private static Optional<String> session(JsonFields body) {
        try {
            return body.object("data").flatMap(data -> data.string("session"));
        } catch (BadFrameException e) {
            return Optional.empty();
        }
    }

    private static Command history(long id, JsonFields body) {
        if (body.bool("reverse")) {
            return invalid(id, "history in reverse is not supported");
        }
        long limit = body.integer("limit").orElse(0L);
        return new Command.History(
                id,
                channel(body),
                (int) Math.max(-1, Math.min(limit, Integer.MAX_VALUE)),
                body.object("since").map(CommandReader::at));
    }

    private static Optional<StreamPosition> position(JsonFields body) {
        return body.bool("recover") ? Optional.of(at(body)) : Optional.empty();
    }

    private static StreamPosition at(JsonFields body) {
        return new StreamPosition(
                body.string("epoch").orElse(""), body.integer("offset").orElse(0L));
    }

    private static String channel(JsonFields body) {
        return required(body, "channel");
    }

    private static String required(JsonFields body, String name) {
        return body.string(name).orElseThrow(() -> new BadFrameException(name + " is missing"));
    }

    private Payload data(JsonFields body) {
        Payload data = body.raw("data").orElse(Payload.EMPTY);
        if (data.size() > maxPayloadBytes) {
            throw new BadFrameException("data is larger than " + maxPayloadBytes + " bytes");
        }
        return data;
    }
}
