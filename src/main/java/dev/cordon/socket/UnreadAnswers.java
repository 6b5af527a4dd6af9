package dev.cordon.socket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * Connections with answers in the server's queue, which waits for a reader for ever: its idle timeout closes such a connection gracefully, and
 * so behind what is never read. Cut here when nothing of it moves. Thread-safe.
 */
final class UnreadAnswers {
    /** Sweeps without a byte taken after which a connection is cut: ten seconds, as for sockets. */
    static final int PATIENCE = 20;

    private final Map<TCPNIOConnection, Left> waiting = new ConcurrentHashMap<>();
    private volatile boolean ended;

    /**
     * What was left at the last sweep.
     *
     * @param bytes in the queue
     * @param sweeps since they were fewer
     */
    private record Left(int bytes, int sweeps) {}

    void add(TCPNIOConnection connection) {
        waiting.putIfAbsent(connection, new Left(Integer.MAX_VALUE, 0));
        if (ended) {
            // The end may have looked before it was here.
            connection.terminateSilently();
            waiting.remove(connection);
        }
    }

    /** Every half second. */
    void sweep() {
        waiting.forEach((connection, before) -> {
            int bytes = connection.getAsyncWriteQueue().spaceInBytes();
            if (bytes == 0 || !connection.isOpen()) {
                waiting.remove(connection, before);
                if (connection.getAsyncWriteQueue().spaceInBytes() > 0) {
                    // Another answer has come to wait in between, and found the connection still here.
                    add(connection);
                }
            } else if (bytes < before.bytes()) {
                waiting.replace(connection, before, new Left(bytes, 0));
            } else if (before.sweeps() >= PATIENCE) {
                connection.terminateSilently();
                waiting.remove(connection);
            } else {
                waiting.replace(connection, before, new Left(bytes, before.sweeps() + 1));
            }
        });
    }

    /** At the application's end: nobody is left to sweep, so what waits is cut, and what comes to wait from now on. */
    void end() {
        ended = true;
        waiting.keySet().forEach(TCPNIOConnection::terminateSilently);
        waiting.clear();
    }
}
