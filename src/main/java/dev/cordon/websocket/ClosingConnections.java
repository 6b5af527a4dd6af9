package dev.cordon.websocket;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections that have begun to close. A peer that neither reads nor answers keeps its socket for at most {@link
 * #PATIENCE}. Then the socket is freed, and unwritten bytes are dropped. Thread-safe.
 */
public final class ClosingConnections {
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long STEP_MILLIS = 20;

    private final Map<WebSocketConnection, Long> since = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    ClosingConnections(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void begun(WebSocketConnection socket) {
        since.put(socket, nanos.getAsLong());
    }

    void ended(WebSocketConnection socket) {
        since.remove(socket);
    }

    /** Frees the sockets whose {@link #PATIENCE} is over. Returns their number. */
    int sweep() {
        long now = nanos.getAsLong();
        List<WebSocketConnection> overdue = since.entrySet().stream()
                .filter(entry -> now - entry.getValue() > PATIENCE.toNanos())
                .map(Map.Entry::getKey)
                .toList();
        overdue.forEach(WebSocketConnection::lost);
        return overdue.size();
    }

    /** Waits until all have closed, at most {@link #PATIENCE}, and frees the rest. For the end of the application. */
    void awaitAll() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!since.isEmpty() && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List.copyOf(since.keySet()).forEach(WebSocketConnection::lost);
    }

    int size() {
        return since.size();
    }
}
