package dev.cordon.stream;

import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.protocol.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of one stream: it turns frames, which are encoded once for all connections, into what the stream's client
 * reads. A one-way client gets each push without its wrapper, the reply to its connect as a push, and the messages that
 * it missed as pushes behind that. Confined to the one writer of a connection.
 */
final class StreamEncoder {
    private static final String PUSH = "{\"push\":";
    private static final String CHANNEL = "{\"channel\":";
    private static final String OFFSET = ",\"pub\":{\"offset\":";
    private static final String SUBSCRIBE = ",\"subscribe\":";
    private static final String UNSUBSCRIBE = ",\"unsubscribe\":";
    private static final String REPLY = "{\"id\":";
    private static final String CONNECT = ",\"connect\":";
    private static final String ERROR = ",\"error\":";
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);

    private final StreamKind kind;

    /** How far the client has come, by channel. Only for one-way events, whose ids say so. */
    private final Map<String, StreamPosition> positions = new LinkedHashMap<>(2);

    /** The stream's session, which a two-way client is told in the reply to its connect. */
    private final byte[] session;

    /**
     * @param session under which a two-way client sends its commands; empty for a one-way client
     * @param node id of this node, which such a client names beside it; empty for a node that is alone
     */
    StreamEncoder(StreamKind kind, String session, Optional<String> node) {
        this.kind = kind;
        this.session = ("\"session\":\"" + session + "\","
                        + node.map(id -> "\"node\":\"" + id + "\",").orElse(""))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The reason why a one-way client's connect was rejected. */
    record Refusal(int code, String message, boolean temporary) {}

    /** Returns the error that a one-way client's connect is answered with; empty if the frame is anything else. */
    Optional<Refusal> refusal(Frame frame) {
        if (!kind.oneWay()) {
            return Optional.empty();
        }
        byte[] json = frame.toByteArray();
        JsonText text = new JsonText(json);
        if (!text.begins(0, REPLY) || !text.begins(text.digitsEnd(REPLY.length()), ERROR)) {
            return Optional.empty();
        }
        return JsonFields.read(json)
                .object("error")
                .map(error -> new Refusal(
                        (int) error.integer("code", 0), error.string("message", ""), error.bool("temporary")));
    }

    /** Returns what the client reads in place of a frame, which may hold several messages. */
    byte[] encode(Frame frame) {
        byte[] json = frame.toByteArray();
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 96);
        int from = 0;
        for (int at = 0; at <= json.length; at++) {
            if (at == json.length || json[at] == '\n') {
                message(json, from, at, out);
                from = at + 1;
            }
        }
        return out.toByteArray();
    }

    /** Returns the last message of a stream, which says why it ends. */
    byte[] farewell(Disconnect why) {
        byte[] push = new JsonWriter(64 + why.reason().length())
                .raw(kind.oneWay() ? "{\"disconnect\":{\"code\":" : "{\"push\":{\"disconnect\":{\"code\":")
                .number(why.code())
                .raw(",\"reason\":")
                .quoted(why.reason())
                .raw(kind.oneWay() ? "}}" : "}}}")
                .bytes();
        ByteArrayOutputStream out = new ByteArrayOutputStream(push.length + 16);
        write(push, 0, push.length, null, out);
        return out.toByteArray();
    }

    private void message(byte[] json, int from, int to, ByteArrayOutputStream out) {
        JsonText text = new JsonText(json);
        if (!kind.oneWay()) {
            twoWay(text, json, from, to, out);
            return;
        }
        if (text.begins(from, PUSH)) {
            write(json, from + PUSH.length(), to - 1, id(text, from + PUSH.length()), out);
        } else if (text.begins(from, REPLY) && text.begins(text.digitsEnd(from + REPLY.length()), CONNECT)) {
            connected(text, json, from, out);
        } else {
            write(json, from, to, null, out);
        }
    }

    /** Writes a message as it is, but names the session in the reply to a connect. */
    private void twoWay(JsonText text, byte[] json, int from, int to, ByteArrayOutputStream out) {
        int id = from + REPLY.length();
        if (!text.begins(from, REPLY) || !text.begins(text.digitsEnd(id), CONNECT)) {
            write(json, from, to, null, out);
            return;
        }
        int body = text.digitsEnd(id) + CONNECT.length() + 1;
        byte[] named = new byte[to - from + session.length];
        System.arraycopy(json, from, named, 0, body - from);
        System.arraycopy(session, 0, named, body - from, session.length);
        System.arraycopy(json, body, named, body - from + session.length, to - body);
        write(named, 0, named.length, null, out);
    }

    /** Notes the position of a push, and returns the id of its event; null if it has no position. */
    private @Nullable String id(JsonText text, int push) {
        if (!kind.events() || !text.begins(push, CHANNEL)) {
            return null;
        }
        int name = push + CHANNEL.length();
        int end = text.end(name);
        if (text.begins(end, SUBSCRIBE)) {
            Channel of = new Channel();
            text.members(end + SUBSCRIBE.length(), (field, from, to) -> of.position(text, field, from, to));
            positions.put(name(text.text(name, end)), new StreamPosition(of.epoch, of.offset));
            return EventId.of(positions);
        }
        if (text.begins(end, UNSUBSCRIBE)) {
            positions.remove(name(text.text(name, end)));
            return EventId.of(positions);
        }
        if (!text.begins(end, OFFSET)) {
            return null;
        }
        int digits = end + OFFSET.length();
        return moved(name(text.text(name, end)), Long.parseLong(text.text(digits, text.digitsEnd(digits))));
    }

    private @Nullable String moved(String channel, long offset) {
        StreamPosition before = positions.get(channel);
        if (before == null) {
            return null;
        }
        positions.put(channel, new StreamPosition(before.epoch(), offset));
        return EventId.of(positions);
    }

    /** Returns the text of a JSON string. */
    private static String name(String quoted) {
        return JsonFields.read(("{\"name\":" + quoted + "}").getBytes(StandardCharsets.UTF_8))
                .string("name", "");
    }

    /** What a connect reply holds of a channel. */
    private static final class Channel {
        String epoch = "";
        long offset;
        final List<int[]> missed = new ArrayList<>();

        /** Notes a field of a subscription, if it belongs to the position. */
        void position(JsonText text, String field, int from, int to) {
            if (field.equals("\"epoch\"")) {
                epoch = name(text.text(from, to));
            } else if (field.equals("\"offset\"")) {
                offset = Long.parseLong(text.text(from, to));
            }
        }
    }

    /** Writes the reply to a connect as a push, and the messages that it holds as pushes behind it. */
    private void connected(JsonText text, byte[] json, int reply, ByteArrayOutputStream out) {
        Map<String, Channel> channels = new LinkedHashMap<>();
        JsonWriter push = new JsonWriter(512).raw("{\"connect\":{");
        int connect = text.digitsEnd(reply + REPLY.length()) + CONNECT.length();
        boolean[] first = {true};
        text.members(connect, (field, from, to) -> {
            if (field.equals("\"pong\"")) {
                return;
            }
            push.raw(first[0] ? "" : ",").raw(field).raw(":");
            first[0] = false;
            if (field.equals("\"subs\"")) {
                subscriptions(text, from, push, channels);
            } else {
                push.raw(text.text(from, to).getBytes(StandardCharsets.UTF_8));
            }
        });
        channels.forEach((channel, of) -> positions.put(name(channel), before(text, of)));
        byte[] bytes = push.raw("}}").bytes();
        write(bytes, 0, bytes.length, kind.events() ? EventId.of(positions) : null, out);
        channels.forEach((channel, of) -> of.missed.forEach(range -> missed(text, json, channel, range, out)));
    }

    private static void subscriptions(JsonText text, int subs, JsonWriter push, Map<String, Channel> channels) {
        push.raw("{");
        text.members(subs, (channel, sub, end) -> {
            Channel of = new Channel();
            push.raw(channels.isEmpty() ? "" : ",")
                    .raw(channel.getBytes(StandardCharsets.UTF_8))
                    .raw(":{");
            channels.put(channel, of);
            boolean[] first = {true};
            text.members(sub, (field, from, to) -> {
                if (field.equals("\"publications\"")) {
                    publications(text, from, of);
                    return;
                }
                of.position(text, field, from, to);
                push.raw(first[0] ? "" : ",")
                        .raw(field)
                        .raw(":")
                        .raw(text.text(from, to).getBytes(StandardCharsets.UTF_8));
                first[0] = false;
            });
            push.raw("}");
        });
        push.raw("}");
    }

    private static void publications(JsonText text, int array, Channel of) {
        int at = array + 1;
        while (text.begins(at, "{")) {
            int end = text.end(at);
            of.missed.add(new int[] {at, end});
            at = text.begins(end, ",") ? end + 1 : end;
        }
    }

    /** The position before the first missed message, or else that of the reply. */
    private static StreamPosition before(JsonText text, Channel of) {
        return new StreamPosition(
                of.epoch,
                of.missed.isEmpty() ? of.offset : offset(text, of.missed.get(0)[0]) - 1);
    }

    /** Reads the offset of a publication, its first field. */
    private static long offset(JsonText text, int publication) {
        int from = publication + "{\"offset\":".length();
        return Long.parseLong(text.text(from, text.digitsEnd(from)));
    }

    private void missed(JsonText text, byte[] json, String channel, int[] range, ByteArrayOutputStream out) {
        ByteArrayOutputStream push = new ByteArrayOutputStream(range[1] - range[0] + 64);
        push.writeBytes(("{\"channel\":" + channel + ",\"pub\":").getBytes(StandardCharsets.UTF_8));
        push.write(json, range[0], range[1] - range[0]);
        push.write('}');
        String id = moved(name(channel), offset(text, range[0]));
        write(push.toByteArray(), 0, push.size(), kind.events() ? id : null, out);
    }

    private void write(byte[] json, int from, int to, @Nullable String id, ByteArrayOutputStream out) {
        if (!kind.events()) {
            out.write(json, from, to - from);
            out.write('\n');
            return;
        }
        if (id != null) {
            out.writeBytes(ID);
            out.writeBytes(id.getBytes(StandardCharsets.US_ASCII));
            out.write('\n');
        }
        out.writeBytes(DATA);
        out.write(json, from, to - from);
        out.write('\n');
        out.write('\n');
    }
}
