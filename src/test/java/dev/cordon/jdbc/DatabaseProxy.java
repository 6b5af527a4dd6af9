package dev.cordon.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a driver and its database on loopback: counts round trips, answers later, or holds all answers back. A round trip is a
 * request, in however many pieces, that comes after an answer.
 */
public final class DatabaseProxy implements AutoCloseable {
    private final int target;
    private final ServerSocket server;
    private final AtomicLong roundTrips = new AtomicLong();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile long delay;
    private volatile boolean held;

    /** @param target port of the database on 127.0.0.1 */
    public DatabaseProxy(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "database-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Delays each answer by this much from now on. */
    public void delay(Duration by) {
        delay = by.toNanos();
    }

    /** Holds every answer back, until {@link #release}. */
    public void hold() {
        held = true;
    }

    public void release() {
        held = false;
    }

    public long roundTrips() {
        return roundTrips.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                database.setTcpNoDelay(true);
                open.add(client);
                open.add(database);
                AtomicLong answers = new AtomicLong(1);
                start(() -> pump(client, database, () -> roundTrips.addAndGet(answers.getAndSet(0))));
                start(() -> pump(database, client, () -> {
                    answers.set(1);
                    answerAfter(delay);
                }));
            } catch (IOException e) {
                // Closed, or the database is not there: the driver finds its connection closed.
            }
        }
    }

    private void answerAfter(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 || (held && !server.isClosed()); left = until - System.nanoTime()) {
            LockSupport.parkNanos(Math.max(left, 1_000_000));
        }
    }

    private static void pump(Socket from, Socket to, Runnable beforeWriting) {
        byte[] bytes = new byte[64 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                beforeWriting.run();
                out.write(bytes, 0, count);
            }
        } catch (IOException e) {
            // One side has gone; the other is closed too.
        }
    }

    @Override
    public void close() {
        held = false;
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
