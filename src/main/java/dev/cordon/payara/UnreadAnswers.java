package dev.cordon.payara;

import dev.cordon.gateway.Cuts;
import dev.cordon.heap.HeapShare;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * The connections whose answers wait in the server's queue for a reader. That queue waits for ever: the server's idle
 * timeout closes such a connection gracefully, and so only behind bytes that are never read. A connection that reads
 * too slowly is ended here. When all together exceed their bound, the one with the most is ended. Thread-safe, without
 * a lock.
 */
final class UnreadAnswers {
    /** Sweeps within which a client must read {@link #FLOOR}: ten seconds, as for sockets. */
    static final int PATIENCE = 20;

    /** Bytes that a client must read in that time, unless fewer wait. */
    static final int FLOOR = 8 * 1024;

    private static final Left NEW = new Left(Integer.MAX_VALUE, 0);

    private final long maxBytes;
    private final Map<TCPNIOConnection, Left> waiting = new ConcurrentHashMap<>();
    private final Cuts cuts;
    private final AtomicBoolean bounding = new AtomicBoolean();
    private volatile boolean ended;

    /**
     * What waited when a client's time began.
     *
     * @param bytes most bytes in the queue since then
     * @param sweeps number of sweeps since then
     */
    private record Left(int bytes, int sweeps) {}

    UnreadAnswers(Cuts cuts) {
        this(HeapShare.ANSWERS.bytes(), cuts);
    }

    /** @param maxBytes most bytes of all waiting answers together */
    UnreadAnswers(long maxBytes, Cuts cuts) {
        this.maxBytes = maxBytes;
        this.cuts = cuts;
    }

    void add(TCPNIOConnection connection) {
        waiting.putIfAbsent(connection, NEW);
        if (ended || closed(connection)) {
            // The end of the application or of the connection may have come before this entry.
            end(connection);
        } else {
            bound();
        }
    }

    /** Forgets a connection that has read everything: answers that wait later count anew. */
    void read(TCPNIOConnection connection) {
        waiting.remove(connection);
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Returns the number of bytes that wait now. */
    long bytes() {
        return waiting.keySet().stream().mapToLong(UnreadAnswers::bytes).sum();
    }

    /** Ends connections that read too slowly. Due every half second. A closed connection is never taken back. */
    void sweep() {
        List<TCPNIOConnection> read = new ArrayList<>();
        waiting.forEach((connection, before) -> {
            int bytes = bytes(connection);
            if (bytes == 0 || closed(connection)) {
                waiting.remove(connection);
                read.add(connection);
            } else if (bytes <= before.bytes() - FLOOR) {
                waiting.replace(connection, before, new Left(bytes, 0));
            } else if (before.sweeps() >= PATIENCE) {
                cuts.add(Cuts.Reason.UNREAD_ANSWERS);
                end(connection);
            } else {
                waiting.replace(connection, before, new Left(Math.max(bytes, before.bytes()), before.sweeps() + 1));
            }
        });
        for (TCPNIOConnection connection : read) {
            if (bytes(connection) > 0 && !closed(connection)) {
                // Another answer was queued in between, while the connection was still entered here.
                add(connection);
            }
        }
    }

    /** Ends the connections with the most until the others are within the bound. */
    private void bound() {
        // One thread at a time: two would each end a connection where one is enough.
        while (bytes() > maxBytes && bounding.compareAndSet(false, true)) {
            try {
                endLargest();
            } finally {
                bounding.set(false);
            }
        }
    }

    private void endLargest() {
        long all = bytes();
        while (all > maxBytes) {
            TCPNIOConnection most = null;
            int bytes = 0;
            for (TCPNIOConnection each : waiting.keySet()) {
                int its = bytes(each);
                if (its > bytes) {
                    most = each;
                    bytes = its;
                }
            }
            if (most == null) {
                return;
            }
            cuts.add(Cuts.Reason.UNREAD_ANSWERS);
            end(most);
            all -= bytes;
        }
    }

    private void end(TCPNIOConnection connection) {
        connection.terminateSilently();
        waiting.remove(connection);
    }

    private static int bytes(TCPNIOConnection connection) {
        return connection.getAsyncWriteQueue().spaceInBytes();
    }

    /** Whether a connection is closed. The server counts the unsent bytes of such a connection for ever. */
    private static boolean closed(TCPNIOConnection connection) {
        SelectableChannel channel = connection.getChannel();
        return !connection.isOpen() || channel == null || !channel.isOpen();
    }

    /** Cuts all answers that wait now or later, at the application's end: no sweep follows. */
    void end() {
        ended = true;
        waiting.keySet().forEach(TCPNIOConnection::terminateSilently);
        waiting.clear();
    }
}
