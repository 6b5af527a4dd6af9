package dev.cordon.payara;

import dev.cordon.gateway.Cuts;
import dev.cordon.heap.HeapShare;
import dev.cordon.http.ErrorAnswer;
import dev.cordon.websocket.PartialMessages;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * The connections on which a request's head has arrived in part (ADR 0015). A connection is cut in two cases:
 *
 * <ul>
 * <li>Its head is not complete after {@link PartialMessages#PATIENCE}.
 * <li>All heads together exceed a quarter of {@link HeapShare#HALF_RECEIVED}, and this one has waited longest. A head
 *     that is meant to be carried out comes in one piece.
 * </ul>
 *
 * <p>The client gets 408 and the reason, unless the answer to another request may still be on its way. Thread-safe,
 * without locks.
 */
final class PartialHeads {
    /**
     * Bytes of heap for each connection, beside the head itself: the connection, its stream of requests and its entry
     * here.
     */
    static final int CONNECTION_BYTES = 1024;

    private static final byte[] LATE = ErrorAnswer.whole(
            408, "the head of the request did not come within " + PartialMessages.PATIENCE.toSeconds() + " s");

    private static final byte[] NO_ROOM = ErrorAnswer.whole(
            408, "no room for the head of a request that came in part: send it in one piece, or try again");

    private final Map<TCPNIOConnection, Half> all = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long limit;
    private final Cuts cuts;
    private final LongSupplier nanos;

    /**
     * A head that has arrived in part.
     *
     * @param first whether no request came before over this connection
     */
    private record Half(long since, int bytes, boolean first) {}

    PartialHeads(Cuts cuts, LongSupplier nanos) {
        this(HeapShare.HALF_RECEIVED.bytes() / 4, cuts, nanos);
    }

    /** @param limit most bytes of all heads together */
    PartialHeads(long limit, Cuts cuts, LongSupplier nanos) {
        this.limit = limit;
        this.cuts = cuts;
        this.nanos = nanos;
    }

    /**
     * Notes that more of a head has come and that it is not complete yet. Called by the connection's reading thread.
     *
     * @param held bytes of the head so far
     * @param first whether no request came before over this connection
     */
    void grown(TCPNIOConnection connection, int held, boolean first) {
        int now = CONNECTION_BYTES + held;
        Half before = all.get(connection);
        all.put(connection, new Half(before == null ? nanos.getAsLong() : before.since(), now, first));
        long together = bytes.addAndGet(now - (before == null ? 0 : before.bytes()));
        if (!connection.isOpen()) {
            // The connection may have ended before it was entered here.
            ended(connection);
        } else if (together > limit) {
            makeRoom();
        }
    }

    /** Forgets a connection: its head is complete, or it has ended. */
    void ended(TCPNIOConnection connection) {
        Half half = all.remove(connection);
        if (half != null) {
            bytes.addAndGet(-half.bytes());
        }
    }

    private void makeRoom() {
        all.entrySet().stream()
                .sorted(Comparator.comparingLong(each -> each.getValue().since()))
                .takeWhile(each -> bytes.get() > limit / 8 * 7)
                .forEach(each -> cut(each.getKey(), each.getValue(), Cuts.Reason.HALF_RECEIVED, NO_ROOM));
    }

    /** Cuts connections whose head is late; returns their number. Due twice a second. */
    int sweep() {
        long now = nanos.getAsLong();
        int late = 0;
        for (Map.Entry<TCPNIOConnection, Half> each : all.entrySet()) {
            if (!each.getKey().isOpen()) {
                ended(each.getKey());
            } else if (now - each.getValue().since() > PartialMessages.PATIENCE.toNanos()) {
                cut(each.getKey(), each.getValue(), Cuts.Reason.SLOW_SENDER, LATE);
                late++;
            }
        }
        return late;
    }

    private void cut(TCPNIOConnection connection, Half half, Cuts.Reason reason, byte[] answer) {
        if (!all.remove(connection, half)) {
            // The connection has ended, or more of its head has come, meanwhile.
            return;
        }
        bytes.addAndGet(-half.bytes());
        cuts.add(reason);
        if (half.first()) {
            // Otherwise the answer to an earlier request may still be on its way.
            GrizzlyWire.queue(connection, ByteBuffer.wrap(answer), new EmptyCompletionHandler<>());
        }
        connection.closeSilently();
    }

    /** Closes all, at the application's end: no sweep follows. */
    void end() {
        all.keySet().forEach(TCPNIOConnection::closeSilently);
        all.clear();
        bytes.set(0);
    }

    /** Returns the bytes that are counted for all connections together. */
    long bytes() {
        return bytes.get();
    }
}
