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
 * Connections with answers in the server's queue, which waits for a reader for ever: its idle timeout closes such a connection gracefully, and
 * so behind what is never read. Ended here when they read too slowly, and the one with the most when all together are too much. Thread-safe,
 * without a lock.
 */
final class UnreadAnswers {
    /** Sweeps within which {@link #FLOOR} must have been read: ten seconds, as for sockets. */
    static final int PATIENCE = 20;

    /** Bytes of which a connection reads at least as many in that time, or all that there are. */
    static final int FLOOR = 8 * 1024;

    private static final Left NEW = new Left(Integer.MAX_VALUE, 0);

    private final long maxBytes;
    private final Map<TCPNIOConnection, Left> waiting = new ConcurrentHashMap<>();
    private final Cuts cuts;
    private final AtomicBoolean bounding = new AtomicBoolean();
    private volatile boolean ended;

    /**
     * What was left when the time began.
     *
     * @param bytes most that have been in the queue since
     * @param sweeps since then
     */
    private record Left(int bytes, int sweeps) {}

    UnreadAnswers(Cuts cuts) {
        this(HeapShare.ANSWERS.bytes(), cuts);
    }

    /** @param maxBytes of all answers that wait, together */
    UnreadAnswers(long maxBytes, Cuts cuts) {
        this.maxBytes = maxBytes;
        this.cuts = cuts;
    }

    void add(TCPNIOConnection connection) {
        waiting.putIfAbsent(connection, NEW);
        if (ended || closed(connection)) {
            // The end may have looked before it was here.
            end(connection);
        } else {
            bound();
        }
    }

    /** It has read everything: what comes to wait from now on is new. */
    void read(TCPNIOConnection connection) {
        waiting.remove(connection);
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Bytes that wait now. */
    long bytes() {
        return waiting.keySet().stream().mapToLong(UnreadAnswers::bytes).sum();
    }

    /** Every half second. A closed connection is never taken back. */
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
                // Another answer has come to wait in between, and found the connection still here.
                add(connection);
            }
        }
    }

    /** Ends those with the most until the others are within the bound. */
    private void bound() {
        // One thread ends some at a time, or two would each end one where one is enough.
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

    /** Its bytes stay in its count for ever. */
    private static boolean closed(TCPNIOConnection connection) {
        SelectableChannel channel = connection.getChannel();
        return !connection.isOpen() || channel == null || !channel.isOpen();
    }

    /** At the application's end: nobody is left to sweep, so what waits is cut, and what comes to wait from now on. */
    void end() {
        ended = true;
        waiting.keySet().forEach(TCPNIOConnection::terminateSilently);
        waiting.clear();
    }
}
