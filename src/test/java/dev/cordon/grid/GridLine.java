package dev.cordon.grid;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/**
 * The way to one member of a grid, on which nothing passes while the network between it and the caller is down: what is
 * sent meanwhile arrives afterwards, as packets that are sent again. A caller is known by the port that it calls from.
 */
final class GridLine implements AutoCloseable {
    private static final long LOOK_NANOS = 5_000_000;

    private final int target;
    private final IntPredicate down;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param port of this line, on loopback
     * @param target port of the member
     * @param down whether the network between a caller, given by its port, and this member is down now
     */
    GridLine(int port, int target, IntPredicate down) throws IOException {
        this.target = target;
        this.down = down;
        this.server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "grid-line");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                open.add(caller);
                start(() -> connect(caller));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void connect(Socket caller) {
        int from = caller.getPort();
        try {
            whileDown(from);
            Socket member = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(member);
            start(() -> pass(member, caller, from));
            pass(caller, member, from);
        } catch (IOException e) {
            close(caller);
        }
    }

    private void pass(Socket source, Socket sink, int caller) {
        byte[] bytes = new byte[64 * 1024];
        try (source;
                sink) {
            InputStream in = source.getInputStream();
            OutputStream out = sink.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                whileDown(caller);
                out.write(bytes, 0, count);
            }
            whileDown(caller);
        } catch (IOException e) {
            // One side has gone; the other is closed too.
        }
        open.remove(source);
        open.remove(sink);
    }

    private void whileDown(int caller) {
        while (down.test(caller) && !server.isClosed()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(GridLine::close);
    }
}
