package dev.cordon.payara;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.glassfish.grizzly.CloseListener;
import org.glassfish.grizzly.Closeable;
import org.glassfish.grizzly.Context;
import org.glassfish.grizzly.ICloseType;
import org.glassfish.grizzly.IOEvent;
import org.glassfish.grizzly.Processor;
import org.glassfish.grizzly.ProcessorResult;
import org.glassfish.grizzly.StandaloneProcessor;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * The reader of a connection on which a last answer goes out: while a request is being answered, the server does not
 * read, and so would not notice that the client has gone. It drops what the client sends, which is no request any more,
 * and closes the connection when the client has closed its side, or has sent {@link #MOST}. What the server writes goes
 * through its own filters as before. Called by one of the server's threads at a time.
 */
final class EndOfInput extends StandaloneProcessor {
    /** Most bytes that are dropped. */
    static final int MOST = 64 * 1024;

    private static final ThreadLocal<ByteBuffer> SCRATCH = ThreadLocal.withInitial(() -> ByteBuffer.allocate(4096));

    private final TCPNIOConnection connection;
    private int dropped;

    private EndOfInput(TCPNIOConnection connection) {
        this.connection = connection;
    }

    /** Reads a connection from now on. {@code then} runs once it has closed, whoever closed it. */
    // The type argument of the listener is deprecated, but there is no other.
    @SuppressWarnings("deprecation")
    static void of(TCPNIOConnection connection, Runnable then) {
        Processor<?> chain = connection.getProcessor();
        connection.setProcessorSelector((event, of) -> event == IOEvent.CLOSED ? chain : null);
        connection.setProcessor(new EndOfInput(connection));
        connection.addCloseListener((CloseListener<Closeable, ICloseType>) (closed, type) -> then.run());
        try {
            connection.enableIOEvent(IOEvent.READ);
        } catch (IOException e) {
            connection.closeSilently();
        }
    }

    @Override
    public ProcessorResult process(Context context) {
        if (context.getIoEvent() != IOEvent.READ) {
            return super.process(context);
        }
        try {
            drop();
        } catch (IOException e) {
            connection.terminateSilently();
        }
        return ProcessorResult.createComplete();
    }

    private void drop() throws IOException {
        ByteBuffer scratch = SCRATCH.get();
        int count;
        do {
            scratch.clear();
            count = ((SocketChannel) connection.getChannel()).read(scratch);
            dropped += Math.max(0, count);
        } while (count > 0 && dropped <= MOST);
        if (count < 0 || dropped > MOST) {
            connection.terminateSilently();
        }
    }
}
