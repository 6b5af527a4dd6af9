package dev.cordon.endpoint;

import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.http.NonBlockingOutput;
import dev.cordon.websocket.ServerFrame;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.Wire;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A wire over Servlet's non-blocking streams (Servlet 6.0 §2.3.3.5).
 *
 * <p>Writing is a matter of {@link NonBlockingOutput}. The connection is never closed under its lock, because closing
 * calls back.
 */
final class ServletWire implements Wire, ReadListener {
    private static final System.Logger LOG = System.getLogger(ServletWire.class.getName());
    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[16 * 1024]);

    /** Most bytes that are read and dropped after {@link #finish}. */
    private static final int MAX_DROPPED = 256 * 1024;

    private final WebConnection connection;
    private final ServletInputStream input;
    private final NonBlockingOutput<Completion> output;
    private final Optional<RawConnection> raw;
    private final Runnable afterwards;
    private volatile boolean finishing;
    private int dropped;
    private @Nullable WebSocketConnection socket;

    /**
     * @param raw the connection below Servlet; without it, a peer that does not read keeps its socket until the
     *     container gives up
     * @param afterwards runs once, after the wire has closed
     */
    ServletWire(WebConnection connection, Optional<RawConnection> raw, Runnable afterwards) throws IOException {
        this.connection = connection;
        this.input = connection.getInputStream();
        this.output = new NonBlockingOutput<>(
                connection.getOutputStream(), Completion::written, Completion::failed, this::onError);
        this.raw = raw;
        this.afterwards = afterwards;
    }

    /** Starts to read. Data that came with the handshake is received before this returns. */
    void start(WebSocketConnection to) {
        socket = to;
        output.start();
        input.setReadListener(this);
    }

    @Override
    public void write(ServerFrame frame, Completion done) {
        output.write(frame::toBytes, done);
    }

    @Override
    public void onDataAvailable() throws IOException {
        try {
            readAll();
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        }
    }

    private void readAll() throws IOException {
        WebSocketConnection to = socket;
        byte[] scratch = SCRATCH.get();
        while (to != null && !output.closed() && input.isReady()) {
            int count = input.read(scratch);
            if (count < 0) {
                to.lost();
                return;
            }
            if (finishing) {
                dropped += count;
                if (dropped > MAX_DROPPED) {
                    to.lost();
                    return;
                }
            }
            to.received(scratch, 0, count);
            if (to.pause(() -> to.later(this::readOn))) {
                return;
            }
        }
    }

    private void readOn() {
        try {
            onDataAvailable();
        } catch (IOException e) {
            onError(e);
        }
    }

    @Override
    public void onAllDataRead() {
        onError(new ClosedChannelException());
    }

    @Override
    public void onError(Throwable cause) {
        WebSocketConnection of = socket;
        if (of != null) {
            of.lost();
        }
    }

    /**
     * Closes the output side, and reads and drops further bytes from the peer. If they stayed unread, the close would
     * be a reset, which discards our last frames. Reading ends with the peer's stream, after {@link #MAX_DROPPED}
     * bytes, or after 2 s.
     */
    @Override
    public void finish() {
        if (raw.isEmpty()) {
            close();
            return;
        }
        finishing = true;
        raw.get().endOutput();
    }

    @Override
    public void close() {
        if (!output.close()) {
            return;
        }
        try {
            connection.close();
        } catch (Exception e) {
            // The peer has closed before: what matters is that the container has released the connection.
            LOG.log(Level.DEBUG, "Closing a lost socket: {0}", e.getClass().getSimpleName());
        }
        afterwards.run();
    }

    @Override
    public void abort() {
        raw.ifPresent(RawConnection::cut);
        close();
    }
}
