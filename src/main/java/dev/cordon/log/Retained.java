package dev.cordon.log;

import dev.cordon.protocol.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Payloads in the order of their arrival, oldest first out, each with its time and its size.
 *
 * <p>Their bytes are copied, so that what is kept for long is a few arrays for the collector and not some objects a message, which it
 * would copy in its pauses (ADR 0007). Small ones lie one behind the other in one array that is written round and round, large ones in
 * blocks of a pool. The arrays grow by half when they are full, and shrink in {@link #fit()}. Not thread-safe.
 */
final class Retained {
    /** Payloads of more bytes than this lie in blocks: they would make the one array grow and shrink by leaps. */
    static final int MAX_SMALL = 4 * 1024;

    /** Above the largest message that can be set ({@code message.max-bytes}). */
    private static final int SIZE_BITS = 20;

    private static final int MAX_SIZE = (1 << SIZE_BITS) - 1;

    /** Heap bytes of the arrays' headers. */
    private static final int HEADERS = 2 * 16;

    private static final int FEWEST = 4;
    private static final int FEWEST_BYTES = 64;
    private static final byte[] NO_BYTES = {};
    private static final long[] NO_LONGS = {};

    /** What a channel has that keeps nothing, as most do most of the time. Nothing is added to it. */
    static final Retained NOTHING = new Retained(new BlockPool());

    /**
     * Time and size of each payload in one number, so that both lie in one line of the processor's caches: the size in the lower bits.
     * One place a payload: {@link #first} and what follows, round the end.
     */
    private long[] figures = NO_LONGS;

    private int first;
    private int count;

    /** The small payloads' bytes: from {@link #start} on, at {@link #wrap} back to 0, up to {@link #end}. None lies across the wrap. */
    private byte[] ring = NO_BYTES;

    private int start;
    private int end;
    private int wrap;
    /** Whether the newest lie before the oldest. */
    private boolean wrapped;

    private int small;
    /** Blocks of each large payload; most channels never have one. */
    private @Nullable ArrayDeque<byte[][]> large;

    private final BlockPool pool;
    private long blocks;
    private long bytes;

    /** @param pool where large payloads are kept */
    Retained(BlockPool pool) {
        this.pool = pool;
    }

    /**
     * Adds one, or nothing when the heap is full.
     *
     * @param at not before that of the one added last
     * @throws IllegalArgumentException if the payload is of a mebibyte or more
     */
    void add(Payload payload, long at) {
        int size = payload.size();
        if (size > MAX_SIZE) {
            throw new IllegalArgumentException("a payload of " + size + " bytes is too large for the log");
        }
        if (count == figures.length) {
            resize(Math.max(FEWEST, count + count / 2));
        }
        if (size > MAX_SMALL) {
            addLarge(payload);
        } else {
            copy(payload);
        }
        figures[place(count)] = at << SIZE_BITS | size;
        count++;
        bytes += size;
    }

    private void addLarge(Payload payload) {
        byte[][] taken = pool.take(payload.size());
        for (int i = 0; i < taken.length; i++) {
            int from = i * BlockPool.BLOCK;
            payload.copyTo(taken[i], 0, from, Math.min(BlockPool.BLOCK, payload.size() - from));
        }
        large().addLast(taken);
        blocks += taken.length;
    }

    private ArrayDeque<byte[][]> large() {
        ArrayDeque<byte[][]> present = large;
        if (present == null) {
            present = new ArrayDeque<>();
            large = present;
        }
        return present;
    }

    private void copy(Payload payload) {
        int size = payload.size();
        if (!wrapped && size > ring.length - end && size <= start) {
            wrap = end;
            end = 0;
            wrapped = true;
        }
        if (size > (wrapped ? start : ring.length) - end) {
            int used = used();
            moveTo(Math.max(Math.max(FEWEST_BYTES, used + used / 2), used + size));
        }
        payload.copyTo(ring, end, 0, size);
        end += size;
        small++;
    }

    /** Drops the oldest. */
    void removeFirst() {
        int size = size(0);
        first = first + 1 == figures.length ? 0 : first + 1;
        count--;
        bytes -= size;
        if (size > MAX_SMALL) {
            byte[][] given = large().removeFirst();
            blocks -= given.length;
            pool.give(given);
        } else {
            dropFirst(size);
        }
    }

    private void dropFirst(int size) {
        small--;
        start += size;
        if (small == 0) {
            start = 0;
            end = 0;
            wrapped = false;
        } else if (wrapped && start == wrap) {
            start = 0;
            wrapped = false;
        }
    }

    /** Gives back what the arrays have too much of: what is beyond four times the need. */
    void fit() {
        if (figures.length / 4 > Math.max(FEWEST, count)) {
            resize(count);
        }
        if (ring.length / 4 > Math.max(FEWEST_BYTES, used())) {
            moveTo(used());
        }
    }

    private void resize(int places) {
        long[] to = new long[places];
        int beforeTheEnd = Math.min(count, figures.length - first);
        System.arraycopy(figures, first, to, 0, beforeTheEnd);
        System.arraycopy(figures, 0, to, beforeTheEnd, count - beforeTheEnd);
        figures = to;
        first = 0;
    }

    private void moveTo(int capacity) {
        byte[] to = new byte[capacity];
        int beforeTheWrap = (wrapped ? wrap : end) - start;
        System.arraycopy(ring, start, to, 0, beforeTheWrap);
        if (wrapped) {
            System.arraycopy(ring, 0, to, beforeTheWrap, end);
        }
        end = used();
        start = 0;
        wrapped = false;
        ring = to;
    }

    private int used() {
        return wrapped ? wrap - start + end : end - start;
    }

    private int place(int index) {
        int place = first + index;
        return place < figures.length ? place : place - figures.length;
    }

    /** When the payload at this index, counted from the oldest, was added. */
    long time(int index) {
        return figures[place(index)] >> SIZE_BITS;
    }

    private int size(int index) {
        return (int) figures[place(index)] & MAX_SIZE;
    }

    /** Copies of the payloads from an index on, at most so many. */
    List<Payload> from(int index, int most) {
        int until = Math.min(count - index, most) + index;
        List<Payload> found = new ArrayList<>(Math.max(0, until - index));
        Iterator<byte[][]> nextLarge = large == null ? Collections.emptyIterator() : large.iterator();
        int at = start;
        boolean beforeTheWrap = wrapped;
        for (int i = 0; i < until; i++) {
            int size = size(i);
            if (size > MAX_SMALL) {
                byte[][] in = nextLarge.next();
                if (i >= index) {
                    found.add(joined(in, size));
                }
            } else {
                if (beforeTheWrap && at == wrap) {
                    at = 0;
                    beforeTheWrap = false;
                }
                if (i >= index) {
                    found.add(Payload.copyOf(ring, at, at + size));
                }
                at += size;
            }
        }
        return found;
    }

    private static Payload joined(byte[][] blocks, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < blocks.length; i++) {
            int at = i * BlockPool.BLOCK;
            System.arraycopy(blocks[i], 0, bytes, at, Math.min(BlockPool.BLOCK, size - at));
        }
        return Payload.copyOf(bytes, 0, size);
    }

    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Bytes of payload. */
    long bytes() {
        return bytes;
    }

    /** Bytes of heap, empty places included. */
    long footprint() {
        int arrays = figures.length == 0 ? 0 : HEADERS + ring.length + figures.length * Long.BYTES;
        return arrays + blocks * BlockPool.BLOCK;
    }

    @Override
    public String toString() {
        return "Retained[" + count + " of " + bytes + " bytes]";
    }
}
