package dev.cordon.payara;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.glassfish.grizzly.CloseReason;
import org.glassfish.grizzly.Closeable;
import org.glassfish.grizzly.CompletionHandler;
import org.glassfish.grizzly.asyncqueue.AsyncWriteQueueRecord;
import org.glassfish.grizzly.asyncqueue.TaskQueue;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;
import org.glassfish.grizzly.nio.transport.TCPNIOTransportBuilder;

/** A connection of Grizzly without a peer. The test says how many bytes wait in its queue. */
final class FakeConnection extends TCPNIOConnection {
    private static final TCPNIOTransport TRANSPORT =
            TCPNIOTransportBuilder.newInstance().build();

    /** How the connection was ended: {@code close} or {@code cut}, each time. */
    final List<String> ends = new ArrayList<>();

    private SocketAddress peer = new InetSocketAddress("192.0.2.1", 50_000);
    private boolean open = true;
    private int waiting;
    private int later;
    private int looks;

    FakeConnection() {
        super(TRANSPORT, channel());
    }

    private static SocketChannel channel() {
        try {
            return SocketChannel.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FakeConnection from(SocketAddress address) {
        peer = address;
        return this;
    }

    /** Sets how many bytes wait in the queue from now on. */
    FakeConnection waiting(int bytes) {
        super.getAsyncWriteQueue().reserveSpace(bytes - waiting);
        waiting = bytes;
        return this;
    }

    /** The peer ends the connection; the queue keeps its count. */
    void leave() {
        open = false;
    }

    /** The peer ends the connection, and only the channel knows it so far. */
    void leaveUnnoticed() throws IOException {
        getChannel().close();
    }

    /** Lets more bytes wait from the second look at the queue from now on, as if another thread had queued them. */
    void waitingFromTheSecondLook(int bytes) {
        looks = 0;
        later = bytes;
    }

    @Override
    public TaskQueue<AsyncWriteQueueRecord> getAsyncWriteQueue() {
        if (later > 0 && ++looks == 2) {
            super.getAsyncWriteQueue().reserveSpace(later);
        }
        return super.getAsyncWriteQueue();
    }

    @Override
    public SocketAddress getPeerAddress() {
        return peer;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    protected void terminate0(CompletionHandler<Closeable> handler, CloseReason reason) {
        ends.add("cut");
        open = false;
    }

    @Override
    protected void closeGracefully0(CompletionHandler<Closeable> handler, CloseReason reason) {
        ends.add("close");
        open = false;
    }
}
