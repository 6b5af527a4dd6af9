package dev.cordon.protocol;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonScanner;
import dev.cordon.protocol.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reader of client frames. A frame holds one or more commands (docs/protocol.md, Frames, Connect, Commands).
 * Thread-safe.
 */
public final class CommandReader {
    /** Most commands in one frame. */
    public static final int MAX_COMMANDS = 512;

    /** Largest id of a command: the largest unsigned number of 32 bits. */
    public static final long MAX_ID = 0xFFFF_FFFFL;

    /**
     * Bit of a subscription's flag: the client offers to accept a number in place of the channel's name. Cordon ignores
     * the offer.
     */
    private static final long COMPACT_CHANNEL = 1;

    /** Bit of a subscription's flag: the client wants error 112 in place of a reply with {@code recovered:false}. */
    private static final long REJECT_UNRECOVERED = 2;

    /** Methods of the protocol, frequent ones first. */
    private static final String[] METHODS = {
        "rpc",
        "publish",
        "connect",
        "subscribe",
        "send",
        "refresh",
        "ping",
        "unsubscribe",
        "presence",
        "presence_stats",
        "history",
        "sub_refresh"
    };

    private static final int SEND = Arrays.asList(METHODS).indexOf("send");

    /** Fields of each method; null if Cordon does not support the method. */
    private static final @Nullable KnownFields[] FIELDS =
            Arrays.stream(METHODS).map(CommandFields.BY_METHOD::get).toArray(KnownFields[]::new);

    /** Methods that Cordon supports, to suggest in place of an unknown one. */
    private static final List<String> CARRIED_OUT = Arrays.stream(METHODS)
            .filter(method -> method.equals("connect") || CommandFields.BY_METHOD.containsKey(method))
            .toList();

    /** Result for the pong of a client, which is the most frequent frame of idle clients. */
    static final List<Command> PONG = List.of(new Command.Pong());

    private final int maxPayloadBytes;
    private final boolean keepConnectData;

    /** @param maxPayloadBytes largest data of one message, in bytes */
    public CommandReader(int maxPayloadBytes) {
        this(maxPayloadBytes, false);
    }

    /** @param keepConnectData whether a connect carries the client's version and whole data along, for who decides on it */
    public CommandReader(int maxPayloadBytes, boolean keepConnectData) {
        this.maxPayloadBytes = maxPayloadBytes;
        this.keepConnectData = keepConnectData;
    }

    /** @throws InvalidJsonException if the frame is not a sequence of commands */
    public List<Command> read(String frame) {
        return read(frame.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws InvalidJsonException if the frame is not a sequence of commands */
    public List<Command> read(byte[] frame) {
        if (!Utf8.valid(frame)) {
            throw new InvalidJsonException("not UTF-8");
        }
        return readValid(frame, 0, frame.length);
    }

    /**
     * Reads a frame that the caller knows to be valid UTF-8. The commands keep no reference to the array.
     *
     * @throws InvalidJsonException if the frame is not a sequence of commands
     */
    public List<Command> readValid(byte[] frame, int from, int to) {
        if (to - from == 2 && frame[from] == '{' && frame[from + 1] == '}') {
            return PONG;
        }
        JsonScanner scanner = new JsonScanner(frame, from, to);
        JsonFields first = scanner.next(1);
        if (first == null) {
            return List.of();
        }
        Command only = command(first);
        JsonFields next = scanner.next(1);
        if (next == null) {
            return List.of(only);
        }
        List<Command> commands = new ArrayList<>();
        commands.add(only);
        for (; next != null; next = scanner.next(1)) {
            if (commands.size() == MAX_COMMANDS) {
                throw new InvalidJsonException("more than " + MAX_COMMANDS + " JSON objects");
            }
            commands.add(command(next));
        }
        return commands;
    }

    private Command command(JsonFields fields) {
        if (fields.count() == 0) {
            return new Command.Pong();
        }
        long id = fields.integer("id", 0);
        if (id < 0 || id > MAX_ID) {
            throw new InvalidJsonException("id must be 0 to " + MAX_ID);
        }
        int number = method(fields);
        if (id == 0 && number != SEND) {
            throw new InvalidJsonException("a command without id");
        }
        return number < 0 ? unknown(id, fields) : known(id, number, fields);
    }

    /** Reports the first field other than the id as the unknown method. */
    private static Command unknown(long id, JsonFields fields) {
        for (int i = 0; i < fields.count(); i++) {
            if (!fields.named(i, "id")) {
                return new Command.Unknown(id, fields.name(i));
            }
        }
        return new Command.Unknown(id, "");
    }

    /** Returns a message about an unsupported or unknown method, with the nearest supported one. */
    static String notCarriedOut(String method) {
        if (method.isEmpty()) {
            return "the command names no method: it takes " + String.join(", ", CARRIED_OUT);
        }
        return Arrays.asList(METHODS).contains(method)
                ? method + " is not supported"
                : KnownFields.unknown("the command has no method ", method, CARRIED_OUT);
    }

    /** Returns the index in {@link #METHODS} of the one field that is a method; negative if no field is. */
    private static int method(JsonFields fields) {
        int method = -1;
        int count = fields.count();
        for (int i = 0; i < count; i++) {
            int named = fields.named(i, "id") ? -1 : fields.indexOfName(i, METHODS);
            if (named >= 0 && method >= 0) {
                throw new InvalidJsonException("two methods in one command");
            }
            method = Math.max(method, named);
        }
        return method;
    }

    private Command known(long id, int number, JsonFields fields) {
        String method = METHODS[number];
        try {
            if (fields.count() > 2 || id == 0) {
                CommandFields.only(fields, method);
            }
            Optional<JsonFields> body = fields.object(method);
            if (body.isEmpty()) {
                return invalid(id, method + " must be an object");
            }
            KnownFields known = FIELDS[number];
            if (known != null) {
                known.check(body.get());
            }
            return parse(id, method, body.get());
        } catch (InvalidJsonException | IllegalArgumentException e) {
            return invalid(id, String.valueOf(e.getMessage()));
        }
    }

    private static Command invalid(long id, String why) {
        if (id == 0) {
            throw new InvalidJsonException(why);
        }
        return new Command.Invalid(id, why);
    }

    private Command parse(long id, String method, JsonFields body) {
        return switch (method) {
            case "connect" -> ConnectReader.connect(id, body, keepConnectData);
            case "subscribe" -> subscribe(id, body);
            case "unsubscribe" -> new Command.Unsubscribe(id, channel(body));
            case "publish" -> publish(id, body);
            case "presence" -> new Command.Presence(id, channel(body));
            case "history" -> history(id, body);
            case "ping" -> new Command.Ping(id);
            case "send" -> new Command.Send(data(body));
            case "rpc" -> rpc(id, body.string("method", ""), body);
            case "refresh" -> new Command.Refresh(id, required(body, "token"));
            default -> new Command.Unknown(id, method);
        };
    }

    private static Command subscribe(long id, JsonFields body) {
        return new Command.Subscribe(id, channel(body), position(body), wholeOnly(body.integer("flag", 0)));
    }

    /**
     * Returns whether a subscription's flag asks for error 112.
     *
     * @throws IllegalArgumentException if the flag has other bits than the two known ones
     */
    static boolean wholeOnly(long flag) {
        if ((flag & ~(COMPACT_CHANNEL | REJECT_UNRECOVERED)) != 0) {
            throw new IllegalArgumentException(
                    "flag may have 1 (short channel names) and 2 (reject what cannot be recovered) only");
        }
        return (flag & REJECT_UNRECOVERED) != 0;
    }

    private Command publish(long id, JsonFields body) {
        if (!body.given("data")) {
            throw new InvalidJsonException("data is missing");
        }
        return new Command.Publish(id, channel(body), data(body));
    }

    private static Command history(long id, JsonFields body) {
        return new Command.History(
                id,
                channel(body),
                limit(body.integer("limit", 0)),
                body.object("since").map(CommandReader::since));
    }

    /** @throws IllegalArgumentException if the limit is less than -1 */
    static int limit(long limit) {
        if (limit < -1) {
            throw new IllegalArgumentException("limit must be -1 (all), 0 (none) or more");
        }
        return (int) Math.min(limit, Integer.MAX_VALUE);
    }

    private Command rpc(long id, String method, JsonFields body) {
        return method.equals("ack") ? acknowledge(id, body) : new Command.Rpc(id, method, data(body));
    }

    /** Reads the data in the frame, without a copy of the payload. */
    private static Command acknowledge(long id, JsonFields body) {
        return acknowledgement(id, body.object("data").orElseThrow(() -> new InvalidJsonException("data is missing")));
    }

    /** @throws InvalidJsonException if the data of the rpc is not an acknowledgement */
    static Command acknowledgement(long id, JsonFields data) {
        CommandFields.ACKNOWLEDGE.check(data);
        if (!data.has("upto")) {
            throw new InvalidJsonException("upto is missing");
        }
        long upto = data.integer("upto", 0);
        if (upto < 0) {
            throw new InvalidJsonException("upto is negative");
        }
        return new Command.Acknowledge(id, channel(data), new StreamPosition(data.string("epoch", ""), upto));
    }

    static Optional<StreamPosition> position(JsonFields body) {
        return body.bool("recover") ? Optional.of(at(body)) : Optional.empty();
    }

    private static StreamPosition since(JsonFields since) {
        CommandFields.SINCE.check(since);
        return at(since);
    }

    private static StreamPosition at(JsonFields body) {
        return new StreamPosition(body.string("epoch", ""), body.integer("offset", 0));
    }

    private static String channel(JsonFields body) {
        return required(body, "channel");
    }

    private static String required(JsonFields body, String name) {
        if (!body.has(name)) {
            throw new InvalidJsonException(name + " is missing");
        }
        return body.string(name, "");
    }

    private Payload data(JsonFields body) {
        Payload data = Payload.of(body, "data").orElse(Payload.EMPTY);
        if (data.size() > maxPayloadBytes) {
            throw new InvalidJsonException("data is larger than " + maxPayloadBytes + " bytes");
        }
        return data;
    }
}
