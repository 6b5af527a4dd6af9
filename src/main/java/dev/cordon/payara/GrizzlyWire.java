package dev.cordon.payara;

import dev.cordon.endpoint.ServerConnections;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.manager.Transport.Completion;
import dev.cordon.websocket.DirectBuffers;
import dev.cordon.websocket.ServerFrame;
import dev.cordon.websocket.WebSocketConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
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
 * The bytes straight between Grizzly's socket and us. Reads on the server's HTTP threads, one at a time (Grizzly asks for the next
 * only when one has returned), or on the thread that selects ({@link ReadsInPlace}); writes in the caller's thread while the kernel
 * takes it, and what it does not take through Grizzly's asynchronous queue. Closing goes the server's way, so that its own accounts of
 * the connection are settled.
 */
final class GrizzlyWire extends StandaloneProcessor implements ServerConnections.DirectWire {
    /** Bytes of one read, at most. */
    static final int BUFFER = 16 * 1024;

    private static final System.Logger LOG = System.getLogger(GrizzlyWire.class.getName());

    private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[BUFFER]);

    /**
     * Bytes that the kernel is asked to hold for a peer: what lies there is neither written again on a resume nor counted as waiting. By
     * itself Linux goes to 4 MB for a peer that does not read.
     */
    static final int SEND_BUFFER = 256 * 1024;

    /** For what is written and what is read. */
    static final DirectBuffers BUFFERS = new DirectBuffers();

    private final TCPNIOConnection connection;
    private final SocketChannel channel;
    private @Nullable WebSocketConnection socket;

    /** @param chain what the connection was served by: it still hears that it closed */
    GrizzlyWire(TCPNIOConnection connection, Processor<?> chain) {
        this.connection = connection;
        this.channel = (SocketChannel) connection.getChannel();
        connection.setProcessorSelector((event, of) -> event == IOEvent.CLOSED ? chain : null);
        connection.setProcessor(this);
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
        } catch (IOException e) {
            // Gone already: the first read or write tells.
            connection.closeSilently();
        }
    }

    // The listener's type argument is deprecated, and the only one there is.
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
     * Reads once, in the thread that saw that there is something, if that can be done without waiting for anything.
     *
     * @param most bytes
     * @return how many were read and carried out; -1 when nothing was done, because it might have to wait
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
            // Else the rest of what it sent would be taken for something else.
            connection.closeSilently();
            throw e;
        }
    }

    /** @return whether to leave what follows for later, when {@link #readOn} asks for it */
    private boolean read(WebSocketConnection to) {
        int count;
        do {
            count = readOnce(to, BUFFER);
            if (to.pause(this::readOn)) {
                return true;
            }
            // There may be more.
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

    /** @return how many bytes came; negative when the peer is gone, which has been told then */
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

    /** Through a buffer of our own: the channel would take one by the thread, and the server empties its threads' locals. */
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
            queue(connection, ByteBuffer.wrap(frame.toBytes()), handler(done));
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
            queue(connection, left, handler(done));
        }
    }

    /** What the kernel did not take; null when it took all. The buffer is given back before anybody is told, who may write the next. */
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

    /** For what the kernel does not take now. Nothing may overtake it: the next write comes when this one has ended, or the same way. */
    static void queue(
            TCPNIOConnection connection,
            ByteBuffer bytes,
            CompletionHandler<WriteResult<WritableMessage, SocketAddress>> done) {
        ((TCPNIOTransport) connection.getTransport())
                .getAsyncQueueIO()
                .getWriter()
                .write(connection, null, Buffers.wrap(connection.getMemoryManager(), bytes), done);
    }

    private static CompletionHandler<WriteResult<WritableMessage, SocketAddress>> handler(Completion done) {
        return new EmptyCompletionHandler<>() {
            @Override
            public void completed(WriteResult<WritableMessage, SocketAddress> result) {
                done.written();
            }

            @Override
            public void failed(Throwable cause) {
                done.failed(cause);
            }

            @Override
            public void cancelled() {
                done.failed(new IOException("cancelled"));
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
