package dev.cordon.protocol;

import static dev.cordon.protocol.protobuf.ProtobufWriter.varintSize;

import dev.cordon.protocol.json.JsonWriter;
import dev.cordon.protocol.protobuf.ProtobufWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The protocol as Protobuf: {@link ProtobufReader}, and a writer of the messages {@code Reply} and {@code Push} of
 * {@code docs/client.proto}. Fields are written from the last to the first ({@link ProtobufWriter}).
 */
final class ProtobufEncoding implements Encoding {
    /** A reply without fields is the ping. */
    private static final Frame PING = Frame.binary(new byte[1]);

    private static final int ID = 1;
    private static final int ERROR = 2;
    private static final int PUSH = 4;
    private static final int CONNECT = 5;
    private static final int SUBSCRIBE = 6;
    private static final int UNSUBSCRIBE = 7;
    private static final int PUBLISH = 8;
    private static final int PRESENCE = 9;
    private static final int HISTORY = 11;
    private static final int PING_REPLY = 12;
    private static final int RPC = 13;
    private static final int REFRESH = 14;

    private static final int PUSH_CHANNEL = 2;
    private static final int PUSH_PUB = 4;
    private static final int PUSH_UNSUBSCRIBE = 7;
    private static final int PUSH_SUBSCRIBE = 9;
    private static final int PUSH_REFRESH = 12;
    private static final int PUB_DATA = 4;
    private static final int PUB_OFFSET = 6;
    private static final int PUB_TAGS = 7;
    private static final int PUB_ROOM = 24;
    private static final int REPLY_ROOM = 160;

    @Override
    public boolean binary() {
        return true;
    }

    @Override
    public List<Command> read(byte[] bytes, int from, int to, int maxPayloadBytes, boolean keepConnectData) {
        return new ProtobufReader(maxPayloadBytes, keepConnectData).read(bytes, from, to);
    }

    @Override
    public Frame ping() {
        return PING;
    }

    @Override
    public Frame push(Publication publication) {
        return push(publication.channel(), publication.offset(), publication.payload());
    }

    @Override
    public Frame push(Channel channel, Payload payload) {
        return push(channel, 0, payload);
    }

    /** Makes the bytes in front of the payload, which is the push's last field. */
    private static Frame push(Channel channel, long offset, Payload payload) {
        if (!payload.plain()) {
            ProtobufWriter pub = publication(new ProtobufWriter(payload.size() + PUB_ROOM), payload, offset);
            return push(pub.head(PUSH_PUB, pub.size()).text(PUSH_CHANNEL, channel.name()));
        }
        byte[] name = channel.name().getBytes(StandardCharsets.UTF_8);
        int data = payload.size();
        int pub = 1 + varintSize(data) + (offset == 0 ? 0 : 1 + varintSize(offset));
        int push = pub + 1 + varintSize(pub + data) + 1 + varintSize(name.length) + name.length;
        int reply = push + 1 + varintSize(push + data);
        ProtobufWriter head = new ProtobufWriter(reply + varintSize(reply + data))
                .head(PUB_DATA, data)
                .number(PUB_OFFSET, offset)
                .head(PUSH_PUB, pub + data)
                .bytes(PUSH_CHANNEL, name)
                .head(PUSH, push + data)
                .varint(reply + data);
        return Frame.binaryPush(head.toBytes(), payload);
    }

    @Override
    public Frame connect(
            long id,
            ConnectionId client,
            long ttlSeconds,
            long pingSeconds,
            Optional<Payload> data,
            Optional<String> node,
            Channel personal,
            SubscribeReply reply,
            Map<Channel, SubscribeReply> added) {
        ProtobufWriter writer = new ProtobufWriter(REPLY_ROOM + roomOf(reply));
        writer.yes(8, true).number(7, pingSeconds);
        List<Map.Entry<Channel, SubscribeReply>> others = new ArrayList<>(added.entrySet());
        for (int i = others.size() - 1; i >= 0; i--) {
            subs(writer, others.get(i).getKey(), others.get(i).getValue());
        }
        subs(writer, personal, reply);
        if (data.isPresent()) {
            writer.bytes(5, data.get().bytes());
        } else if (node.isPresent()) {
            writer.bytes(
                    5,
                    new JsonWriter(32)
                            .raw("{\"node\":")
                            .quoted(node.get())
                            .raw("}")
                            .bytes());
        }
        writer.number(4, ttlSeconds).yes(3, true).text(2, FrameWriter.VERSION).text(1, client.value());
        return reply(id, CONNECT, writer);
    }

    /** Writes an entry of the map from channels to subscriptions. */
    private static void subs(ProtobufWriter writer, Channel channel, SubscribeReply reply) {
        int end = writer.size();
        subscription(writer, reply);
        writer.head(ProtobufSchemas.VALUE, writer.size() - end).text(ProtobufSchemas.KEY, channel.name());
        writer.head(6, writer.size() - end);
    }

    private static ProtobufWriter subscription(ProtobufWriter writer, SubscribeReply reply) {
        writer.yes(12, reply.wasRecovering())
                .yes(10, true)
                .number(9, reply.position().offset())
                .yes(8, reply.wasRecovering() && reply.recovered());
        publications(writer, 7, reply.publications());
        return writer.text(6, reply.position().epoch()).yes(3, true);
    }

    private static void publications(ProtobufWriter writer, int field, List<Publication> publications) {
        for (int i = publications.size() - 1; i >= 0; i--) {
            int end = writer.size();
            Publication publication = publications.get(i);
            publication(writer, publication.payload(), publication.offset());
            writer.head(field, writer.size() - end);
        }
    }

    private static ProtobufWriter publication(ProtobufWriter writer, Payload payload, long offset) {
        payload.tags().forEach((name, value) -> {
            int end = writer.size();
            writer.text(ProtobufSchemas.VALUE, value).text(ProtobufSchemas.KEY, name);
            writer.head(PUB_TAGS, writer.size() - end);
        });
        return writer.bytes(PUB_DATA, payload.data()).number(PUB_OFFSET, offset);
    }

    private static int roomOf(SubscribeReply reply) {
        return roomOf(reply.publications());
    }

    private static int roomOf(List<Publication> publications) {
        int room = REPLY_ROOM;
        for (Publication publication : publications) {
            room += publication.payload().size() + PUB_ROOM;
        }
        return room;
    }

    @Override
    public Frame subscribe(long id, SubscribeReply reply) {
        return reply(id, SUBSCRIBE, subscription(new ProtobufWriter(roomOf(reply)), reply));
    }

    @Override
    public Frame subscribe(long id) {
        return empty(id, SUBSCRIBE);
    }

    @Override
    public Frame subscribed(Channel channel, SubscribeReply reply, Optional<Payload> data) {
        ProtobufWriter writer = new ProtobufWriter(REPLY_ROOM);
        data.ifPresent(of -> writer.bytes(7, of.bytes()));
        writer.yes(6, true)
                .number(5, reply.position().offset())
                .text(4, reply.position().epoch())
                .yes(1, true);
        return push(writer.head(PUSH_SUBSCRIBE, writer.size()).text(PUSH_CHANNEL, channel.name()));
    }

    @Override
    public Frame unsubscribed(Channel channel) {
        ProtobufWriter writer =
                new ProtobufWriter(REPLY_ROOM).text(3, "server unsubscribe").number(2, 2000);
        return push(writer.head(PUSH_UNSUBSCRIBE, writer.size()).text(PUSH_CHANNEL, channel.name()));
    }

    @Override
    public Frame refreshed(long ttlSeconds) {
        ProtobufWriter writer =
                new ProtobufWriter(PUB_ROOM).number(2, ttlSeconds).yes(1, true);
        return push(writer.head(PUSH_REFRESH, writer.size()));
    }

    /** @param content of the push */
    private static Frame push(ProtobufWriter content) {
        content.head(PUSH, content.size());
        return Frame.binary(content.varint(content.size()).toBytes());
    }

    @Override
    public Frame unsubscribe(long id) {
        return empty(id, UNSUBSCRIBE);
    }

    @Override
    public Frame publish(long id) {
        return empty(id, PUBLISH);
    }

    @Override
    public Frame refresh(long id, ConnectionId client, long ttlSeconds) {
        ProtobufWriter writer = new ProtobufWriter(REPLY_ROOM)
                .number(4, ttlSeconds)
                .yes(3, true)
                .text(2, FrameWriter.VERSION)
                .text(1, client.value());
        return reply(id, REFRESH, writer);
    }

    @Override
    public Frame rpc(long id, Payload data) {
        return reply(id, RPC, new ProtobufWriter(data.size() + PUB_ROOM).bytes(1, data.bytes()));
    }

    @Override
    public Frame history(long id, StreamPosition top, List<Publication> publications) {
        ProtobufWriter writer =
                new ProtobufWriter(roomOf(publications)).number(3, top.offset()).text(2, top.epoch());
        publications(writer, 1, publications);
        return reply(id, HISTORY, writer);
    }

    @Override
    public Frame presence(long id, UserId user, List<ConnectionId> clients) {
        ProtobufWriter writer = new ProtobufWriter(REPLY_ROOM);
        for (int i = clients.size() - 1; i >= 0; i--) {
            String client = clients.get(i).value();
            int end = writer.size();
            writer.text(2, client).text(1, user.value());
            writer.head(ProtobufSchemas.VALUE, writer.size() - end).text(ProtobufSchemas.KEY, client);
            writer.head(1, writer.size() - end);
        }
        return reply(id, PRESENCE, writer);
    }

    @Override
    public Frame pingReply(long id) {
        return empty(id, PING_REPLY);
    }

    @Override
    public Frame error(long id, int code, String message, boolean temporary) {
        return reply(
                id,
                ERROR,
                new ProtobufWriter(REPLY_ROOM)
                        .yes(3, temporary)
                        .text(2, message)
                        .number(1, code));
    }

    private static Frame empty(long id, int kind) {
        return reply(id, kind, new ProtobufWriter(PUB_ROOM));
    }

    /** @param content of the reply's message */
    private static Frame reply(long id, int kind, ProtobufWriter content) {
        content.head(kind, content.size()).number(ID, id);
        return Frame.binary(content.varint(content.size()).toBytes());
    }
}
