package dev.cordon.protocol;

import dev.cordon.protocol.json.JsonText;
import java.util.List;

/** Makes the frames that go to clients (docs/protocol.md, Connect, Commands, Pushes, Errors). Thread-safe. */
public final class FrameWriter {
    /** Name and version of the server. {@code VersionTest} compares the version with the pom's. */
    public static final String VERSION = "cordon 1.0.0";

    /** The server's ping. */
    public static final Frame PING = Frame.of("{}");

    /** A push but for its values: as long as what stands around them. */
    private static final String PUSH = "{\"push\":{\"channel\":\"\",\"pub\":{\"offset\":,\"data\":";

    private FrameWriter() {}

    /** A publication for everybody who is subscribed; made once and sent to all. Shares the payload's bytes. */
    public static Frame push(Publication publication) {
        byte[] head = new JsonText(pushHeadSize(publication))
                .raw("{\"push\":{\"channel\":")
                .quoted(publication.channel().name())
                .raw(",\"pub\":{\"offset\":")
                .number(publication.offset())
                .raw(",\"data\":")
                .bytes();
        return Frame.push(head, publication.payload());
    }

    /** A push that is kept nowhere and has no offset. Shares the payload's bytes. */
    public static Frame push(Channel channel, Payload payload) {
        byte[] head = new JsonText(PUSH.length() + JsonText.size(channel.name()))
                .raw("{\"push\":{\"channel\":")
                .quoted(channel.name())
                .raw(",\"pub\":{\"data\":")
                .bytes();
        return Frame.push(head, payload);
    }

    static int pushHeadSize(Publication publication) {
        return PUSH.length() + JsonText.size(publication.channel().name()) + JsonText.digits(publication.offset());
    }

    /**
     * The connect reply with the personal channel's subscription.
     *
     * @param ttlSeconds until the token ends
     * @param pingSeconds between two pings of the server
     */
    public static Frame connect(
            long id, ConnectionId client, long ttlSeconds, long pingSeconds, Channel personal, SubscribeReply reply) {
        JsonText text = reply(id, "connect")
                .raw("{\"client\":")
                .quoted(client.value())
                .raw(",\"version\":")
                .quoted(VERSION)
                .raw(",\"ping\":")
                .number(pingSeconds)
                .raw(",\"pong\":true,\"expires\":true,\"ttl\":")
                .number(ttlSeconds)
                .raw(",\"subs\":{")
                .quoted(personal.name())
                .raw(":");
        return frame(subscription(text, reply).raw("}}}"));
    }

    public static Frame subscribe(long id, SubscribeReply reply) {
        return frame(subscription(reply(id, "subscribe"), reply).raw("}"));
    }

    /** The reply to a subscription without positions, from which nothing is recovered. */
    public static Frame subscribe(long id) {
        return empty(id, "subscribe");
    }

    private static JsonText subscription(JsonText text, SubscribeReply reply) {
        text.raw("{\"recoverable\":true,\"positioned\":true,\"epoch\":")
                .quoted(reply.position().epoch())
                .raw(",\"offset\":")
                .number(reply.position().offset());
        if (reply.wasRecovering()) {
            text.raw(",\"was_recovering\":true,\"recovered\":").raw(reply.recovered() ? "true" : "false");
        }
        if (!reply.publications().isEmpty()) {
            publications(text.raw(","), reply.publications());
        }
        return text.raw("}");
    }

    private static JsonText publications(JsonText text, List<Publication> publications) {
        text.raw("\"publications\":[");
        boolean first = true;
        for (Publication publication : publications) {
            text.raw(first ? "{\"offset\":" : ",{\"offset\":")
                    .number(publication.offset())
                    .raw(",\"data\":");
            publication.payload().appendTo(text).raw("}");
            first = false;
        }
        return text.raw("]");
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
        JsonText text = reply(id, "rpc", "{\"data\":}}".length() + data.size()).raw("{\"data\":");
        return frame(data.appendTo(text).raw("}}"));
    }

    public static Frame history(long id, StreamPosition top, List<Publication> publications) {
        JsonText text = reply(id, "history").raw("{");
        return frame(publications(text, publications)
                .raw(",\"epoch\":")
                .quoted(top.epoch())
                .raw(",\"offset\":")
                .number(top.offset())
                .raw("}}"));
    }

    /** @param clients the user's own connections */
    public static Frame presence(long id, UserId user, List<ConnectionId> clients) {
        JsonText text = reply(id, "presence").raw("{\"presence\":{");
        boolean first = true;
        for (ConnectionId client : clients) {
            text.raw(first ? "" : ",")
                    .quoted(client.value())
                    .raw(":{\"client\":")
                    .quoted(client.value())
                    .raw(",\"user\":")
                    .quoted(user.value())
                    .raw("}");
            first = false;
        }
        return frame(text.raw("}}}"));
    }

    /** The reply to a client's own ping command. */
    public static Frame pingReply(long id) {
        return empty(id, "ping");
    }

    public static Frame error(long id, ErrorCode code) {
        return error(id, code, code.message());
    }

    /** @param message in place of the code's own: what was wrong and what was expected */
    public static Frame error(long id, ErrorCode code, String message) {
        return frame(reply(id, "error")
                .raw("{\"code\":")
                .number(code.code())
                .raw(",\"message\":")
                .quoted(message)
                .raw(",\"temporary\":")
                .raw(code.temporary() ? "true}}" : "false}}"));
    }

    private static JsonText reply(long id, String kind) {
        return reply(id, kind, 160);
    }

    /** @param rest bytes that follow */
    private static JsonText reply(long id, String kind, int rest) {
        return new JsonText("{\"id\":,\"\":".length() + JsonText.digits(id) + kind.length() + rest)
                .raw("{\"id\":")
                .number(id)
                .raw(",\"")
                .raw(kind)
                .raw("\":");
    }

    private static Frame frame(JsonText text) {
        return Frame.wrap(text.bytes());
    }

    private static Frame empty(long id, String kind) {
        return frame(reply(id, kind, "{}}".length()).raw("{}}"));
    }
}
