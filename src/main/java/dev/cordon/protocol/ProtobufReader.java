package dev.cordon.protocol;

import static java.util.Objects.requireNonNull;

import dev.cordon.protocol.json.InvalidJsonException;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.protobuf.DelimitedMessages;
import dev.cordon.protocol.protobuf.InvalidProtobufException;
import dev.cordon.protocol.protobuf.ProtobufFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A reader of binary client frames. A frame holds commands in Protobuf, each behind its length. Fields are read,
 * ignored or rejected by the tables that JSON is read with ({@link CommandFields}). Thread-safe.
 */
final class ProtobufReader {
    private static final RateLimitedLog LOG = new RateLimitedLog(System.getLogger(ProtobufReader.class.getName()));

    private static final KnownMessage CONNECT = new KnownMessage(ProtobufSchemas.CONNECT, CommandFields.CONNECT);
    private static final KnownMessage SUBSCRIPTION =
            new KnownMessage(ProtobufSchemas.SUBSCRIBE, CommandFields.SUBSCRIPTION);
    private static final KnownMessage SINCE = new KnownMessage(ProtobufSchemas.POSITION, CommandFields.SINCE);

    private static final KnownMessage SUBSCRIBE = method("subscribe");
    private static final KnownMessage UNSUBSCRIBE = method("unsubscribe");
    private static final KnownMessage PUBLISH = method("publish");
    private static final KnownMessage PRESENCE = method("presence");
    private static final KnownMessage HISTORY = method("history");
    private static final KnownMessage PING = method("ping");
    private static final KnownMessage SEND = method("send");
    private static final KnownMessage RPC = method("rpc");
    private static final KnownMessage REFRESH = method("refresh");

    private final int maxPayloadBytes;
    private final boolean keepConnectData;
    private final Consumer<String> warnings;

    /**
     * @param maxPayloadBytes largest data of one message, in bytes
     * @param keepConnectData whether a connect carries the client's version and whole data along
     */
    ProtobufReader(int maxPayloadBytes, boolean keepConnectData) {
        this(maxPayloadBytes, keepConnectData, line -> LOG.warn("field", line));
    }

    /** @param warnings receives one line for each message of a connect with an unknown field */
    ProtobufReader(int maxPayloadBytes, boolean keepConnectData, Consumer<String> warnings) {
        this.maxPayloadBytes = maxPayloadBytes;
        this.keepConnectData = keepConnectData;
        this.warnings = warnings;
    }

    private static KnownMessage method(String name) {
        return new KnownMessage(
                requireNonNull(ProtobufSchemas.BY_METHOD.get(name)), requireNonNull(CommandFields.BY_METHOD.get(name)));
    }

    /** @throws InvalidFrameException if the frame is not a sequence of commands */
    List<Command> read(byte[] frame, int from, int to) {
        if (to - from == 1 && frame[from] == 0) {
            return CommandReader.PONG;
        }
        try {
            List<Command> commands = new ArrayList<>(1);
            DelimitedMessages batch = new DelimitedMessages(frame, from, to);
            while (batch.next()) {
                if (commands.size() == CommandReader.MAX_COMMANDS) {
                    throw new InvalidFrameException("more than " + CommandReader.MAX_COMMANDS + " commands");
                }
                commands.add(command(frame, batch.from(), batch.to()));
            }
            return commands;
        } catch (InvalidProtobufException e) {
            throw new InvalidFrameException(String.valueOf(e.getMessage()));
        }
    }

    private Command command(byte[] frame, int from, int to) {
        if (from == to) {
            return new Command.Pong();
        }
        ProtobufFields fields = fields(frame, from, to);
        long id = fields.number(ProtobufSchemas.ID);
        if (id < 0 || id > CommandReader.MAX_ID) {
            throw new InvalidFrameException("id must be 0 to " + CommandReader.MAX_ID);
        }
        long methods = fields.given() & ProtobufSchemas.METHODS;
        if (Long.bitCount(methods) > 1) {
            throw new InvalidFrameException("two methods in one command");
        }
        int method = methods == 0 ? 0 : Long.numberOfTrailingZeros(methods);
        if (id == 0 && method != ProtobufSchemas.SEND_METHOD) {
            throw new InvalidFrameException("a command without id");
        }
        if (method == 0) {
            return new Command.Unknown(id, fields.unknown() == 0 ? "" : Integer.toString(fields.unknown()));
        }
        return known(id, method, fields);
    }

    private static ProtobufFields fields(byte[] frame, int from, int to) {
        try {
            return new ProtobufFields(ProtobufSchemas.COMMAND, frame, from, to);
        } catch (IllegalArgumentException e) {
            throw new InvalidFrameException(String.valueOf(e.getMessage()));
        }
    }

    private Command known(long id, int method, ProtobufFields fields) {
        String name = ProtobufSchemas.COMMAND.name(method);
        try {
            if (fields.unknown() != 0) {
                throw new IllegalArgumentException(
                        KnownFields.of("the command", "id", name).rejection(Integer.toString(fields.unknown())));
            }
            return parse(id, method, name, fields);
        } catch (InvalidJsonException | IllegalArgumentException e) {
            if (id == 0) {
                throw new InvalidFrameException(String.valueOf(e.getMessage()));
            }
            return new Command.Invalid(id, String.valueOf(e.getMessage()));
        }
    }

    private Command parse(long id, int method, String name, ProtobufFields in) {
        return switch (name) {
            case "connect" -> connect(id, in.message(method, ProtobufSchemas.CONNECT));
            case "subscribe" -> subscribe(id, SUBSCRIBE.read(in, method));
            case "unsubscribe" -> new Command.Unsubscribe(id, channel(UNSUBSCRIBE.read(in, method)));
            case "publish" -> publish(id, PUBLISH.read(in, method));
            case "presence" -> new Command.Presence(id, channel(PRESENCE.read(in, method)));
            case "history" -> history(id, HISTORY.read(in, method));
            case "ping" -> {
                ProtobufFields unused = PING.read(in, method);
                yield new Command.Ping(id);
            }
            case "send" -> new Command.Send(data(SEND.read(in, method), ProtobufSchemas.SEND_DATA));
            case "rpc" -> rpc(id, RPC.read(in, method));
            case "refresh" -> refresh(id, REFRESH.read(in, method));
            default -> new Command.Unknown(id, name);
        };
    }

    private Command connect(long id, ProtobufFields body) {
        Optional<String> ignored = warn(CONNECT, body);
        Map<String, Optional<StreamPosition>> resume = new HashMap<>();
        body.forEach(ProtobufSchemas.CONNECT_SUBS, ProtobufSchemas.SUBS_ENTRY, entry -> {
            ProtobufFields sub = entry.message(ProtobufSchemas.VALUE, ProtobufSchemas.SUBSCRIBE);
            Optional<String> unused = warn(SUBSCRIPTION, sub);
            if (resume.put(entry.text(ProtobufSchemas.KEY), position(sub)) != null) {
                throw new IllegalArgumentException("subs names a channel twice");
            }
        });
        Optional<Payload> data = body.length(ProtobufSchemas.CONNECT_DATA) == 0
                ? Optional.empty()
                : Optional.of(json(body, ProtobufSchemas.CONNECT_DATA));
        Optional<JsonFields> object = data.flatMap(ProtobufReader::object);
        return new Command.Connect(
                id,
                Optional.of(body.text(ProtobufSchemas.CONNECT_TOKEN)).filter(token -> !token.isEmpty()),
                object.flatMap(ConnectReader::session),
                object.map(ConnectReader::acknowledges).orElse(false),
                resume,
                body.text(ProtobufSchemas.CONNECT_NAME),
                keepConnectData ? body.text(ProtobufSchemas.CONNECT_VERSION) : "",
                keepConnectData ? data : Optional.empty(),
                ignored);
    }

    /** Warns of an unknown field, but accepts the connect, as {@link ConnectReader} does. */
    private Optional<String> warn(KnownMessage known, ProtobufFields fields) {
        Optional<String> flaw = known.flaw(fields);
        flaw.ifPresent(why -> warnings.accept("Ignored what a client sent: " + why));
        return flaw;
    }

    /** Returns the client's data if it is an object; the application chooses the shape of the data. */
    private static Optional<JsonFields> object(Payload data) {
        try {
            return Optional.of(JsonFields.read(data.bytes()));
        } catch (InvalidJsonException e) {
            return Optional.empty();
        }
    }

    private static Command subscribe(long id, ProtobufFields body) {
        return new Command.Subscribe(
                id,
                channel(body),
                position(body),
                CommandReader.wholeOnly(body.number(ProtobufSchemas.SUBSCRIBE_FLAG)));
    }

    private static Optional<StreamPosition> position(ProtobufFields body) {
        if (body.number(ProtobufSchemas.SUBSCRIBE_RECOVER) == 0) {
            return Optional.empty();
        }
        return Optional.of(new StreamPosition(
                body.text(ProtobufSchemas.SUBSCRIBE_EPOCH), body.number(ProtobufSchemas.SUBSCRIBE_OFFSET)));
    }

    private Command publish(long id, ProtobufFields body) {
        if (body.length(ProtobufSchemas.PUBLISH_DATA) == 0) {
            throw new IllegalArgumentException("data is missing");
        }
        return new Command.Publish(id, channel(body), published(body));
    }

    /** The data of a publish, which need not be JSON. */
    private Payload published(ProtobufFields body) {
        int start = body.start(ProtobufSchemas.PUBLISH_DATA);
        int length = body.length(ProtobufSchemas.PUBLISH_DATA);
        check(length);
        try {
            return Payload.read(body.source(), start, start + length);
        } catch (InvalidJsonException e) {
            Payload opaque = Payload.opaque(Arrays.copyOfRange(body.source(), start, start + length));
            check(opaque.size());
            return opaque;
        }
    }

    private static Command history(long id, ProtobufFields body) {
        Optional<StreamPosition> since = Optional.empty();
        if (body.given(ProtobufSchemas.HISTORY_SINCE)) {
            ProtobufFields position = SINCE.read(body, ProtobufSchemas.HISTORY_SINCE);
            since = Optional.of(new StreamPosition(
                    position.text(ProtobufSchemas.POSITION_EPOCH), position.number(ProtobufSchemas.POSITION_OFFSET)));
        }
        return new Command.History(
                id, channel(body), CommandReader.limit(body.number(ProtobufSchemas.HISTORY_LIMIT)), since);
    }

    private Command rpc(long id, ProtobufFields body) {
        String method = body.text(ProtobufSchemas.RPC_METHOD);
        if (!method.equals("ack")) {
            return new Command.Rpc(id, method, data(body, ProtobufSchemas.RPC_DATA));
        }
        if (body.length(ProtobufSchemas.RPC_DATA) == 0) {
            throw new IllegalArgumentException("data is missing");
        }
        return CommandReader.acknowledgement(
                id, JsonFields.read(data(body, ProtobufSchemas.RPC_DATA).bytes()));
    }

    private static Command refresh(long id, ProtobufFields body) {
        return new Command.Refresh(id, required(body, ProtobufSchemas.REFRESH_TOKEN, "token"));
    }

    private static String channel(ProtobufFields body) {
        return required(body, ProtobufSchemas.CHANNEL, "channel");
    }

    private static String required(ProtobufFields body, int field, String name) {
        if (body.length(field) == 0) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return body.text(field);
    }

    private Payload data(ProtobufFields body, int field) {
        check(body.length(field));
        return body.length(field) == 0 ? Payload.EMPTY : json(body, field);
    }

    /** @param bytes of the data; opaque bytes count as in base64, because so the log keeps them */
    private void check(int bytes) {
        if (bytes > maxPayloadBytes) {
            throw new IllegalArgumentException("data is larger than " + maxPayloadBytes + " bytes");
        }
    }

    private static Payload json(ProtobufFields body, int field) {
        try {
            int start = body.start(field);
            return Payload.read(body.source(), start, start + body.length(field));
        } catch (InvalidJsonException e) {
            throw new IllegalArgumentException("data must be JSON, in Protobuf too: " + e.getMessage());
        }
    }
}
