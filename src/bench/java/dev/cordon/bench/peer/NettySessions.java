package dev.cordon.bench.peer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All of Netty's sessions, and those that are written to at the end of the read. Confined to the event loop. */
final class NettySessions implements ByteHub.Outgoing<NettySession> {
    private final ByteHub<NettySession> hub = new ByteHub<>(this);
    private final List<NettySession> written = new ArrayList<>();
    private @Nullable ByteBuf frame;
    private @Nullable NettySession current;
    private int offset;

    /** A text frame's bytes. They may be retained, and are the caller's to release. */
    void frame(NettySession from, ByteBuf content) {
        ByteBuffer bytes = content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        frame = content;
        offset = content.readerIndex() - bytes.position();
        hub.frame(from, bytes);
        frame = null;
    }

    @Override
    public void begin(NettySession to, int length) {
        current = to;
        if (to.begin(length)) {
            written.add(to);
        }
    }

    @Override
    public void add(byte[] part) {
        current().add(part);
    }

    @Override
    public void add(int from, int to) {
        ByteBuf source = frame;
        if (source == null) {
            throw new IllegalStateException("no frame is read");
        }
        current().add(source, offset + from, to - from);
    }

    /** Each session that was written to is flushed, once. */
    void flush() {
        written.forEach(NettySession::flush);
        written.clear();
    }

    void left(NettySession session) {
        hub.left(session);
    }

    private NettySession current() {
        NettySession session = current;
        if (session == null) {
            throw new IllegalStateException("no message was begun");
        }
        return session;
    }
}
