package dev.cordon.bench.peer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The least that a server must do to serve the benchmark's protocol: remembers who sits on which session, and passes data on.
 * Finds its fields by position instead of parsing JSON, which favours the peers.
 *
 * @param <S> the container's session
 */
final class Hub<S> {
    private final Map<String, S> sessions = new ConcurrentHashMap<>();
    private final Map<S, String> users = new ConcurrentHashMap<>();
    private final BiConsumer<S, String> push;
    private final BiConsumer<S, String> reply;
    private final BiConsumer<S, String> joined;

    /**
     * @param push writes a message to another session
     * @param reply writes an answer to the session whose frame is being read
     */
    Hub(BiConsumer<S, String> push, BiConsumer<S, String> reply) {
        this(push, reply, (session, user) -> {});
    }

    /** @param joined is told who sits on which session */
    Hub(BiConsumer<S, String> push, BiConsumer<S, String> reply, BiConsumer<S, String> joined) {
        this.push = push;
        this.reply = reply;
        this.joined = joined;
    }

    /** One text frame: one or more commands, one a line. */
    void frame(S from, String text) {
        int at = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
            command(from, text.substring(at, end));
            at = end + 1;
        }
        command(from, at == 0 ? text : text.substring(at));
    }

    void left(S session) {
        String user = users.remove(session);
        if (user != null) {
            sessions.remove(user, session);
        }
    }

    private void command(S from, String line) {
        int comma = line.indexOf(',');
        if (!line.startsWith("{\"id\":") || comma < 0) {
            return;
        }
        String id = line.substring(6, comma);
        int body = comma + 2;
        if (line.startsWith("publish", body)) {
            String channel = quotedAfter(line, "\"channel\":\"", body);
            deliver(channel, data(line, body, 2));
            reply.accept(from, "{\"id\":" + id + ",\"publish\":{}}");
        } else if (line.startsWith("rpc", body)) {
            reply.accept(from, "{\"id\":" + id + ",\"rpc\":{\"data\":" + data(line, body, 2) + "}}");
        } else if (line.startsWith("broadcast", body)) {
            broadcast(line, body);
            reply.accept(from, "{\"id\":" + id + ",\"broadcast\":{}}");
        } else if (line.startsWith("connect", body)) {
            String user = quotedAfter(line, "\"user\":\"", body);
            sessions.put(user, from);
            users.put(from, user);
            joined.accept(from, user);
            reply.accept(from, "{\"id\":" + id + ",\"connect\":{}}");
        }
    }

    private void deliver(String channel, String data) {
        S session = sessions.get(channel.substring(1));
        if (session != null) {
            push.accept(session, "{\"push\":{\"channel\":\"" + channel + "\",\"pub\":{\"data\":" + data + "}}}");
        }
    }

    private void broadcast(String line, int body) {
        int list = line.indexOf('[', body);
        int end = line.indexOf(']', list);
        String data = data(line, end, 2);
        for (int open = line.indexOf('"', list); open >= 0 && open < end; ) {
            int close = line.indexOf('"', open + 1);
            deliver(line.substring(open + 1, close), data);
            open = line.indexOf('"', close + 1);
        }
    }

    /** What stands behind {@code "data":} up to the command's closing braces. */
    private static String data(String line, int from, int braces) {
        return line.substring(line.indexOf("\"data\":", from) + 7, line.length() - braces);
    }

    private static String quotedAfter(String line, String name, int from) {
        int at = line.indexOf(name, from) + name.length();
        return line.substring(at, line.indexOf('"', at));
    }
}
