package dev.cordon.manager;

import dev.cordon.protocol.Frame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of frames for one connection, bounded in messages and bytes. The queues of stalled readers have a common
 * bound too ({@link StalledQueues}). When the queue is full, {@link #offer} returns false and the connection ends as
 * slow (3008); no frame is dropped in silence. A single frame larger than the byte bound fits when nothing else waits.
 *
 * <p>Lock-free. Any thread offers, and one thread at a time drains. One write is under way at a time. Frames that
 * gather meanwhile are then sent joined, in one frame of up to 64 KiB.
 */
final class OutboundQueue implements Transport.Completion {
    /** Maximum of bytes of a WebSocket frame of joined messages. */
    static final int MAX_JOINED_BYTES = 64 * 1024;

    /** Nanoseconds that a write may take before large frames behind it are stored off the heap. */
    static final long OFF_HEAP_AFTER_NANOS = 100_000_000;

    private static final int BYTES_BITS = 40;
    /** Maximum of messages: above any sensible setting, and concurrent offers cannot overflow its bits. */
    private static final int MAX_MESSAGES = 1 << 23;

    private static final int IDLE = 0;
    private static final int WRITING = 1;
    private static final int LEFT = 2;
    private static final int DONE = 3;

    private static final VarHandle WAITING = FieldHandles.field(MethodHandles.lookup(), "waiting", long.class);
    private static final VarHandle WRITE = FieldHandles.field(MethodHandles.lookup(), "write", int.class);
    private static final VarHandle WRITE_STARTED =
            FieldHandles.field(MethodHandles.lookup(), "writeStarted", long.class);
    private static final VarHandle SENT_BYTES = FieldHandles.field(MethodHandles.lookup(), "sentBytes", long.class);
    private static final VarHandle OFFERED = FieldHandles.field(MethodHandles.lookup(), "offered", Entry.class);
    private static final VarHandle READY = FieldHandles.field(MethodHandles.lookup(), "ready", Entry.class);

    private final Transport transport;
    private final Counters counters;
    private final StalledQueues stalledQueues;
    private final Ticker ticker;
    private final Listener listener;
    private final SerialDrain drain = new SerialDrain();

    /** Entries that were offered since the drain last looked, the newest first. */
    private volatile @Nullable Entry offered;

    /** Entries taken from {@link #offered} and not yet written, the oldest first. Only the drain's owner changes it. */
    private volatile @Nullable Entry ready;

    /** The numbers of waiting messages and bytes, in one value so that one step changes both: see {@link #one}. */
    private volatile long waiting;

    private volatile int write = IDLE;
    /** The start of the last write, in nanoseconds. The writing thread sets it; others need only a recent value. */
    private volatile long writeStarted;

    private volatile long sentBytes;
    private volatile boolean notifiesIdle;
    private volatile boolean closed;

    /** The callbacks for the owner of a queue. They run on the thread that writes, or that ends a write. */
    interface Listener {
        /** A write has failed. Nothing is written afterwards. */
        void writeFailed(Throwable cause);

        /** Everything has been written. Called each time, after {@link #notifyWhenIdle}. */
        void allWritten();
    }

    private static final class Entry {
        /**
         * A {@link Frame}, or an {@link OffHeapFrames.Stored}. One field for both, because every message has an entry.
         */
        final Object content;
        /** When the publication was accepted, in nanoseconds, for the delivery latency. 0 for other frames. */
        final long acceptedAt;
        /** Whether it came behind a write that the transport had not taken. It then counts in {@link StalledQueues}. */
        final boolean stalled;

        @Nullable
        Entry next;

        Entry(Object content, long acceptedAt, boolean stalled) {
            this.content = content;
            this.acceptedAt = acceptedAt;
            this.stalled = stalled;
        }

        int size() {
            return content instanceof Frame frame ? frame.size() : ((OffHeapFrames.Stored) content).size();
        }

        Frame frame() {
            return content instanceof Frame frame ? frame : ((OffHeapFrames.Stored) content).frame();
        }
    }

    OutboundQueue(
            Transport transport, Counters counters, StalledQueues stalledQueues, Ticker ticker, Listener listener) {
        this.transport = transport;
        this.counters = counters;
        this.stalledQueues = stalledQueues;
        this.ticker = ticker;
        this.listener = listener;
    }

    private long addWaiting(long change) {
        return (long) WAITING.getAndAdd(this, change) + change;
    }

    /**
     * Adds a frame without writing it. Returns false when the frame does not fit: the queue is then unchanged. A frame
     * that comes after {@link #close} is discarded and counted, and the result is true.
     */
    boolean offer(Frame frame, long acceptedAt, Limits limits) {
        boolean stalled = write == LEFT;
        // Created before it is counted: the heap may be too full for it.
        Entry entry = new Entry(stalled ? stored(frame, limits) : frame, acceptedAt, stalled);
        long all = addWaiting(one(frame.size()));
        int count = messages(all);
        long size = bytes(all);
        if (!closed && (!fits(count, size, limits) || (stalled && !fitsAll(size, frame.size(), limits)))) {
            addWaiting(-one(frame.size()));
            free(entry);
            return false;
        }
        if (stalled) {
            stalledQueues.add(frame.size());
        }
        push(entry);
        if (closed) {
            discardAll();
        }
        return true;
    }

    /** The frame, or its copy off the heap when it is large and its reader has not read for a while. */
    private Object stored(Frame frame, Limits limits) {
        boolean moves = frame.size() >= OffHeapFrames.SMALLEST && stalledFor(OFF_HEAP_AFTER_NANOS, ticker.nanos());
        return moves ? stalledQueues.offHeap().store(frame, limits.offHeapMaxBytes()) : frame;
    }

    private void push(Entry entry) {
        Entry before;
        do {
            before = offered;
            entry.next = before;
        } while (!OFFERED.compareAndSet(this, before, entry));
    }

    /** What a frame adds to {@link #waiting}: one message in the upper 24 bits, its bytes in the lower 40. */
    private static long one(int size) {
        return (1L << BYTES_BITS) + size;
    }

    private static int messages(long waiting) {
        return (int) (waiting >>> BYTES_BITS);
    }

    private static long bytes(long waiting) {
        return waiting & ((1L << BYTES_BITS) - 1);
    }

    private static boolean fits(int count, long size, Limits limits) {
        return count <= Math.min(limits.queueMaxMessages(), MAX_MESSAGES)
                && (size <= limits.queueMaxBytes() || count == 1);
    }

    /** Whether a frame fits into the common bound. Each stalled reader may have as much as one write carries. */
    private boolean fitsAll(long size, int added, Limits limits) {
        return size <= MAX_JOINED_BYTES || !stalledQueues.rejects(added, limits);
    }

    /** Writes the queued frames. If a write is under way, its completion does so. */
    void drain() {
        if (drain.enter()) {
            writeAll();
        }
    }

    /** From now on {@link Listener#allWritten} is called each time everything has been written, first when a drain finds nothing. */
    void notifyWhenIdle() {
        notifiesIdle = true;
    }

    private void writeAll() {
        int requests = drain.requests();
        while (true) {
            if (closed) {
                discard();
            }
            Entry next = closed ? null : head();
            if (next == null) {
                requests = drain.leave(requests);
                if (requests == 0) {
                    if (notifiesIdle && !closed) {
                        listener.allWritten();
                    }
                    return;
                }
            } else {
                try {
                    long now = ticker.nanos();
                    if (!writeInline(frame(next, now), now)) {
                        return;
                    }
                } catch (OutOfMemoryError e) {
                    // With the documented command, direct memory was short for this frame, not heap (ADR 0015).
                    // The client reconnects and recovers from the log.
                    failed(e);
                }
            }
        }
    }

    /**
     * Writes a frame. Returns true when the write has already ended. Otherwise its completion goes on with the drain.
     */
    private boolean writeInline(Frame frame, long now) {
        WRITE_STARTED.setRelease(this, now);
        WRITE.setRelease(this, WRITING);
        counters.writes.increment();
        // One thread writes at a time, so no increment is lost.
        SENT_BYTES.setRelease(this, sentBytes + frame.size());
        try {
            transport.write(frame, this);
        } catch (RuntimeException e) {
            failed(e);
        }
        if (WRITE.compareAndSet(this, WRITING, LEFT)) {
            discardIfWriteIsLeft();
            return false;
        }
        WRITE.setRelease(this, IDLE);
        return true;
    }

    @Override
    public void written() {
        ended();
    }

    @Override
    public void failed(Throwable cause) {
        counters.writeFailures.increment();
        closed = true;
        ended();
        listener.writeFailed(cause);
    }

    private void ended() {
        if (!WRITE.compareAndSet(this, WRITING, DONE) && WRITE.compareAndSet(this, LEFT, IDLE)) {
            writeAll();
        }
    }

    /** The next frame to write: the oldest, joined with as many behind it as fit. */
    private Frame frame(Entry first, long now) {
        Frame oldest = dequeue(first, now);
        Entry next = joining(oldest.size());
        if (next == null) {
            return oldest;
        }
        List<Frame> joined = new ArrayList<>();
        joined.add(oldest);
        for (int size = oldest.size(); next != null; next = joining(size)) {
            size += 1 + next.size();
            joined.add(dequeue(next, now));
        }
        return Frame.join(joined);
    }

    /** The oldest entry, if it can join a frame that has this size so far. */
    private @Nullable Entry joining(int size) {
        Entry head = head();
        return head != null && size + 1 + head.size() <= MAX_JOINED_BYTES ? head : null;
    }

    /** The oldest entry. Only for the thread that owns the drain. */
    private @Nullable Entry head() {
        Entry head = ready;
        if (head == null && offered != null) {
            head = reversed((Entry) OFFERED.getAndSet(this, null));
            READY.setRelease(this, head);
        }
        return head;
    }

    private static @Nullable Entry reversed(@Nullable Entry newest) {
        Entry oldest = null;
        for (Entry entry = newest; entry != null; ) {
            Entry next = entry.next;
            entry.next = oldest;
            oldest = entry;
            entry = next;
        }
        return oldest;
    }

    private Frame dequeue(Entry head, long now) {
        Frame frame = head.frame();
        READY.setRelease(this, head.next);
        remove(head);
        if (head.acceptedAt != 0) {
            counters.delivery.record(now - head.acceptedAt);
        }
        return frame;
    }

    /** Subtracts an entry from the bounds and frees its memory. Call once, from the thread that dequeued it. */
    private void remove(Entry entry) {
        addWaiting(-one(entry.size()));
        if (entry.stalled) {
            stalledQueues.remove(entry.size());
        }
        free(entry);
    }

    private void free(Entry entry) {
        if (entry.content instanceof OffHeapFrames.Stored stored) {
            stalledQueues.offHeap().free(stored);
        }
    }

    /**
     * Closes the queue: nothing more is written. Discards and counts the queued frames. Publications stay in the log.
     */
    void close() {
        closed = true;
        discardAll();
    }

    /**
     * Discards the queued frames. Only the thread that owns the drain may dequeue, or a frame could be written behind a
     * discarded one. So this is a drain too. While a write is under way, whose completion may never come, no thread
     * dequeues.
     */
    private void discardAll() {
        if (drain.enter()) {
            writeAll();
        } else {
            discardIfWriteIsLeft();
        }
    }

    /** Discards frames behind a write under way. Its completion sees the closed queue before it dequeues. */
    private void discardIfWriteIsLeft() {
        if (closed && write == LEFT) {
            discard();
        }
    }

    /** Several threads may discard at a time, because none writes any more. Each discards what it has dequeued. */
    private void discard() {
        long publications = discard((Entry) READY.getAndSet(this, null));
        counters.dropped(Counters.Drop.CLOSED, publications + discard((Entry) OFFERED.getAndSet(this, null)));
    }

    /** Discards a list of entries. Returns the number of publications among them. */
    private long discard(@Nullable Entry first) {
        long publications = 0;
        for (Entry entry = first; entry != null; entry = entry.next) {
            remove(entry);
            publications += entry.acceptedAt == 0 ? 0 : 1;
        }
        return publications;
    }

    /** Whether no frame waits, and no write is under way or about to begin. */
    boolean idle() {
        return messages() == 0 && drain.requests() == 0;
    }

    /** Whether a write has been under way for longer than this limit. */
    boolean stalledFor(long limitNanos, long now) {
        int state = write;
        return (state == WRITING || state == LEFT) && now - writeStarted > limitNanos;
    }

    long sentBytes() {
        return sentBytes;
    }

    int messages() {
        return messages(waiting);
    }

    long bytes() {
        return bytes(waiting);
    }
}
