package dev.cordon.endpoint;

import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.websocket.ServerFrame;
import dev.cordon.websocket.WebSocketConnection;
import dev.cordon.websocket.Wire;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A wire over Servlet's non-blocking streams (Servlet 6.0 §2.3.3.5).
 *
 * <p>The output stream is not thread-safe, so each connection guards it with one lock. {@code isReady} is called once
 * before each write and once before each flush; otherwise the container blocks the thread. {@code close} never runs
 * under the lock, because it calls back.
 */
final class ServletWire implements Wire, ReadListener, WriteListener {
    private static final System.Logger LOG = System.getLogger(ServletWire.class.getName());
    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[16 * 1024]);
    private static final byte[] NOTHING = new byte[0];

    /** Most bytes that are read and dropped after {@link #finish}. */
    private static final int MAX_DROPPED = 256 * 1024;

    private final WebConnection connection;
    private final ServletInputStream input;
    private final ServletOutputStream output;
    private final Optional<RawConnection> raw;
    private final Runnable afterwards;
    private final Object lock = new Object();
    private byte[] waiting = NOTHING;
    private @Nullable Completion pending;
    private volatile boolean closed;
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
        this.output = connection.getOutputStream();
        this.raw = raw;
        this.afterwards = afterwards;
    }

    /** Starts to read. Data that came with the handshake is received before this returns. */
    void start(WebSocketConnection to) {
        socket = to;
        output.setWriteListener(this);
        input.setReadListener(this);
    }

    @Override
    public void write(ServerFrame frame, Completion done) {
        boolean written = false;
        Exception failure = null;
        synchronized (lock) {
            if (closed) {
                failure = new ClosedChannelException();
            } else {
                waiting = frame.toBytes();
                try {
                    written = proceed();
                    pending = written ? null : done;
                } catch (IOException | RuntimeException e) {
                    failure = e;
                }
            }
        }
        if (failure != null) {
            done.failed(failure);
        } else if (written) {
            done.written();
        }
    }

    /** Writes the waiting bytes and flushes them, as far as the container accepts. Returns true when all is flushed. */
    private boolean proceed() throws IOException {
        if (waiting.length > 0) {
            if (!output.isReady()) {
                return false;
            }
            output.write(waiting);
            waiting = NOTHING;
        }
        if (!output.isReady()) {
            return false;
        }
        output.flush();
        return true;
    }

    @Override
    public void onWritePossible() {
        Completion done;
        Exception failure = null;
        synchronized (lock) {
            done = pending;
            if (done == null || closed) {
                return;
            }
            try {
                if (!proceed()) {
                    return;
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
            pending = null;
        }
        if (failure == null) {
            done.written();
        } else {
            done.failed(failure);
        }
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
        while (to != null && !closed && input.isReady()) {
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
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
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
