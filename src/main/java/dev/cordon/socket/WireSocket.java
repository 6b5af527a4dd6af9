package dev.cordon.socket;

import dev.cordon.log.LogUnavailableException;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.io.EOFException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket over a {@link Wire}: the protocol between frames and {@link CommandHandler}, the same whichever way the bytes go.
 *
 * <p>It ends in two steps: closing (our close frame is on its way or out, the peer's answer is awaited, and {@link Closings} cuts it
 * when that takes too long) and shut. Output is thread-safe; input is confined to the thread that reads.
 */
final class WireSocket extends Outlet implements Transport, FrameDecoder.Sink {
    /** More pings and pongs a second than any client has a use for. */
    static final int MAX_CONTROL_FRAMES_PER_SECOND = 100;

    private static final long SECOND = 1_000_000_000L;

    private enum Phase {
        OPEN,
        CLOSING,
        SHUT
    }

    private final Gateway gateway;
    private final String remoteAddress;
    private final FrameDecoder decoder;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    private @Nullable CommandHandler handler;
    private volatile boolean peerClosed;
    private volatile boolean closeTaken;
    private long second;
    private int controlFrames;

    WireSocket(Wire wire, Gateway gateway, String remoteAddress) {
        super(wire);
        this.gateway = gateway;
        this.remoteAddress = remoteAddress;
        this.decoder = new FrameDecoder(gateway.halves);
    }

    /** Takes its place; to be called once, before anything is received. */
    void open() {
        handler = gateway.opened(this).orElse(null);
    }

    /** Bytes from the peer; the array is the caller's again when this returns, with other bytes in it. */
    void received(byte[] bytes, int from, int to) {
        CommandHandler carriesOut = handler;
        if (carriesOut == null) {
            decoder.decode(bytes, from, to, this);
            return;
        }
        carriesOut.begin();
        try {
            decoder.decode(bytes, from, to, this);
        } finally {
            carriesOut.end();
        }
    }

    /** Whether what comes next is carried out without waiting for anything: no database, no server with keys. */
    boolean prompt() {
        CommandHandler carriesOut = handler;
        return carriesOut != null && carriesOut.prompt();
    }

    /** Runs what may take its time on a thread that is no server's and no committer's. */
    void later(Runnable task) {
        try {
            gateway.log.patiently(task);
        } catch (LogUnavailableException e) {
            lost();
        }
    }

    /**
     * Whether no more should be read for now.
     *
     * @param more reads on; run once it may, on any thread, if this returns true
     */
    boolean pause(Runnable more) {
        CommandHandler carriesOut = handler;
        return carriesOut != null && carriesOut.pause(more);
    }

    /** Counts a read that the thread carries out which saw it come. */
    void countInPlace() {
        gateway.counters.readsInPlace.increment();
    }

    /** The peer is gone, or the container says so. Idempotent. */
    @Override
    void lost() {
        if (phase.getAndSet(Phase.SHUT) == Phase.SHUT) {
            return;
        }
        gateway.closings.ended(this);
        decoder.stop();
        wire.abort();
        fail(new EOFException());
        ended(Disconnect.NORMAL);
    }

    @Override
    public void write(Frame frame, Completion completion) {
        writeText(WebSocketFrames.text(frame), completion);
    }

    @Override
    public void close(Disconnect disconnect) {
        close(disconnect.code(), disconnect.reason());
    }

    private void close(int code, String reason) {
        if (phase.compareAndSet(Phase.OPEN, Phase.CLOSING)) {
            gateway.closings.begun(this);
            if (phase.get() == Phase.SHUT) {
                // Lost in between, before it could be taken out again.
                gateway.closings.ended(this);
            }
            writeClose(WebSocketFrames.close(code, reason), this::closeTaken);
        }
    }

    private void closeTaken() {
        closeTaken = true;
        if (peerClosed) {
            shut();
        } else if (decoder.done()) {
            // The peer has lost us: it will not answer in frames that we could read, but it will end its side.
            wire.finish();
        }
    }

    private void shut() {
        if (phase.getAndSet(Phase.SHUT) != Phase.SHUT) {
            gateway.closings.ended(this);
            decoder.stop();
            wire.close();
        }
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void text(byte[] utf8, int from, int to) {
        CommandHandler by = handler;
        if (by != null && phase.get() == Phase.OPEN) {
            by.frame(utf8, from, to);
        }
    }

    @Override
    public void ping(byte[] body) {
        if (alive()) {
            writePong(WebSocketFrames.pong(body));
        }
    }

    @Override
    public void pong() {
        alive();
    }

    /** A control frame came: a sign of life, unless there are too many of them. */
    private boolean alive() {
        long now = gateway.ticker.nanos();
        if (now - second > SECOND) {
            second = now;
            controlFrames = 0;
        }
        CommandHandler to = handler;
        if (++controlFrames > MAX_CONTROL_FRAMES_PER_SECOND) {
            broken(WireFault.FLOOD);
            return false;
        }
        if (to != null) {
            to.heard();
        }
        return true;
    }

    @Override
    public void closed(int code) {
        peerClosed = true;
        answer();
        if (closeTaken) {
            shut();
        }
        close(code == CloseCodes.NONE ? CloseCodes.NORMAL : code, "");
        ended(Disconnect.NORMAL);
    }

    @Override
    public void broken(WireFault fault) {
        decoder.stop();
        gateway.refusals.tell(remoteAddress, fault.code(), fault.reason());
        answer();
        close(fault.code(), fault.reason());
        ended(Disconnect.BAD_REQUEST);
    }

    @Override
    public boolean stranger() {
        CommandHandler of = handler;
        return of == null || of.stranger();
    }

    @Override
    public void cut(Disconnect why) {
        decoder.stop();
        close(why);
        ended(why);
    }

    /** What it asked for before in the same read is answered before our close frame, behind which nothing is written. */
    private void answer() {
        CommandHandler by = handler;
        if (by != null) {
            by.answer();
        }
    }

    private void ended(Disconnect disconnect) {
        CommandHandler of = handler;
        if (of != null) {
            of.ended(disconnect);
        }
    }
}
