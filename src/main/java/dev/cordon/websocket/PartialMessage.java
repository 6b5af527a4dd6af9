package dev.cordon.websocket;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A message that has not arrived completely, with the array in which it is joined. The reading thread fills the array.
 * Any thread may drop the message; {@link #bytes} and {@link #take} then tell the reading thread so.
 */
final class PartialMessage {
    private static final int GONE = -1;
    private static final byte[] EMPTY = new byte[0];
    private static final MessageArrays ARRAYS = new MessageArrays();

    private final PartialMessages all;
    private final FrameDecoder.Sink sink;
    private final long since;
    /** Bytes counted in {@link PartialMessages}; {@link #GONE} after the end. */
    private final AtomicInteger counted = new AtomicInteger();

    private byte[] bytes = EMPTY;
    private int received;

    /** @param since time of the first byte, in nanoseconds of the ticker */
    PartialMessage(PartialMessages all, FrameDecoder.Sink sink, long since) {
        this.all = all;
        this.sink = sink;
        this.since = since;
    }

    /**
     * Makes room for more bytes. Reading thread only.
     *
     * @param to bytes that the message counts for from now on
     * @param used bytes that have arrived
     */
    void grow(int to, int used) {
        int before = counted.get();
        if (before == GONE || !counted.compareAndSet(before, to)) {
            return;
        }
        // Counted before the array is made: this message may itself be the one that is cut.
        all.grown(to - before);
        if (counted.get() == GONE) {
            return;
        }
        byte[] larger = ARRAYS.take(to);
        byte[] smaller = bytes;
        System.arraycopy(smaller, 0, larger, 0, Math.min(used, smaller.length));
        bytes = larger;
        ARRAYS.give(smaller);
        received = used;
    }

    /** The present array. Shorter than the room that was made if the message has been dropped. */
    byte[] bytes() {
        return bytes;
    }

    /** Ends the message and returns its array, for {@link #giveBack}. Empty if the message has been dropped. */
    byte[] take() {
        byte[] whole = bytes;
        return drop() ? whole : EMPTY;
    }

    /** Returns the array of {@link #take} to the pool. */
    static void giveBack(byte[] whole) {
        ARRAYS.give(whole);
    }

    /** Ends the message and discards its bytes. Any thread. Returns false if the message had ended before. */
    boolean drop() {
        int before = counted.getAndSet(GONE);
        if (before == GONE) {
            return false;
        }
        bytes = EMPTY;
        all.ended(this, before);
        return true;
    }

    FrameDecoder.Sink sink() {
        return sink;
    }

    /** Time of the first byte, in nanoseconds of the ticker. */
    long since() {
        return since;
    }

    /** Bytes that had arrived when the array last grew; the sender gets time for these. */
    int received() {
        return received;
    }

    /** Bytes that the message counts for; negative after its end. */
    int size() {
        return counted.get();
    }
}
