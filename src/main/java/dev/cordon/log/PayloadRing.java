package dev.cordon.log;

import dev.cordon.protocol.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ring buffer with the retained payloads of a channel, first in, first out. Each payload has its time and its size.
 *
 * <p>The bytes are copied into one array, so that the collector does not copy objects of each message in its pauses
 * (ADR 0007). A payload lies behind its time and size, so that an append touches few cache lines (ADR 0009). Large
 * payloads lie in blocks of a pool, and only their time and size are in the ring. The ring grows by half when it is
 * full, and shrinks in {@link #fit()}. Not thread-safe.
 */
final class PayloadRing {
    /** Payloads of more bytes than this lie in blocks: in the ring its array would grow and shrink by leaps. */
    static final int MAX_SMALL = 4 * 1024;

    /** Lower bits of a header, for the payload's size: enough for the largest setting. The time is in the others. */
    private static final int SIZE_BITS = 20;

    private static final int MAX_SIZE = (1 << SIZE_BITS) - 1;

    /** Bytes of the header before each payload. */
    private static final int HEADER = Long.BYTES;

    private static final VarHandle HEADERS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Heap bytes of an array's header. */
    private static final int ARRAY = 16;

    private static final int FEWEST_BYTES = 64;
    private static final byte[] NO_BYTES = {};

    /**
     * Headers and small payloads: from {@link #start} on, at {@link #wrap} back to 0, up to {@link #end}. None lies
     * across the wrap.
     */
    private byte[] ring = NO_BYTES;

    private int start;
    private int end;
    private int wrap;
    /** Whether the newest payloads lie before the oldest in the array. */
    private boolean wrapped;

    private int count;
    /** Blocks of each large payload; most channels never have one. */
    private @Nullable ArrayDeque<byte[][]> large;

    private final BlockPool pool;
    private long blocks;
    private long bytes;

    /** @param pool the pool of blocks for large payloads */
    PayloadRing(BlockPool pool) {
        this.pool = pool;
    }

    /**
     * Adds a payload. Adds nothing when the heap is full.
     *
     * @param at time in milliseconds, not before that of the previous payload
     * @throws IllegalArgumentException if the payload has 1 MiB or more
     */
    void add(Payload payload, long at) {
        int size = payload.size();
        if (size > MAX_SIZE) {
            throw new IllegalArgumentException("a payload of " + size + " bytes is too large for the log");
        }
        int length = length(size);
        makeRoom(length);
        if (size > MAX_SMALL) {
            addLarge(payload);
        } else {
            payload.copyTo(ring, end + HEADER, 0, size);
        }
        HEADERS.set(ring, end, at << SIZE_BITS | size);
        end += length;
        count++;
        bytes += size;
    }

    /** Bytes that a payload of this size takes in the ring. */
    private static int length(int size) {
        return size > MAX_SMALL ? HEADER : HEADER + size;
    }

    private void makeRoom(int length) {
        if (!wrapped && length > ring.length - end && length <= start) {
            wrap = end;
            end = 0;
            wrapped = true;
        }
        if (length > (wrapped ? start : ring.length) - end) {
            int used = used();
            moveTo(Math.max(Math.max(FEWEST_BYTES, used + used / 2), used + length));
        }
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

    /** Drops the oldest payload. */
    void removeFirst() {
        int size = sizeAt(start);
        start += length(size);
        count--;
        bytes -= size;
        if (count == 0) {
            start = 0;
            end = 0;
            wrapped = false;
        } else if (wrapped && start == wrap) {
            start = 0;
            wrapped = false;
        }
        if (size > MAX_SMALL) {
            byte[][] given = large().removeFirst();
            blocks -= given.length;
            pool.give(given);
        }
    }

    /** Releases the array of an empty ring. Shrinks it to the bytes in use when it is over four times as large. */
    void fit() {
        if (count == 0) {
            ring = NO_BYTES;
            large = null;
        } else if (ring.length / 4 > Math.max(FEWEST_BYTES, used())) {
            moveTo(used());
        }
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

    private int sizeAt(int place) {
        return (int) (long) HEADERS.get(ring, place) & MAX_SIZE;
    }

    private long timeAt(int place) {
        return (long) HEADERS.get(ring, place) >> SIZE_BITS;
    }

    /** The place of the next payload's header. */
    private int following(int place) {
        int next = place + length(sizeAt(place));
        return wrapped && next == wrap ? 0 : next;
    }

    /** The time of the oldest payload. The ring must not be empty. */
    long oldestTime() {
        return timeAt(start);
    }

    /**
     * The first index from {@code index} on of a payload younger than a time; {@link #count} if none. 0 is the oldest.
     */
    int firstAfter(long time, int index) {
        if (index >= count || oldestTime() > time) {
            // The usual case reads one header instead of all: no payload is older than the oldest.
            return Math.min(index, count);
        }
        int place = start;
        for (int i = 0; i < count; i++) {
            if (i >= index && timeAt(place) > time) {
                return i;
            }
            place = following(place);
        }
        return count;
    }

    /** Copies of at most {@code most} payloads from an index on. */
    List<Payload> from(int index, int most) {
        int until = Math.min(count - index, most) + index;
        if (until <= index) {
            return List.of();
        }
        List<Payload> found = new ArrayList<>(until - index);
        Iterator<byte[][]> nextLarge = large == null ? Collections.emptyIterator() : large.iterator();
        int place = start;
        for (int i = 0; i < until; i++) {
            int size = sizeAt(place);
            byte[][] in = size > MAX_SMALL ? nextLarge.next() : null;
            if (i >= index) {
                int at = place + HEADER;
                found.add(in == null ? Payload.copyOf(ring, at, at + size) : joined(in, size));
            }
            place = following(place);
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

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Payload bytes. */
    long bytes() {
        return bytes;
    }

    /** Heap bytes, unused room included. */
    long footprint() {
        return (ring.length == 0 ? 0 : ARRAY + ring.length) + blocks * BlockPool.BLOCK;
    }

    @Override
    public String toString() {
        return "PayloadRing[" + count + " of " + bytes + " bytes]";
    }
}
