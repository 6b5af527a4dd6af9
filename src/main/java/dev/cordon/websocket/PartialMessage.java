package dev.cordon.websocket;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One message that has not arrived completely, with the array that it is joined in. The reading thread fills it; any thread may drop it, and
 * then the reading thread finds it gone.
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

    /** @param since when its first byte came, in nanoseconds of the ticker */
    PartialMessage(PartialMessages all, FrameDecoder.Sink sink, long since) {
        this.all = all;
        this.sink = sink;
        this.since = since;
    }

    /**
     * Makes room. The reading thread's.
     *
     * @param to bytes of the message from now on
     * @param used bytes that have arrived
     * @return false when it has been dropped
     */
    boolean grow(int to, int used) {
        int before = counted.get();
        if (before == GONE || !counted.compareAndSet(before, to)) {
            return false;
        }
        // Counted before it is made. This very message may be the one that is cut.
        all.grown(to - before);
        if (counted.get() == GONE) {
            return false;
        }
        byte[] larger = ARRAYS.take(to);
        byte[] smaller = bytes;
        System.arraycopy(smaller, 0, larger, 0, Math.min(used, smaller.length));
        bytes = larger;
        ARRAYS.give(smaller);
        received = used;
        return counted.get() != GONE;
    }

    /** The array as it is now: shorter than what was made room for when it has been dropped. */
    byte[] bytes() {
        return bytes;
    }

    /** Ends it with all its bytes, which {@link #giveBack} takes back. Empty when it has been dropped. */
    byte[] take() {
        byte[] whole = bytes;
        return drop() ? whole : EMPTY;
    }

    /** Takes back what {@link #take} gave. */
    static void giveBack(byte[] whole) {
        ARRAYS.give(whole);
    }

    /** Ends it without its bytes. Any thread. False when it has ended before. */
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

    /** Nanoseconds of the ticker when its first byte came. */
    long since() {
        return since;
    }

    /** Bytes that had arrived when it grew last: few enough to be in time for. */
    int received() {
        return received;
    }

    /** Bytes that it counts for; negative after its end. */
    int size() {
        return counted.get();
    }
}
