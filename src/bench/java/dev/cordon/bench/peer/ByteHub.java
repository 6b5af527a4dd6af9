package dev.cordon.bench.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The {@link Hub} of the servers whose API hands out bytes: no frame becomes a {@code String}, and a message's data goes from the
 * frame that came to the frame that leaves. Confined to the server's one I/O thread.
 *
 * @param <S> the server's session
 */
final class ByteHub<S> {
    private static final byte[] ID = bytes("{\"id\":");
    private static final byte[] PUBLISH = bytes(",\"publish\":{\"channel\":\"#");
    private static final byte[] RPC = bytes(",\"rpc\":{\"method\":\"echo\",\"data\":");
    private static final byte[] BROADCAST = bytes(",\"broadcast\":{\"channels\":[");
    private static final byte[] CONNECT = bytes(",\"connect\":{\"user\":\"");
    private static final byte[] DATA = bytes(",\"data\":");
    private static final byte[] PUBLISHED = bytes(",\"publish\":{}}");
    private static final byte[] CALLED = bytes(",\"rpc\":{\"data\":");
    private static final byte[] BROADCASTED = bytes(",\"broadcast\":{}}");
    private static final byte[] CONNECTED = bytes(",\"connect\":{}}");
    private static final byte[] PUSH_END = bytes("}}}");
    private static final byte[] CALLED_END = bytes("}}");

    private final Map<UserName, Member<S>> members = new HashMap<>();
    private final Map<S, UserName> names = new HashMap<>();
    private final UserName wanted = new UserName();
    private final Outgoing<S> out;

    /**
     * Gathers what each session is sent at the end of the read. A message is begun, then its parts are added in their order.
     *
     * @param <S> the server's session
     */
    interface Outgoing<S> {
        /** Begins a message of so many bytes to a session. */
        void begin(S to, int length);

        void add(byte[] part);

        /** Adds these bytes of the frame that is read, absolute positions in its buffer. */
        void add(int from, int to);
    }

    /** A connected user; each push to it begins with the same bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    private record Member<S>(S session, byte[] head) {}

    ByteHub(Outgoing<S> out) {
        this.out = out;
    }

    /** One text frame, from the buffer's position to its limit: one or more commands, one a line. */
    void frame(S from, ByteBuffer frame) {
        int end = frame.limit();
        int at = frame.position();
        for (int line = Lines.end(frame, at, end); line < end; line = Lines.end(frame, at, end)) {
            command(from, frame, at, line);
            at = line + 1;
        }
        command(from, frame, at, end);
    }

    void left(S session) {
        UserName name = names.remove(session);
        if (name != null) {
            members.computeIfPresent(name, (n, member) -> member.session().equals(session) ? null : member);
        }
    }

    private void command(S from, ByteBuffer frame, int start, int end) {
        int id = start + ID.length;
        if (!at(frame, start, end, ID)) {
            return;
        }
        int idEnd = find(frame, id, end, ',');
        if (at(frame, idEnd, end, PUBLISH)) {
            int user = idEnd + PUBLISH.length;
            int userEnd = find(frame, user, end, '"');
            push(frame, user, userEnd, userEnd + 1 + DATA.length, end - 2);
            reply(from, id, idEnd, PUBLISHED);
        } else if (at(frame, idEnd, end, RPC)) {
            called(from, id, idEnd, idEnd + RPC.length, end - 2);
        } else if (at(frame, idEnd, end, BROADCAST)) {
            broadcast(frame, idEnd + BROADCAST.length, end);
            reply(from, id, idEnd, BROADCASTED);
        } else if (at(frame, idEnd, end, CONNECT)) {
            int user = idEnd + CONNECT.length;
            join(from, wanted.of(frame, user, find(frame, user, end, '"')).copy());
            reply(from, id, idEnd, CONNECTED);
        }
    }

    private void join(S session, UserName name) {
        names.put(session, name);
        members.put(name, new Member<>(session, bytes("{\"push\":{\"channel\":\"#" + name + "\",\"pub\":{\"data\":")));
    }

    private void reply(S to, int id, int idEnd, byte[] text) {
        out.begin(to, ID.length + idEnd - id + text.length);
        out.add(ID);
        out.add(id, idEnd);
        out.add(text);
    }

    private void called(S to, int id, int idEnd, int data, int dataEnd) {
        out.begin(to, ID.length + idEnd - id + CALLED.length + dataEnd - data + CALLED_END.length);
        out.add(ID);
        out.add(id, idEnd);
        out.add(CALLED);
        out.add(data, dataEnd);
        out.add(CALLED_END);
    }

    private void push(ByteBuffer frame, int user, int userEnd, int data, int dataEnd) {
        Member<S> member = members.get(wanted.of(frame, user, userEnd));
        if (member != null) {
            out.begin(member.session(), member.head().length + dataEnd - data + PUSH_END.length);
            out.add(member.head());
            out.add(data, dataEnd);
            out.add(PUSH_END);
        }
    }

    /** The list's names are {@code "#user"} each. */
    private void broadcast(ByteBuffer frame, int list, int end) {
        int listEnd = find(frame, list, end, ']');
        int data = listEnd + 1 + DATA.length;
        for (int user = list + 2; user < listEnd; ) {
            int userEnd = find(frame, user, listEnd, '"');
            push(frame, user, userEnd, data, end - 2);
            user = userEnd + 4;
        }
    }

    private static boolean at(ByteBuffer frame, int from, int end, byte[] expected) {
        if (end - from < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (frame.get(from + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where the character stands, or the end. */
    private static int find(ByteBuffer frame, int from, int end, char wanted) {
        int at = from;
        while (at < end && frame.get(at) != wanted) {
            at++;
        }
        return at;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
