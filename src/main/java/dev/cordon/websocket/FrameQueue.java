package dev.cordon.websocket;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of frames for one wire. It holds at most:
 *
 * <ul>
 *   <li>one message: the outbound queue gives no second before the first is written,
 *   <li>one pong: a newer ping's pong replaces it (RFC 6455 §5.5.3),
 *   <li>the close frame, which is the last.
 * </ul>
 *
 * <p>So the queue is bounded, whatever the peer sends and does not read. Thread-safe. This object's lock guards the
 * slots; the wire and the completions run outside the lock.
 */
final class FrameQueue implements Wire.Completion {
    private static final Wire.Completion NOBODY = new Wire.Completion() {
        @Override
        public void written() {}

        @Override
        public void failed(Throwable cause) {}
    };

    private final Wire wire;
    private final Runnable onLost;
    /** The completion of the write under way; null if there is none. */
    private Wire.@Nullable Completion current;

    private @Nullable ServerFrame message;
    private Wire.Completion messageDone = NOBODY;
    private @Nullable ServerFrame pong;
    private @Nullable ServerFrame close;
    private Wire.Completion closeDone = NOBODY;
    private boolean last;

    /** @param onLost runs when a write has failed, after {@link #fail} */
    FrameQueue(Wire wire, Runnable onLost) {
        this.wire = wire;
        this.onLost = onLost;
    }

    void writeMessage(ServerFrame frame, Wire.Completion done) {
        boolean now;
        synchronized (this) {
            if (last) {
                now = false;
            } else if (current == null) {
                current = done;
                now = true;
            } else {
                message = frame;
                messageDone = done;
                return;
            }
        }
        if (now) {
            wire.write(frame, this);
        } else {
            done.failed(new ClosedChannelException());
        }
    }

    void writePong(ServerFrame frame) {
        synchronized (this) {
            if (last) {
                return;
            }
            if (current != null) {
                pong = frame;
                return;
            }
            current = NOBODY;
        }
        wire.write(frame, this);
    }

    /** Sends the last frame, after the frames that wait. */
    void writeClose(ServerFrame frame, Runnable taken) {
        Wire.Completion done = new Wire.Completion() {
            @Override
            public void written() {
                taken.run();
            }

            @Override
            public void failed(Throwable cause) {}
        };
        synchronized (this) {
            if (last) {
                return;
            }
            last = true;
            if (current != null) {
                close = frame;
                closeDone = done;
                return;
            }
            current = done;
        }
        wire.write(frame, this);
    }

    @Override
    public void written() {
        Wire.Completion ended;
        ServerFrame next;
        synchronized (this) {
            ended = current;
            if (ended == null) {
                return;
            }
            next = next();
        }
        if (next != null) {
            wire.write(next, this);
        }
        ended.written();
    }

    /** Returns the next frame that waits, and makes its completion the current one. */
    private @Nullable ServerFrame next() {
        ServerFrame next = message;
        if (next != null) {
            message = null;
            current = messageDone;
            return next;
        }
        next = pong;
        if (next != null) {
            pong = null;
            current = NOBODY;
            return next;
        }
        next = close;
        close = null;
        current = next == null ? null : closeDone;
        return next;
    }

    @Override
    public void failed(Throwable cause) {
        if (fail(cause)) {
            onLost.run();
        }
    }

    /** Ends all writing: fails the write under way and the frames that wait. Returns false if there were none. */
    boolean fail(Throwable cause) {
        List<Wire.Completion> failed = new ArrayList<>(2);
        synchronized (this) {
            last = true;
            while (current != null) {
                failed.add(current);
                next();
            }
        }
        failed.forEach(done -> done.failed(cause));
        return !failed.isEmpty();
    }
}
