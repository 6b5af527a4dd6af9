package dev.cordon.stream;

import dev.cordon.gateway.CommandHandler;
import dev.cordon.manager.SerialDrain;
import dev.cordon.protocol.Disconnect;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way back of one two-way stream: frames that come in requests of their own, and that the connection must carry out
 * one after another. While many commands wait for the log's database, frames wait here, as a socket is not read then.
 * Thread-safe: of the threads that bring frames, one at a time hands them over.
 */
final class StreamSession {
    /** Most bytes of one frame, as over a socket. */
    static final int MAX_FRAME = 1024 * 1024;

    /** Most bytes of frames that wait, with {@link #A_FRAME} for each. */
    static final int MAX_WAITING = 2 * MAX_FRAME;

    /** What a frame takes beside its bytes, so that empty ones are bounded too. */
    static final int A_FRAME = 64;

    private final CommandHandler handler;
    private final Optional<String> origin;
    private final Queue<byte[]> frames = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final SerialDrain drain = new SerialDrain();
    private volatile boolean paused;

    /** @param origin of the page that opened the stream; empty if it named none */
    StreamSession(CommandHandler handler, Optional<String> origin) {
        this.handler = handler;
        this.origin = origin;
    }

    /**
     * Whether a request comes from the page that opened the stream.
     *
     * @param host header {@code Host} of the request
     */
    boolean isOf(Optional<String> requestOrigin, String host) {
        return PageOrigin.same(origin, requestOrigin, host);
    }

    /** Hands a frame over, now or behind those that came before it. Ends a connection of which too much waits. */
    void receive(byte[] utf8) {
        if (waiting.addAndGet(utf8.length + A_FRAME) > MAX_WAITING) {
            handler.ended(Disconnect.TOO_MANY_REQUESTS);
            return;
        }
        frames.add(utf8);
        goOn();
    }

    private void goOn() {
        if (drain.enter()) {
            drain.serve(this::handOver);
        }
    }

    private void resume() {
        paused = false;
        goOn();
    }

    private void handOver() {
        while (!paused) {
            byte[] frame = frames.poll();
            if (frame == null) {
                return;
            }
            waiting.addAndGet(-(frame.length + A_FRAME));
            try {
                handler.frame(frame, 0, frame.length);
            } catch (RuntimeException e) {
                // Nobody would hand over what follows.
                handler.ended(Disconnect.FORCE_RECONNECT);
                throw e;
            }
            // Before the question: the connection may resume at once, on another thread.
            paused = true;
            if (!handler.pause(this::resume)) {
                paused = false;
            }
        }
    }
}
