package dev.cordon.protocol;

import dev.cordon.protocol.json.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A writer of server frames (docs/protocol.md, Connect, Commands, Pushes, Errors). Thread-safe. */
public final class FrameWriter {
    /** Name and version of the server. {@code VersionTest} compares the version with the pom's. */
    public static final String VERSION = "cordon 1.0.0";

    /** Ping of the server. */
    public static final Frame PING = Frame.of("{}");

    /** JSON of a push without its values, to compute the length of a push. */
    private static final String PUSH = "{\"push\":{\"channel\":\"\",\"pub\":{\"offset\":,\"data\":";

    private FrameWriter() {}

    /** Makes the push of a publication, once for all subscribed connections. The frame shares the payload's bytes. */
    public static Frame push(Publication publication) {
        byte[] head = new JsonWriter(pushHeadSize(publication))
                .raw("{\"push\":{\"channel\":")
                .quoted(publication.channel().name())
                .raw(",\"pub\":{\"offset\":")
                .number(publication.offset())
                .raw(",\"data\":")
                .bytes();
        return Frame.push(head, publication.payload());
    }

    /** Makes a push without an offset, for a message that no log retains. The frame shares the payload's bytes. */
    public static Frame push(Channel channel, Payload payload) {
        byte[] head = new JsonWriter(PUSH.length() + JsonWriter.size(channel.name()))
                .raw("{\"push\":{\"channel\":")
                .quoted(channel.name())
                .raw(",\"pub\":{\"data\":")
                .bytes();
        return Frame.push(head, payload);
    }

    static int pushHeadSize(Publication publication) {
        return PUSH.length() + JsonWriter.size(publication.channel().name()) + JsonWriter.digits(publication.offset());
    }

    /**
     * Makes the connect reply.
     *
     * @param ttlSeconds time until the token expires
     * @param pingSeconds time between two pings of the server
     * @param data the application's data for the client
     * @param node name of this node, for the demo page of a cluster in development mode; else empty. Left out beside
     *     the application's data
     * @param added subscriptions that the application adds
     */
    public static Frame connect(
            long id,
            ConnectionId client,
            long ttlSeconds,
            long pingSeconds,
            Optional<Payload> data,
            Optional<String> node,
            Channel personal,
            SubscribeReply reply,
            Map<Channel, SubscribeReply> added) {
        JsonWriter writer = reply(id, "connect")
                .raw("{\"client\":")
                .quoted(client.value())
                .raw(",\"version\":")
                .quoted(VERSION)
                .raw(",\"ping\":")
                .number(pingSeconds)
                .raw(",\"pong\":true,\"expires\":true,\"ttl\":")
                .number(ttlSeconds);
        if (data.isPresent()) {
            data.get().appendTo(writer.raw(",\"data\":"));
        } else {
            node.ifPresent(
                    name -> writer.raw(",\"data\":{\"node\":").quoted(name).raw("}"));
        }
        writer.raw(",\"subs\":{").quoted(personal.name()).raw(":");
        subscription(writer, reply);
        added.forEach((channel, of) ->
                subscription(writer.raw(",").quoted(channel.name()).raw(":"), of));
        return frame(writer.raw("}}}"));
    }

    public static Frame subscribe(long id, SubscribeReply reply) {
        return frame(subscription(reply(id, "subscribe"), reply).raw("}"));
    }

    /** Makes the reply to a subscription to a channel without positions, from which nothing can be recovered. */
    public static Frame subscribe(long id) {
        return empty(id, "subscribe");
    }

    private static JsonWriter subscription(JsonWriter writer, SubscribeReply reply) {
        return openSubscription(writer, reply).raw("}");
    }

    private static JsonWriter openSubscription(JsonWriter writer, SubscribeReply reply) {
        writer.raw("{\"recoverable\":true,\"positioned\":true,\"epoch\":")
                .quoted(reply.position().epoch())
                .raw(",\"offset\":")
                .number(reply.position().offset());
        if (reply.wasRecovering()) {
            writer.raw(",\"was_recovering\":true,\"recovered\":").raw(reply.recovered() ? "true" : "false");
        }
        if (!reply.publications().isEmpty()) {
            publications(writer.raw(","), reply.publications());
        }
        return writer;
    }

    private static JsonWriter publications(JsonWriter writer, List<Publication> publications) {
        writer.raw("\"publications\":[");
        boolean first = true;
        for (Publication publication : publications) {
            writer.raw(first ? "{\"offset\":" : ",{\"offset\":")
                    .number(publication.offset())
                    .raw(",\"data\":");
            publication.payload().appendTo(writer).raw("}");
            first = false;
        }
        return writer.raw("]");
    }

    /**
     * Makes the push that subscribes a client on the server's side. Missed publications follow as pushes of their own.
     *
     * @param data the back end's data for the client
     */
    public static Frame subscribed(Channel channel, SubscribeReply reply, Optional<Payload> data) {
        JsonWriter writer = openSubscription(push(channel, "subscribe"), reply);
        data.ifPresent(of -> of.appendTo(writer.raw(",\"data\":")));
        return frame(writer.raw("}}}"));
    }

    /** Makes the push that ends a subscription on the server's side. */
    public static Frame unsubscribed(Channel channel) {
        return frame(push(channel, "unsubscribe").raw("{\"code\":2000,\"reason\":\"server unsubscribe\"}}}"));
    }

    /** Makes the push that tells a client when its connection ends now. */
    public static Frame refreshed(long ttlSeconds) {
        return frame(new JsonWriter(64)
                .raw("{\"push\":{\"refresh\":{\"expires\":true,\"ttl\":")
                .number(ttlSeconds)
                .raw("}}}"));
    }

    private static JsonWriter push(Channel channel, String kind) {
        return new JsonWriter(160)
                .raw("{\"push\":{\"channel\":")
                .quoted(channel.name())
                .raw(",\"")
                .raw(kind)
                .raw("\":");
    }

    public static Frame unsubscribe(long id) {
        return empty(id, "unsubscribe");
    }

    public static Frame publish(long id) {
        return empty(id, "publish");
    }

    public static Frame refresh(long id, ConnectionId client, long ttlSeconds) {
        return frame(reply(id, "refresh")
                .raw("{\"client\":")
                .quoted(client.value())
                .raw(",\"version\":")
                .quoted(VERSION)
                .raw(",\"expires\":true,\"ttl\":")
                .number(ttlSeconds)
                .raw("}}"));
    }

    public static Frame rpc(long id, Payload data) {
        JsonWriter writer =
                reply(id, "rpc", "{\"data\":}}".length() + data.size()).raw("{\"data\":");
        return frame(data.appendTo(writer).raw("}}"));
    }

    public static Frame history(long id, StreamPosition top, List<Publication> publications) {
        JsonWriter writer = reply(id, "history").raw("{");
        return frame(publications(writer, publications)
                .raw(",\"epoch\":")
                .quoted(top.epoch())
                .raw(",\"offset\":")
                .number(top.offset())
                .raw("}}"));
    }

    /** @param clients connections of the user who asks */
    public static Frame presence(long id, UserId user, List<ConnectionId> clients) {
        JsonWriter writer = reply(id, "presence").raw("{\"presence\":{");
        boolean first = true;
        for (ConnectionId client : clients) {
            writer.raw(first ? "" : ",")
                    .quoted(client.value())
                    .raw(":{\"client\":")
                    .quoted(client.value())
                    .raw(",\"user\":")
                    .quoted(user.value())
                    .raw("}");
            first = false;
        }
        return frame(writer.raw("}}}"));
    }

    /** Makes the reply to a ping of the client. */
    public static Frame pingReply(long id) {
        return empty(id, "ping");
    }

    public static Frame error(long id, ErrorCode code) {
        return error(id, code, code.message());
    }

    /** @param message replaces the message of the code; says what is wrong and what the server expects */
    public static Frame error(long id, ErrorCode code, String message) {
        return error(id, code.code(), message, code.temporary());
    }

    /** @param code an error of the protocol, or one of the application's own */
    public static Frame error(long id, int code, String message, boolean temporary) {
        return frame(reply(id, "error")
                .raw("{\"code\":")
                .number(code)
                .raw(",\"message\":")
                .quoted(message)
                .raw(",\"temporary\":")
                .raw(temporary ? "true}}" : "false}}"));
    }

    private static JsonWriter reply(long id, String kind) {
        return reply(id, kind, 160);
    }

    /** @param rest expected length behind the head, in bytes */
    private static JsonWriter reply(long id, String kind, int rest) {
        return new JsonWriter("{\"id\":,\"\":".length() + JsonWriter.digits(id) + kind.length() + rest)
                .raw("{\"id\":")
                .number(id)
                .raw(",\"")
                .raw(kind)
                .raw("\":");
    }

    private static Frame frame(JsonWriter writer) {
        return Frame.wrap(writer.bytes());
    }

    private static Frame empty(long id, String kind) {
        return frame(reply(id, kind, "{}}".length()).raw("{}}"));
    }
}
