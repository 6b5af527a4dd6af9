package dev.cordon.bench.peer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All of Undertow's sessions, and those that are written to at the end of the read. Confined to the one I/O thread. */
final class UndertowSessions implements ByteHub.Outgoing<UndertowSession> {
    private final ByteHub<UndertowSession> hub = new ByteHub<>(this);
    private final List<UndertowSession> written = new ArrayList<>();
    private ByteBuffer frame = ByteBuffer.allocate(0);
    private @Nullable ByteBuffer message;

    /** A text frame's bytes, from the buffer's position to its limit. */
    void frame(UndertowSession from, ByteBuffer bytes) {
        frame = bytes;
        hub.frame(from, bytes);
    }

    @Override
    public void begin(UndertowSession to, int length) {
        if (!to.waits()) {
            written.add(to);
        }
        message = to.room(length);
    }

    @Override
    public void add(byte[] part) {
        message().put(part);
    }

    @Override
    public void add(int from, int to) {
        ByteBuffer into = message();
        into.put(into.position(), frame, from, to - from).position(into.position() + to - from);
    }

    /** Each session that was written to is flushed, once. */
    void flush() {
        written.forEach(UndertowSession::flush);
        written.clear();
    }

    void left(UndertowSession session) {
        hub.left(session);
    }

    private ByteBuffer message() {
        ByteBuffer into = message;
        if (into == null) {
            throw new IllegalStateException("no message was begun");
        }
        return into;
    }
}
