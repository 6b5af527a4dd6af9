package dev.cordon.bench.load;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A stream over HTTP (docs/protocol.md, Streams over HTTP): an answer of lines or of Server-Sent Events. */
final class StreamClient extends Client {
    private static final byte[] ACCEPTED = Text.bytes("HTTP/1.1 200");
    private static final byte[] END_OF_LINE = Text.bytes("\r\n");
    private static final byte[] DATA = Text.bytes("data: ");
    private static final byte[] SESSION = Text.bytes("\"session\":\"");
    private static final byte[] CODE = Text.bytes("\"code\":");
    private static final byte[] FAREWELL = Text.bytes("{\"disconnect\":{");
    private static final byte[] WRAPPED_FAREWELL = Text.bytes("{\"push\":{\"disconnect\":{");
    private static final int LEFT = 1000;

    private final byte[] request;
    private boolean chunked = true;
    private byte[] line = NOTHING;
    private Text pong = new Text();

    StreamClient(Loop loop, Target target, String user, Listener listener, int receiveBuffer) throws IOException {
        super(loop, target, target.way(), user, listener, receiveBuffer);
        request = Text.bytes(request(target, user));
    }

    private String request(Target target, String user) {
        String path = "/connection/" + way.name().toLowerCase(Locale.ROOT);
        String end = " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
        if (way.oneWay()) {
            return "GET " + path + end + "Authorization: Bearer " + target.token(user, false) + "\r\n\r\n";
        }
        byte[] connect = target.connect(user, false);
        String command = new String(connect, StandardCharsets.UTF_8);
        if (way.events()) {
            return "GET " + path + "?cf_connect=" + URLEncoder.encode(command, StandardCharsets.UTF_8) + end + "\r\n";
        }
        return "POST " + path + end + "Content-Type: application/json\r\nContent-Length: " + connect.length + "\r\n\r\n"
                + command;
    }

    @Override
    byte[] request() {
        return request;
    }

    @Override
    byte[] accepted() {
        return ACCEPTED;
    }

    /** An answer that is its connection's last may have no chunks. */
    @Override
    void begin(String head) {
        chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
    }

    /** Takes whole chunks (RFC 9112 §7.1). */
    @Override
    int take(byte[] work, int from, int to) throws IOException {
        if (!chunked) {
            part(work, from, to);
            return to;
        }
        int at = from;
        while (at < to && state() != State.CLOSED) {
            int body = Text.indexOf(work, at, to, END_OF_LINE) + END_OF_LINE.length;
            if (body < END_OF_LINE.length) {
                break;
            }
            int size = size(work, at, body - END_OF_LINE.length);
            if (body + size + END_OF_LINE.length > to) {
                break;
            }
            if (size == 0) {
                end();
            } else {
                part(work, body, body + size);
            }
            at = body + size + END_OF_LINE.length;
        }
        return at;
    }

    private static int size(byte[] work, int from, int to) throws IOException {
        String text = new String(work, from, to - from, StandardCharsets.ISO_8859_1);
        try {
            return Integer.parseInt(text, 16);
        } catch (NumberFormatException e) {
            throw new IOException("not the size of a chunk: " + text, e);
        }
    }

    /** A line may begin in one part and end in a later one. */
    private void part(byte[] work, int from, int to) {
        if (line.length == 0) {
            lines(work, from, to);
        } else {
            byte[] whole = Arrays.copyOf(line, line.length + to - from);
            System.arraycopy(work, from, whole, line.length, to - from);
            lines(whole, 0, whole.length);
        }
    }

    private void lines(byte[] buffer, int from, int to) {
        int at = from;
        for (int i = from; i < to && state() != State.CLOSED; i++) {
            if (buffer[i] == '\n') {
                line(buffer, at, i);
                at = i + 1;
            }
        }
        line = at == to ? NOTHING : Arrays.copyOfRange(buffer, at, to);
    }

    private void line(byte[] buffer, int from, int to) {
        if (!way.events()) {
            message(buffer, from, to);
        } else if (Text.startsWith(buffer, from, to, DATA)) {
            message(buffer, from + DATA.length, to);
        }
    }

    private void message(byte[] buffer, int from, int to) {
        if (to - from <= way.pingLength()) {
            if (!way.oneWay()) {
                emulate(pong);
            }
            return;
        }
        if (state() == State.JOINING && !way.oneWay()) {
            pong = pong(buffer, from, to);
        }
        if (Text.startsWith(buffer, from, to, way.oneWay() ? FAREWELL : WRAPPED_FAREWELL)) {
            closeCode((int) Text.number(buffer, Text.indexOf(buffer, from, to, CODE) + CODE.length, to));
        } else {
            arrived(buffer, from, to);
        }
    }

    /** The answer to each ping, by the session in the reply to the connect command; empty if that is an error. */
    private static Text pong(byte[] buffer, int from, int to) {
        int field = Text.indexOf(buffer, from, to, SESSION);
        if (field < 0) {
            return new Text();
        }
        int session = field + SESSION.length;
        int end = session;
        while (end < to && buffer[end] != '"') {
            end++;
        }
        return new Text()
                .add(Text.bytes("{\"session\":\""))
                .add(Arrays.copyOfRange(buffer, session, end))
                .add(Text.bytes("\",\"data\":\"{}\"}"));
    }

    @Override
    void send(byte[] text, int length) {
        throw new UnsupportedOperationException("streams only receive here");
    }

    /** Ends it: a stream has no other way to say so. */
    @Override
    void leave() {
        if (state() != State.CLOSED) {
            closeCode(LEFT);
            end();
        }
    }
}
