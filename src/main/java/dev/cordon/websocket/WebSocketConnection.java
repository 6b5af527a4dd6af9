package dev.cordon.websocket;

import dev.cordon.protocol.Frame;
import java.io.EOFException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket connection over a {@link Wire}: its frames, its pings and its close handshake (RFC 6455 §5 and §7).
 *
 * <p>{@link CloseHandshake} decides how the connection ends. {@link ClosingConnections} frees the socket when that
 * takes too long. Output is thread-safe; input is confined to the reading thread.
 */
public final class WebSocketConnection implements FrameDecoder.Sink {
    /** Most pings and pongs a second; no client has a use for more. */
    public static final int MAX_CONTROL_FRAMES_PER_SECOND = 100;

    private static final long SECOND = 1_000_000_000L;

    private final Wire wire;
    private final WebSockets all;
    private final FrameQueue queue;
    private final FrameDecoder decoder;
    private final CloseHandshake handshake = new CloseHandshake();
    /** Null if the handshake has not agreed on compression. */
    private final @Nullable MessageCompression compression;

    private @Nullable WebSocketListener listener;
    private long second;
    private int controlFrames;

    /**
     * A connection without compression.
     *
     * @param all the state that it shares with other connections
     */
    public WebSocketConnection(Wire wire, WebSockets all) {
        this(wire, all, null);
    }

    /**
     * @param all the state that it shares with other connections
     * @param compression of messages both ways; null if the handshake has not agreed on it
     */
    public WebSocketConnection(Wire wire, WebSockets all, @Nullable MessageCompression compression) {
        this.wire = wire;
        this.all = all;
        this.compression = compression;
        this.queue = new FrameQueue(wire, this::lost);
        this.decoder = new FrameDecoder(all.partialMessages(), compression);
    }

    /** Sets the listener. Call it once, before anything is received; without a listener, messages are ignored. */
    public void listen(WebSocketListener to) {
        listener = to;
    }

    /** Handles bytes from the peer. The array belongs to the caller again when this returns, with other bytes in it. */
    public void received(byte[] bytes, int from, int to) {
        WebSocketListener hears = listener;
        if (hears == null) {
            decoder.decode(bytes, from, to, this);
            return;
        }
        hears.readBegins();
        try {
            decoder.decode(bytes, from, to, this);
        } finally {
            hears.readEnds();
        }
    }

    /**
     * Whether the next message is handled without waiting for anything outside the process. A client that compresses
     * may make much of a few bytes, so that its messages are for a thread on which no other connection depends.
     */
    public boolean prompt() {
        WebSocketListener hears = listener;
        return hears != null && compression == null && hears.prompt();
    }

    /** Runs a task on a thread that may wait; frees the socket if there is none. */
    public void later(Runnable task) {
        WebSocketListener hears = listener;
        if (hears == null || !hears.later(task)) {
            lost();
        }
    }

    /**
     * Whether reading must pause.
     *
     * @param more resumes reading; if this returns true, it runs on any thread once reading may go on
     */
    public boolean pause(Runnable more) {
        WebSocketListener hears = listener;
        return hears != null && hears.pause(more);
    }

    /** Counts a read by the thread that saw the bytes arrive. */
    public void readInPlace() {
        WebSocketListener hears = listener;
        if (hears != null) {
            hears.readInPlace();
        }
    }

    /** Frees the socket of a connection that is lost, or that the server gives up. Idempotent. */
    public void lost() {
        carryOut(handshake.lost());
    }

    /** Sends a message. At most one is under way: send the next after the completion has been called. */
    public void write(Frame message, Wire.Completion completion) {
        MessageCompression by = compression;
        queue.writeMessage(by == null ? ServerFrames.message(message) : by.message(message), completion);
    }

    /**
     * Begins the close handshake. Idempotent.
     *
     * @param reason at most 123 UTF-8 bytes
     */
    public void close(int code, String reason) {
        carryOut(handshake.close(), code, reason);
    }

    private void carryOut(CloseHandshake.Action action) {
        carryOut(action, CloseCodes.NORMAL, "");
    }

    /**
     * @param code code of the close frame, if the action sends one
     * @param reason reason of that close frame
     */
    private void carryOut(CloseHandshake.Action action, int code, String reason) {
        switch (action) {
            case NOTHING -> {}
            case SEND_CLOSE_FRAME -> sendClose(code, reason);
            case END_OUTPUT -> wire.finish();
            case CLOSE_SOCKET -> {
                all.closing().ended(this);
                wire.close();
            }
            case ABORT -> {
                all.closing().ended(this);
                decoder.stop();
                wire.abort();
                queue.fail(new EOFException());
                ended(CloseCause.PEER);
            }
        }
    }

    private void sendClose(int code, String reason) {
        all.closing().begun(this);
        if (handshake.shut()) {
            // If the connection was lost in between, nothing else removes it again.
            all.closing().ended(this);
        }
        queue.writeClose(ServerFrames.close(code, reason), () -> carryOut(handshake.closeFrameTaken()));
    }

    @Override
    public boolean binary() {
        WebSocketListener hears = listener;
        return hears != null && hears.binary();
    }

    @Override
    public void message(byte[] bytes, int from, int to) {
        WebSocketListener hears = listener;
        if (hears != null && handshake.open()) {
            hears.message(bytes, from, to);
        }
    }

    /** A peer to which the close frame goes may send on for seconds; what it sends then costs nothing. */
    @Override
    public boolean inflates(int bytes) {
        WebSocketListener hears = listener;
        return hears != null && handshake.open() && hears.inflates(bytes);
    }

    @Override
    public void ping(byte[] body) {
        if (alive()) {
            queue.writePong(ServerFrames.pong(body));
        }
    }

    @Override
    public void pong() {
        alive();
    }

    /** Counts a control frame as a sign of life. Returns false if there are too many of them. */
    private boolean alive() {
        long now = all.nanos();
        if (now - second > SECOND) {
            second = now;
            controlFrames = 0;
        }
        if (++controlFrames > MAX_CONTROL_FRAMES_PER_SECOND) {
            broken(WireFault.FLOOD);
            return false;
        }
        WebSocketListener hears = listener;
        if (hears != null) {
            hears.alive();
        }
        return true;
    }

    @Override
    public void closed(int code) {
        flush();
        carryOut(handshake.peerClosed(), code == CloseCodes.NONE ? CloseCodes.NORMAL : code, "");
        ended(CloseCause.PEER);
    }

    @Override
    public void broken(WireFault fault) {
        decoder.stop();
        WebSocketListener hears = listener;
        if (hears != null) {
            hears.faulted(fault);
        }
        flush();
        carryOut(handshake.peerFaulted(), fault.code(), fault.reason());
        ended(CloseCause.FAULT);
    }

    @Override
    public boolean accepted() {
        WebSocketListener hears = listener;
        return hears != null && hears.accepted();
    }

    @Override
    public void cut(CloseCause why) {
        decoder.stop();
        handshake.stopReading();
        ended(why);
    }

    private void flush() {
        WebSocketListener hears = listener;
        if (hears != null) {
            hears.flush();
        }
    }

    private void ended(CloseCause cause) {
        WebSocketListener hears = listener;
        if (hears != null) {
            hears.ended(cause);
        }
    }
}
