package dev.cordon.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The output of one connection over Servlet, which holds no thread while the client does not read (Servlet 6.0 §5.7).
 * At most one write is under way. It is done once the server has all of its bytes; until then they wait here.
 *
 * <p>Thread-safe. The server's stream is not, so one lock guards it. {@code isReady} is called once before each write
 * and once before each flush; otherwise the container would block the thread. Callbacks never run under the lock.
 *
 * @param <C> what is called back at the end of a write, once
 */
public final class NonBlockingOutput<C> implements WriteListener {
    private static final byte[] NOTHING = {};

    private final ServletOutputStream output;
    private final Consumer<C> written;
    private final BiConsumer<C, Exception> failed;
    private final Consumer<Throwable> gone;
    private final Object lock = new Object();
    private byte[] waiting = NOTHING;
    private @Nullable C pending;
    private volatile boolean closed;

    /**
     * @param written tells a completion that the server has all bytes of its write
     * @param failed tells a completion that its write has failed
     * @param gone runs when the server notices that the client has gone; perhaps more than once
     */
    public NonBlockingOutput(
            ServletOutputStream output,
            Consumer<C> written,
            BiConsumer<C, Exception> failed,
            Consumer<Throwable> gone) {
        this.output = output;
        this.written = written;
        this.failed = failed;
        this.gone = gone;
    }

    /** Begins to listen for the client's reading. Call it once, before the first write. */
    public void start() {
        output.setWriteListener(this);
    }

    /**
     * Writes bytes and flushes them. Fails with a {@link ClosedChannelException} after {@link #close}.
     *
     * @param bytes called under the lock, once, unless the output is closed; what it throws fails the write
     * @param completion called on this thread before this returns, or later on one of the server's
     */
    public void write(Supplier<byte[]> bytes, C completion) {
        boolean done = false;
        Exception failure = null;
        synchronized (lock) {
            if (closed) {
                failure = new ClosedChannelException();
            } else {
                try {
                    waiting = bytes.get();
                    done = proceed();
                    pending = done ? null : completion;
                } catch (IOException | RuntimeException e) {
                    failure = e;
                }
            }
        }
        if (failure != null) {
            failed.accept(completion, failure);
        } else if (done) {
            written.accept(completion);
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
        C completion;
        Exception failure = null;
        synchronized (lock) {
            completion = pending;
            if (completion == null || closed) {
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
            written.accept(completion);
        } else {
            failed.accept(completion, failure);
        }
    }

    @Override
    public void onError(Throwable cause) {
        gone.accept(cause);
    }

    /**
     * Ends the writing: a write under way goes no further, and its completion is not called. Leaves the server's stream
     * open. Returns false if it has ended before.
     */
    public boolean close() {
        synchronized (lock) {
            boolean first = !closed;
            closed = true;
            return first;
        }
    }

    /** Whether {@link #close} has been called. Takes no lock. */
    public boolean closed() {
        return closed;
    }

    /**
     * Writes the last bytes of a closed output, without waiting for the client. Call it once, after {@link #close} has
     * returned true.
     *
     * @param bytes called under the lock, unless an earlier write still waits
     * @return false if the server has not taken the bytes, because the client does not read or has gone
     */
    public boolean writeLast(Supplier<byte[]> bytes) {
        synchronized (lock) {
            if (pending != null) {
                return false;
            }
            try {
                byte[] last = bytes.get();
                if (!output.isReady()) {
                    return false;
                }
                output.write(last);
                if (output.isReady()) {
                    output.flush();
                }
                return true;
            } catch (IOException | RuntimeException e) {
                return false;
            }
        }
    }
}
