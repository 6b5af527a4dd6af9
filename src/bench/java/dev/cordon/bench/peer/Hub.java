package dev.cordon.bench.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The least that a server must do to serve the benchmark's protocol with an API that hands out strings: remembers who sits on which
 * session, and passes data on. Finds its fields by position instead of parsing JSON, which favours the peers. What a frame of several
 * commands brings for a session leaves as one message, joined by line breaks as the protocol has it. Thread-safe.
 *
 * @param <S> the container's session
 */
final class Hub<S> {
    private static final String ID = "{\"id\":";
    private static final String PUBLISH = ",\"publish\":{\"channel\":\"#";
    private static final String RPC = ",\"rpc\":{\"method\":\"echo\",\"data\":";
    private static final String BROADCAST = ",\"broadcast\":{\"channels\":[";
    private static final String CONNECT = ",\"connect\":{\"user\":\"";
    private static final String DATA = ",\"data\":";

    private final Map<String, S> sessions = new ConcurrentHashMap<>();
    private final Map<S, String> users = new ConcurrentHashMap<>();
    private final BiConsumer<S, String> send;
    private final BiConsumer<S, String> joined;

    /**
     * @param send writes a message to a session
     * @param joined is told who sits on which session
     */
    Hub(BiConsumer<S, String> send, BiConsumer<S, String> joined) {
        this.send = send;
        this.joined = joined;
    }

    /** One text frame: one or more commands, one a line. */
    void frame(S from, String text) {
        int end = text.indexOf('\n');
        if (end < 0) {
            command(from, text, 0, text.length(), send);
            return;
        }
        Map<S, StringBuilder> gathered = new LinkedHashMap<>();
        BiConsumer<S, String> gather = (to, message) -> gathered.merge(
                to,
                new StringBuilder(message),
                (before, next) -> before.append('\n').append(next));
        int at = 0;
        for (; end >= 0; end = text.indexOf('\n', at)) {
            command(from, text, at, end, gather);
            at = end + 1;
        }
        command(from, text, at, text.length(), gather);
        gathered.forEach((to, messages) -> send.accept(to, messages.toString()));
    }

    void left(S session) {
        String user = users.remove(session);
        if (user != null) {
            sessions.remove(user, session);
        }
    }

    private void command(S from, String text, int start, int end, BiConsumer<S, String> out) {
        int comma = text.indexOf(',', start);
        if (!text.startsWith(ID, start) || comma < 0) {
            return;
        }
        String head = text.substring(start, comma);
        if (text.startsWith(PUBLISH, comma)) {
            int user = comma + PUBLISH.length();
            int userEnd = text.indexOf('"', user);
            push(text.substring(user, userEnd), text.substring(userEnd + 1 + DATA.length(), end - 2), out);
            out.accept(from, head + ",\"publish\":{}}");
        } else if (text.startsWith(RPC, comma)) {
            out.accept(from, head + ",\"rpc\":{\"data\":" + text.substring(comma + RPC.length(), end - 2) + "}}");
        } else if (text.startsWith(BROADCAST, comma)) {
            broadcast(text, comma + BROADCAST.length(), end, out);
            out.accept(from, head + ",\"broadcast\":{}}");
        } else if (text.startsWith(CONNECT, comma)) {
            int user = comma + CONNECT.length();
            join(from, text.substring(user, text.indexOf('"', user)));
            out.accept(from, head + ",\"connect\":{}}");
        }
    }

    private void join(S session, String user) {
        sessions.put(user, session);
        users.put(session, user);
        joined.accept(session, user);
    }

    private void push(String user, String data, BiConsumer<S, String> out) {
        S session = sessions.get(user);
        if (session != null) {
            out.accept(session, "{\"push\":{\"channel\":\"#" + user + "\",\"pub\":{\"data\":" + data + "}}}");
        }
    }

    /** The list's names are {@code "#user"} each. */
    private void broadcast(String text, int list, int end, BiConsumer<S, String> out) {
        int listEnd = text.indexOf(']', list);
        String data = text.substring(listEnd + 1 + DATA.length(), end - 2);
        for (int user = list + 2; user < listEnd; ) {
            int userEnd = text.indexOf('"', user);
            push(text.substring(user, userEnd), data, out);
            user = userEnd + 4;
        }
    }
}
