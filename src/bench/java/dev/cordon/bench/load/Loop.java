package dev.cordon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;
import java.util.zip.Inflater;

/** The generator's one selector and the buffers that all its connections share. Confined to one thread. */
final class Loop implements AutoCloseable {
    /** Room for the largest frame and a read behind it. */
    static final int BUFFER = 1 << 19;

    private static final int SOURCES = 16;
    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

    final ByteBuffer network = ByteBuffer.allocateDirect(BUFFER / 2);
    final byte[] work = new byte[BUFFER];
    final Inflater inflater = new Inflater(true);
    final byte[] inflated = new byte[BUFFER];
    /** Bytes that all clients have read. */
    long received;

    private final Selector selector;
    private int opened;

    Loop() throws IOException {
        selector = Selector.open();
    }

    /** Something that reads and writes one socket. */
    interface Ready {
        void ready(SelectionKey key) throws IOException;
    }

    /**
     * Begins to connect. Sources vary over 127.0.0.x where the system allows it, so that ports do not run out.
     *
     * @param receiveBuffer bytes of the socket's receive buffer; 0 for the system's choice
     */
    SelectionKey connect(InetSocketAddress to, Ready io, int receiveBuffer) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        if (LINUX) {
            channel.bind(loopback(2 + opened++ % SOURCES, 0));
        }
        channel.connect(to);
        return channel.register(selector, SelectionKey.OP_CONNECT, io);
    }

    /** The address 127.0.0.x. */
    static InetSocketAddress loopback(int x, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) x}), port);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Handles what is ready, waiting up to a millisecond for it. */
    void turn() {
        try {
            selector.select(this::handle, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Handles what is ready without waiting: for the tests that measure time. */
    void spin() {
        try {
            selector.selectNow(this::handle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(SelectionKey key) {
        try {
            ((Ready) key.attachment()).ready(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns until the condition holds. False when it does not within the time. */
    boolean until(BooleanSupplier condition, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            turn();
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        inflater.end();
    }
}
