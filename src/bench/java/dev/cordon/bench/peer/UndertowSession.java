package dev.cordon.bench.peer;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.StreamSourceFrameChannel;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSocketFrameType;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One channel. A text frame is read as bytes, without the string that Undertow would make of it. What a read brings for a session leaves
 * at the end of that read as one frame in a pooled buffer, its messages joined by line breaks as the protocol has it: each frame costs
 * Undertow a channel object and a gathering write.
 */
final class UndertowSession extends AbstractReceiveListener implements WebSocketCallback<BufferedBinaryMessage> {
    private final WebSocketChannel channel;
    private final UndertowSessions sessions;
    private @Nullable PooledByteBuffer pooled;
    private @Nullable ByteBuffer gathered;
    private boolean reading;

    UndertowSession(WebSocketChannel channel, UndertowSessions sessions) {
        this.channel = channel;
        this.sessions = sessions;
    }

    /** Takes all frames of a read, where Undertow's own listener takes one and is called again for the next. */
    @Override
    public void handleEvent(WebSocketChannel from) {
        reading = true;
        try {
            boolean whole = true;
            for (StreamSourceFrameChannel next = from.receive(); next != null; next = whole ? from.receive() : null) {
                whole = take(next);
            }
        } catch (IOException e) {
            onError(from, e);
        } finally {
            reading = false;
        }
        sessions.flush();
    }

    /** Returns whether the frame was there as a whole. */
    private boolean take(StreamSourceFrameChannel next) throws IOException {
        if (next.getType() == WebSocketFrameType.TEXT) {
            BufferedBinaryMessage message = new BufferedBinaryMessage(true);
            message.read(next, this);
            return message.isComplete();
        }
        if (next.getType() == WebSocketFrameType.CLOSE) {
            onClose(channel, next);
        } else {
            bufferFullMessage(next);
        }
        return true;
    }

    /** Also called by itself, when the rest of a frame has come. */
    @Override
    public void complete(WebSocketChannel from, BufferedBinaryMessage message) {
        try (var data = message.getData()) {
            sessions.frame(this, WebSockets.mergeBuffers(data.getResource()));
        }
        if (!reading) {
            sessions.flush();
        }
    }

    @Override
    public void onError(WebSocketChannel from, @Nullable BufferedBinaryMessage message, Throwable cause) {
        onError(from, cause);
    }

    /** Whether something waits for the end of the read. */
    boolean waits() {
        return gathered != null;
    }

    /** A buffer with room for a message of so many bytes. */
    ByteBuffer room(int length) {
        ByteBuffer out = gathered;
        if (out != null && out.remaining() > length) {
            return out.put((byte) '\n');
        }
        flush();
        PooledByteBuffer fresh = channel.getBufferPool().allocate();
        if (fresh.getBuffer().remaining() >= length) {
            pooled = fresh;
            gathered = fresh.getBuffer();
        } else {
            fresh.close();
            gathered = ByteBuffer.allocate(length);
        }
        return gathered;
    }

    void flush() {
        ByteBuffer out = gathered;
        PooledByteBuffer owner = pooled;
        gathered = null;
        pooled = null;
        if (out == null) {
            return;
        }
        out.flip();
        if (owner != null) {
            WebSockets.sendText(owner, channel, null);
        } else {
            WebSockets.sendText(out, channel, null);
        }
    }
}
