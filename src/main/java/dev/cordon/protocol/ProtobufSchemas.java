package dev.cordon.protocol;

import dev.cordon.protocol.protobuf.ProtobufSchema;
import java.util.Map;

/**
 * The messages of the client protocol as Protobuf, with the numbers of their fields. {@code ProtobufSchemasTest}
 * compares them with {@code docs/client.proto}, from which clients may be generated.
 */
final class ProtobufSchemas {
    static final int ID = 1;
    static final int SEND_METHOD = 12;
    static final int CHANNEL = 1;
    static final int CONNECT_TOKEN = 1;
    static final int CONNECT_DATA = 2;
    static final int CONNECT_SUBS = 3;
    static final int CONNECT_NAME = 4;
    static final int CONNECT_VERSION = 5;
    static final int SUBSCRIBE_RECOVER = 3;
    static final int SUBSCRIBE_EPOCH = 6;
    static final int SUBSCRIBE_OFFSET = 7;
    static final int SUBSCRIBE_FLAG = 14;
    static final int PUBLISH_DATA = 2;
    static final int HISTORY_LIMIT = 7;
    static final int HISTORY_SINCE = 8;
    static final int POSITION_OFFSET = 1;
    static final int POSITION_EPOCH = 2;
    static final int SEND_DATA = 1;
    static final int RPC_DATA = 1;
    static final int RPC_METHOD = 2;
    static final int REFRESH_TOKEN = 1;

    /** Fields of a map's entry. */
    static final int KEY = 1;

    static final int VALUE = 2;

    static final ProtobufSchema COMMAND = ProtobufSchema.of("Command")
            .number(ID, "id")
            .bytes(4, "connect")
            .bytes(5, "subscribe")
            .bytes(6, "unsubscribe")
            .bytes(7, "publish")
            .bytes(8, "presence")
            .bytes(9, "presence_stats")
            .bytes(10, "history")
            .bytes(11, "ping")
            .bytes(SEND_METHOD, "send")
            .bytes(13, "rpc")
            .bytes(14, "refresh")
            .bytes(15, "sub_refresh");

    static final ProtobufSchema CONNECT = ProtobufSchema.of("ConnectRequest")
            .bytes(CONNECT_TOKEN, "token")
            .bytes(CONNECT_DATA, "data")
            .repeated(CONNECT_SUBS, "subs")
            .bytes(CONNECT_NAME, "name")
            .bytes(CONNECT_VERSION, "version")
            .repeated(6, "headers")
            .number(7, "flag");

    static final ProtobufSchema SUBS_ENTRY =
            ProtobufSchema.of("SubsEntry").bytes(KEY, "key").bytes(VALUE, "value");

    static final ProtobufSchema SUBSCRIBE = ProtobufSchema.of("SubscribeRequest")
            .bytes(CHANNEL, "channel")
            .bytes(2, "token")
            .number(SUBSCRIBE_RECOVER, "recover")
            .bytes(SUBSCRIBE_EPOCH, "epoch")
            .number(SUBSCRIBE_OFFSET, "offset")
            .bytes(8, "data")
            .number(9, "positioned")
            .number(10, "recoverable")
            .number(11, "join_leave")
            .bytes(12, "delta")
            .bytes(13, "tf")
            .number(SUBSCRIBE_FLAG, "flag")
            .number(15, "type")
            .number(16, "phase")
            .bytes(17, "cursor")
            .number(18, "limit")
            .number(19, "asc");

    static final ProtobufSchema UNSUBSCRIBE =
            ProtobufSchema.of("UnsubscribeRequest").bytes(CHANNEL, "channel");

    static final ProtobufSchema PUBLISH = ProtobufSchema.of("PublishRequest")
            .bytes(CHANNEL, "channel")
            .bytes(PUBLISH_DATA, "data")
            .number(3, "type")
            .bytes(4, "key")
            .number(5, "removed");

    static final ProtobufSchema PRESENCE = ProtobufSchema.of("PresenceRequest").bytes(CHANNEL, "channel");

    static final ProtobufSchema HISTORY = ProtobufSchema.of("HistoryRequest")
            .bytes(CHANNEL, "channel")
            .number(HISTORY_LIMIT, "limit")
            .bytes(HISTORY_SINCE, "since")
            .number(9, "reverse");

    static final ProtobufSchema POSITION = ProtobufSchema.of("StreamPosition")
            .number(POSITION_OFFSET, "offset")
            .bytes(POSITION_EPOCH, "epoch");

    static final ProtobufSchema PING = ProtobufSchema.of("PingRequest");

    static final ProtobufSchema SEND = ProtobufSchema.of("SendRequest").bytes(SEND_DATA, "data");

    static final ProtobufSchema CALL =
            ProtobufSchema.of("RPCRequest").bytes(RPC_DATA, "data").bytes(RPC_METHOD, "method");

    static final ProtobufSchema REFRESH = ProtobufSchema.of("RefreshRequest").bytes(REFRESH_TOKEN, "token");

    /** The message of each method that Cordon supports. */
    static final Map<String, ProtobufSchema> BY_METHOD = Map.of(
            "connect", CONNECT,
            "subscribe", SUBSCRIBE,
            "unsubscribe", UNSUBSCRIBE,
            "publish", PUBLISH,
            "presence", PRESENCE,
            "history", HISTORY,
            "ping", PING,
            "send", SEND,
            "rpc", CALL,
            "refresh", REFRESH);

    /** Bit n: the field n of a command is a method. */
    static final long METHODS = COMMAND.fields(name -> !name.equals("id"));

    private ProtobufSchemas() {}
}
