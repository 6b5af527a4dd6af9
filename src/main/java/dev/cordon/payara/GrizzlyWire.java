package dev.cordon.payara;

import dev.cordon.endpoint.ServerConnections;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.websocket.DirectBuffers;
import dev.cordon.websocket.ServerFrame;
import dev.cordon.websocket.WebSocketConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.glassfish.grizzly.CloseListener;
import org.glassfish.grizzly.Closeable;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.Context;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.ICloseType;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.ProcessorResult;
import org.glassfish.grizzly.StandaloneProcessor;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.asyncqueue.WritableMessage;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.jspecify.annotations.Nullable;

/**
 * A wire straight to Grizzly's socket, past the container.
 *
 * <ul>
 * <li>Reads run on the server's HTTP threads, one at a time: Grizzly asks for the next only when one has returned.
 *     Short ones may run on the selector's thread ({@link ReadsInPlace}).
 * <li>Writes run on the caller's thread. What the kernel does not take goes through Grizzly's asynchronous queue.
 * <li>Closing goes through the server, so that its own accounts of the connection are settled.
 * </ul>
 */
final class GrizzlyWire extends StandaloneProcessor implements ServerConnections.DirectWire {
    /** Most bytes of one read. */
    static final int BUFFER = 16 * 1024;

    private static final System.Logger LOG = System.getLogger(GrizzlyWire.class.getName());

    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[BUFFER]);

    /**
     * Bytes that the kernel is asked to hold for a peer. They are neither written again on a resume nor counted as
     * waiting. By default, Linux holds up to 4 MB for a peer that does not read.
     */
    static final int SEND_BUFFER = 256 * 1024;

    /** A pool of buffers for writes and reads. */
    static final DirectBuffers BUFFERS = new DirectBuffers();

    private final TCPNIOConnection connection;
    private final SocketChannel channel;
    private @Nullable WebSocketConnection socket;

    /** @param chain filters that served the connection; they are still told of its close */
    GrizzlyWire(TCPNIOConnection connection, Processor<?> chain) {
        this.connection = connection;
        this.channel = (SocketChannel) connection.getChannel();
        connection.setProcessorSelector((event, of) -> event == IOEvent.CLOSED ? chain : null);
        connection.setProcessor(this);
        boundSendBuffer(connection);
    }

    /** Has the kernel hold no more than {@link #SEND_BUFFER} for a peer. */
    static void boundSendBuffer(TCPNIOConnection connection) {
        try {
            ((SocketChannel) connection.getChannel()).setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
        } catch (IOException e) {
            // The connection is gone already: the first read or write reports it.
            connection.closeSilently();
        }
    }

    // The type argument of the listener is deprecated, but there is no other.
    @SuppressWarnings("deprecation")
    @Override
    public void start(WebSocketConnection to) {
        socket = to;
        connection.addCloseListener((CloseListener<Closeable, ICloseType>) (closed, type) -> to.lost());
        try {
            connection.enableIOEvent(IOEvent.READ);
        } catch (IOException e) {
            to.lost();
        }
    }

    @Override
    public ProcessorResult process(Context context) {
        if (context.getIoEvent() != IOEvent.READ) {
            return super.process(context);
        }
        WebSocketConnection to = socket;
        if (to != null) {
            try {
                if (read(to)) {
                    return ProcessorResult.createLeave();
                }
            } catch (OutOfMemoryError e) {
                OutOfMemory.ends(e);
            }
        }
        return ProcessorResult.createComplete();
    }

    /**
     * Reads once, on the thread that found the connection ready, if nothing can make it wait.
     *
     * @param most bytes to read
     * @return number of bytes that were read and carried out; -1 if nothing was done, because it might have to wait
     */
    int readInPlace(int most) {
        WebSocketConnection to = socket;
        if (to == null || !to.prompt()) {
            return -1;
        }
        to.readInPlace();
        try {
            return Math.max(0, readOnce(to, most));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A connection is closed, because reading it failed", e);
            connection.closeSilently();
            return 0;
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
            return 0;
        } catch (Error e) {
            // Otherwise the bytes that follow would be misread.
            connection.closeSilently();
            throw e;
        }
    }

    /** @return whether reading pauses until {@link #readOn} is called */
    private boolean read(WebSocketConnection to) {
        int count;
        do {
            count = readOnce(to, BUFFER);
            if (to.pause(this::readOn)) {
                return true;
            }
            // The buffer was full: there may be more.
        } while (count == BUFFER);
        return false;
    }

    private void readOn() {
        try {
            connection.enableIOEvent(IOEvent.READ);
        } catch (IOException e) {
            WebSocketConnection of = socket;
            if (of != null) {
                of.lost();
            }
        }
    }

    /** @return number of bytes that came; negative if the peer is gone, of which the socket has been told */
    private int readOnce(WebSocketConnection to, int most) {
        byte[] scratch = SCRATCH.get();
        int count;
        try {
            count = readNow(scratch, most);
        } catch (IOException e) {
            to.lost();
            return -1;
        }
        if (count > 0) {
            to.received(scratch, 0, count);
        } else if (count < 0) {
            to.lost();
        }
        return count;
    }

    /**
     * Reads through a pooled buffer. The channel would keep one for each thread, and the server empties its threads'
     * locals.
     */
    private int readNow(byte[] scratch, int most) throws IOException {
        ByteBuffer in = BUFFERS.take();
        try {
            int count = channel.read(in.limit(most));
            if (count > 0) {
                in.get(0, scratch, 0, count);
            }
            return count;
        } finally {
            BUFFERS.give(in);
        }
    }

    @Override
    public void write(ServerFrame frame, Completion done) {
        if (frame.size() > DirectBuffers.CAPACITY) {
            queue(connection, ByteBuffer.wrap(frame.toBytes()), handler(done::written, done::failed));
            return;
        }
        ByteBuffer left;
        try {
            left = writeNow(frame);
        } catch (IOException e) {
            done.failed(e);
            return;
        }
        if (left == null) {
            done.written();
        } else {
            queue(connection, left, handler(done::written, done::failed));
        }
    }

    /**
     * Writes a frame. Returns the bytes that the kernel did not take; null if it took all. The buffer goes back to the
     * pool before the completion is called, because that may write the next frame.
     */
    private @Nullable ByteBuffer writeNow(ServerFrame frame) throws IOException {
        ByteBuffer out = BUFFERS.take();
        try {
            frame.putTo(out);
            out.flip();
            channel.write(out);
            return out.hasRemaining()
                    ? ByteBuffer.allocate(out.remaining()).put(out).flip()
                    : null;
        } finally {
            BUFFERS.give(out);
        }
    }

    /**
     * Writes bytes, unless earlier ones still wait.
     *
     * @return bytes that the kernel did not take or that must wait; null if the kernel took all
     */
    static @Nullable ByteBuffer write(TCPNIOConnection connection, byte[] bytes) throws IOException {
        if (connection.getAsyncWriteQueue().size() > 0) {
            return ByteBuffer.wrap(bytes);
        }
        SocketChannel channel = (SocketChannel) connection.getChannel();
        ByteBuffer out = BUFFERS.take();
        try {
            for (int at = 0; at < bytes.length; at += out.capacity()) {
                int part = Math.min(bytes.length - at, out.capacity());
                channel.write(out.clear().put(bytes, at, part).flip());
                if (out.hasRemaining()) {
                    int written = at + part - out.remaining();
                    return ByteBuffer.wrap(bytes, written, bytes.length - written)
                            .slice();
                }
            }
            return null;
        } finally {
            BUFFERS.give(out);
        }
    }

    /**
     * Queues bytes that the kernel does not take now. Nothing may overtake them: the next write waits for their
     * completion, or goes through the same queue.
     */
    static void queue(
            TCPNIOConnection connection,
            ByteBuffer bytes,
            CompletionHandler<WriteResult<WritableMessage, SocketAddress>> done) {
        ((TCPNIOTransport) connection.getTransport())
                .getAsyncQueueIO()
                .getWriter()
                .write(connection, null, Buffers.wrap(connection.getMemoryManager(), bytes), done);
    }

    static CompletionHandler<WriteResult<WritableMessage, SocketAddress>> handler(
            Runnable written, Consumer<Throwable> failed) {
        return new EmptyCompletionHandler<>() {
            @Override
            public void completed(WriteResult<WritableMessage, SocketAddress> result) {
                written.run();
            }

            @Override
            public void failed(Throwable cause) {
                failed.accept(cause);
            }

            @Override
            public void cancelled() {
                failed.accept(new IOException("cancelled"));
            }
        };
    }

    @Override
    public void finish() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            abort();
        }
    }

    @Override
    public void close() {
        connection.closeSilently();
    }

    @Override
    public void abort() {
        connection.terminateSilently();
    }
}
