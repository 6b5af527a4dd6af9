package dev.cordon.manager;

import dev.cordon.protocol.Frame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection, bounded in messages and bytes, by itself and together with others that do not read. Full:
 * {@link #offer} says so and the connection ends as slow (3008); nothing is dropped in silence. A single frame larger than the byte
 * bound is taken when nothing else waits.
 *
 * <p>Lock-free. Any thread offers; whoever finds the queue idle in {@link #drain} writes. One write is under way at a time, and
 * what gathered meanwhile leaves joined in one frame of up to 64 KiB. All its state lies in this one object: a delivery mostly comes to
 * a connection that has left the processor's caches, and waits for each line of them that it touches.
 */
final class OutboundQueue extends SerialDrain implements Transport.Completion {
    /** Messages are joined up to this many bytes a WebSocket frame. */
    static final int MAX_JOINED_BYTES = 64 * 1024;

    /** A write that was not taken for so long, in nanoseconds, is a stalled reader's: large frames behind it are parked. */
    static final long PARKS_AFTER_NANOS = 100_000_000;

    private static final int BYTES_BITS = 40;
    /** Above any setting that makes sense, and below what its bits hold whatever offers at once. */
    private static final int MAX_MESSAGES = 1 << 23;

    private static final int IDLE = 0;
    private static final int WRITING = 1;
    private static final int LEFT = 2;
    private static final int DONE = 3;

    private static final VarHandle WAITING = Handles.field(MethodHandles.lookup(), "waiting", long.class);
    private static final VarHandle WRITE = Handles.field(MethodHandles.lookup(), "write", int.class);
    private static final VarHandle WRITE_STARTED = Handles.field(MethodHandles.lookup(), "writeStarted", long.class);
    private static final VarHandle SENT_BYTES = Handles.field(MethodHandles.lookup(), "sentBytes", long.class);
    private static final VarHandle OFFERED = Handles.field(MethodHandles.lookup(), "offered", Entry.class);
    private static final VarHandle READY = Handles.field(MethodHandles.lookup(), "ready", Entry.class);

    private final Transport transport;
    private final Counters counters;
    private final Ticker ticker;
    private final Consumer<Throwable> onFailure;
    private final Runnable onIdle;

    /** What was offered since the drain looked last, the newest first. */
    private volatile @Nullable Entry offered;

    /** What the drain has taken from there and not yet written, the oldest first. Changed by the thread that owns the drain. */
    private volatile @Nullable Entry ready;

    /** Messages and bytes that wait, in one number so that it takes one step to change both: see {@link #one}. */
    private volatile long waiting;

    private volatile int write = IDLE;
    /** Set by whoever writes, behind which it is published; others want no more than a recent value. */
    private volatile long writeStarted;

    private volatile long sentBytes;
    private volatile boolean tellsIdle;
    private volatile boolean closed;

    private static final class Entry {
        /** A {@link Frame}, or where it is {@link Parking.Parked parked}: in one field, for every message has one of these. */
        final Object content;
        /** When the publisher's message was accepted, for the delivery latency; 0 for other frames. */
        final long acceptedAt;
        /** Whether it came behind a write that the transport had not taken, and counts against the total of such. */
        final boolean stalled;

        @Nullable
        Entry next;

        Entry(Object content, long acceptedAt, boolean stalled) {
            this.content = content;
            this.acceptedAt = acceptedAt;
            this.stalled = stalled;
        }

        int size() {
            return content instanceof Frame frame ? frame.size() : ((Parking.Parked) content).size();
        }

        Frame frame() {
            return content instanceof Frame frame ? frame : ((Parking.Parked) content).frame();
        }
    }

    /**
     * @param onFailure hears when a write failed; nothing is written afterwards
     * @param onIdle runs each time all that waited has been written, once that was {@linkplain #tellWhenIdle asked for}
     */
    OutboundQueue(
            Transport transport, Counters counters, Ticker ticker, Consumer<Throwable> onFailure, Runnable onIdle) {
        this.transport = transport;
        this.counters = counters;
        this.ticker = ticker;
        this.onFailure = onFailure;
        this.onIdle = onIdle;
    }

    private long addWaiting(long change) {
        return (long) WAITING.getAndAdd(this, change) + change;
    }

    /**
     * Adds a frame without writing it. False when it does not fit; the queue is then unchanged. What comes after {@link #close} is
     * taken, forgotten and counted.
     */
    boolean offer(Frame frame, long acceptedAt, Limits limits) {
        boolean stalled = write == LEFT;
        // Before it is counted: the heap may be too full for it.
        Entry entry = new Entry(stalled ? parked(frame, limits) : frame, acceptedAt, stalled);
        long all = addWaiting(one(frame.size()));
        int count = messages(all);
        long size = bytes(all);
        if (!closed && (!fits(count, size, limits) || (stalled && !fitsAll(size, frame.size(), limits)))) {
            addWaiting(-one(frame.size()));
            free(entry);
            return false;
        }
        if (stalled) {
            counters.stalledBytes.addAndGet(frame.size());
        }
        push(entry);
        if (closed) {
            forget();
        }
        return true;
    }

    /** Where it waits: beside the heap, when it is large and its reader has not read for a while. */
    private Object parked(Frame frame, Limits limits) {
        boolean parks = frame.size() >= Parking.SMALLEST && stalledFor(PARKS_AFTER_NANOS, ticker.nanos());
        return parks ? counters.parking.park(frame, limits.parkingMaxBytes()) : frame;
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

    /** Together, those who do not read must not fill the heap; what one write may carry is everybody's all the same. */
    private boolean fitsAll(long size, int added, Limits limits) {
        return size <= MAX_JOINED_BYTES || counters.stalledBytes.get() + added <= limits.queueTotalMaxBytes();
    }

    /** Writes what waits, unless a write is under way already: that one goes on with it. */
    void drain() {
        if (enter()) {
            writeAll();
        }
    }

    /** From now on {@code onIdle} runs each time all that waited has been written, for the first time when a drain finds nothing. */
    void tellWhenIdle() {
        tellsIdle = true;
    }

    private void writeAll() {
        int requests = requests();
        while (true) {
            if (closed) {
                discard();
            }
            Entry next = closed ? null : head();
            if (next == null) {
                requests = leave(requests);
                if (requests == 0) {
                    if (tellsIdle && !closed) {
                        onIdle.run();
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
                    // With the documented command it is memory beside the heap that lacked, for this frame (ADR 0015).
                    // The client
                    // comes back and reads from the log what it misses.
                    failed(e);
                }
            }
        }
    }

    /** True when the write has ended before this returns; else its completion goes on with the drain. */
    private boolean writeInline(Frame frame, long now) {
        WRITE_STARTED.setRelease(this, now);
        WRITE.setRelease(this, WRITING);
        counters.writes.increment();
        // One thread writes at a time: nothing is lost between the two.
        SENT_BYTES.setRelease(this, sentBytes + frame.size());
        try {
            transport.write(frame, this);
        } catch (RuntimeException e) {
            failed(e);
        }
        if (WRITE.compareAndSet(this, WRITING, LEFT)) {
            discardIfNobodyTakes();
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
        onFailure.accept(cause);
    }

    private void ended() {
        if (!WRITE.compareAndSet(this, WRITING, DONE) && WRITE.compareAndSet(this, LEFT, IDLE)) {
            writeAll();
        }
    }

    /** What leaves now: the oldest, and behind it as many as may be joined. */
    private Frame frame(Entry first, long now) {
        Frame oldest = take(first, now);
        Entry next = joining(oldest.size());
        if (next == null) {
            return oldest;
        }
        List<Frame> joined = new ArrayList<>();
        joined.add(oldest);
        for (int size = oldest.size(); next != null; next = joining(size)) {
            size += 1 + next.size();
            joined.add(take(next, now));
        }
        return Frame.join(joined);
    }

    /** The oldest that waits, if it may join a frame of this size. */
    private @Nullable Entry joining(int size) {
        Entry head = head();
        return head != null && size + 1 + head.size() <= MAX_JOINED_BYTES ? head : null;
    }

    /** The oldest that waits. Only the thread that owns the drain may ask. */
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

    private Frame take(Entry head, long now) {
        Frame frame = head.frame();
        READY.setRelease(this, head.next);
        gone(head);
        if (head.acceptedAt != 0) {
            counters.delivery.record(now - head.acceptedAt);
        }
        return frame;
    }

    /** It waits no longer. Only whoever has got hold of it may say so, and once: its blocks are the next one's then. */
    private void gone(Entry entry) {
        addWaiting(-one(entry.size()));
        if (entry.stalled) {
            counters.stalledBytes.addAndGet(-entry.size());
        }
        free(entry);
    }

    private void free(Entry entry) {
        if (entry.content instanceof Parking.Parked parked) {
            counters.parking.free(parked);
        }
    }

    /** Nothing is taken for writing any more; what waits is forgotten (it stays in the log) and counted. */
    void close() {
        closed = true;
        forget();
    }

    /**
     * Only the thread that owns the drain may take entries, or a frame could be written behind one that was forgotten. So
     * forgetting is a drain too; when a write is under way whose completion may never come, nobody is taking.
     */
    private void forget() {
        if (enter()) {
            writeAll();
        } else {
            discardIfNobodyTakes();
        }
    }

    /** A completion that comes later sees that the queue is closed before it would take anything. */
    private void discardIfNobodyTakes() {
        if (closed && write == LEFT) {
            discard();
        }
    }

    /** Several may do it at a time, for nobody writes any more: each forgets what it got hold of. */
    private void discard() {
        long publications = discard((Entry) READY.getAndSet(this, null));
        counters.dropped(Counters.Drop.CLOSED, publications + discard((Entry) OFFERED.getAndSet(this, null)));
    }

    /** How many publications were among them. */
    private long discard(@Nullable Entry first) {
        long publications = 0;
        for (Entry entry = first; entry != null; entry = entry.next) {
            gone(entry);
            publications += entry.acceptedAt == 0 ? 0 : 1;
        }
        return publications;
    }

    /** Nothing waits, and nobody is about to write or writing. */
    boolean idle() {
        return messages() == 0 && requests() == 0;
    }

    /** Whether the write under way, if any, began longer ago than this. */
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
