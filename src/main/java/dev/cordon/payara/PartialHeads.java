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
 * Connections whose request's head has arrived in part (ADR 0015). Together their heads have a quarter of the share of what is half received:
 * beyond it those go that have waited longest, for a head that is meant to be carried out comes in one piece. One that is not whole after
 * {@link PartialMessages#PATIENCE} goes too. Both are cut, and answered with 408 and the reason unless the answer to another request may still be on its way. Thread-safe, without locks.
 */
final class PartialHeads {
    /** Of heap beside the bytes themselves: the connection, its stream of requests and its place here. */
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

    /** @param first whether no request came before over this connection */
    private record Half(long since, int bytes, boolean first) {}

    PartialHeads(Cuts cuts, LongSupplier nanos) {
        this(HeapShare.HALF_RECEIVED.bytes() / 4, cuts, nanos);
    }

    /** @param limit bytes of all together */
    PartialHeads(long limit, Cuts cuts, LongSupplier nanos) {
        this.limit = limit;
        this.cuts = cuts;
        this.nanos = nanos;
    }

    /**
     * More of a head has come, and it is not whole yet. Called by the connection's reading thread.
     *
     * @param held bytes of it so far
     * @param first whether no request came before over this connection
     */
    void grown(TCPNIOConnection connection, int held, boolean first) {
        int now = CONNECTION_BYTES + held;
        Half before = all.get(connection);
        all.put(connection, new Half(before == null ? nanos.getAsLong() : before.since(), now, first));
        long together = bytes.addAndGet(now - (before == null ? 0 : before.bytes()));
        if (!connection.isOpen()) {
            // Its end may have been told before it was here.
            ended(connection);
        } else if (together > limit) {
            makeRoom();
        }
    }

    /** It is whole, or its connection has ended. */
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

    /** Cuts those that have had their time; returns how many. Due twice a second. */
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
            // It has ended, or more of it has come, meanwhile.
            return;
        }
        bytes.addAndGet(-half.bytes());
        cuts.add(reason);
        if (half.first()) {
            // Behind another request its answer may still be on its way.
            GrizzlyWire.queue(connection, ByteBuffer.wrap(answer), new EmptyCompletionHandler<>());
        }
        connection.closeSilently();
    }

    /** At the application's end: nobody is left to sweep. */
    void end() {
        all.keySet().forEach(TCPNIOConnection::closeSilently);
        all.clear();
        bytes.set(0);
    }

    /** Bytes of all together. */
    long bytes() {
        return bytes.get();
    }
}
