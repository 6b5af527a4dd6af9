package dev.cordon.manager;

import dev.cordon.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection, bounded in messages and bytes, by itself and together with others that do not read. Full:
 * {@link #offer} says so and the connection ends as slow (3008); nothing is dropped in silence. A single frame larger than the byte
 * bound is taken when nothing else waits.
 *
 * <p>Lock-free. Any thread offers; whoever finds the queue idle in {@link #drain} writes. One write is under way at a time, and
 * what gathered meanwhile leaves joined in one frame of up to 64 KiB.
 */
final class OutboundQueue implements Transport.Completion {
    /** Messages are joined up to this many bytes a WebSocket frame. */
    static final int MAX_JOINED_BYTES = 64 * 1024;

    private static final int BYTES_BITS = 40;
    /** Above any setting that makes sense, and below what its bits hold whatever offers at once. */
    private static final int MAX_MESSAGES = 1 << 23;

    private static final int IDLE = 0;
    private static final int WRITING = 1;
    private static final int LEFT = 2;
    private static final int DONE = 3;

    private final Transport transport;
    private final Counters counters;
    private final LongSupplier nanos;
    private final Consumer<Throwable> onFailure;
    private final Runnable onIdle;
    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    /** Messages and bytes that wait, in one number so that it takes one step to change both: see {@link #one}. */
    private final AtomicLong waiting = new AtomicLong();

    /** Requests to drain not yet honoured; the thread that raised it from 0 owns the drain. */
    private final AtomicInteger wanted = new AtomicInteger();

    private final AtomicInteger write = new AtomicInteger(IDLE);
    /** Set by whoever writes, behind which it is published; others want no more than a recent value. */
    private final AtomicLong writeStarted = new AtomicLong();

    private final AtomicLong sentBytes = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param acceptedAt when the publisher's message was accepted, for the delivery latency; 0 for other frames
     * @param stalled whether it came behind a write that the transport had not taken, and counts against the total of such
     */
    private record Entry(Frame frame, long acceptedAt, boolean stalled) {}

    /**
     * @param onFailure hears when a write failed; nothing is written afterwards
     * @param onIdle runs each time all that waited has been written
     */
    OutboundQueue(
            Transport transport,
            Counters counters,
            LongSupplier nanos,
            Consumer<Throwable> onFailure,
            Runnable onIdle) {
        this.transport = transport;
        this.counters = counters;
        this.nanos = nanos;
        this.onFailure = onFailure;
        this.onIdle = onIdle;
    }

    /**
     * Adds a frame without writing it. False when it does not fit; the queue is then unchanged. What comes after {@link #close} is
     * taken, forgotten and counted.
     */
    boolean offer(Frame frame, long acceptedAt, Limits limits) {
        long all = waiting.addAndGet(one(frame));
        int count = messages(all);
        long size = bytes(all);
        boolean stalled = write.get() == LEFT;
        if (!closed && (!fits(count, size, limits) || (stalled && !fitsAll(size, frame.size(), limits)))) {
            waiting.addAndGet(-one(frame));
            return false;
        }
        if (stalled) {
            counters.stalledBytes.addAndGet(frame.size());
        }
        entries.add(new Entry(frame, acceptedAt, stalled));
        if (closed) {
            forget();
        }
        return true;
    }

    /** What a frame adds to {@link #waiting}: one message in the upper 24 bits, its bytes in the lower 40. */
    private static long one(Frame frame) {
        return (1L << BYTES_BITS) + frame.size();
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
        if (wanted.getAndIncrement() == 0) {
            writeAll();
        }
    }

    private void writeAll() {
        int seen = wanted.get();
        while (true) {
            if (closed) {
                discard();
            }
            Frame next = closed ? null : nextFrame();
            if (next == null) {
                seen = wanted.addAndGet(-seen);
                if (seen == 0) {
                    if (!closed) {
                        onIdle.run();
                    }
                    return;
                }
            } else if (!writeInline(next)) {
                return;
            }
        }
    }

    /** True when the write has ended before this returns; else its completion goes on with the drain. */
    private boolean writeInline(Frame frame) {
        writeStarted.lazySet(nanos.getAsLong());
        write.lazySet(WRITING);
        counters.writes.increment();
        // One thread writes at a time: nothing is lost between the two.
        sentBytes.lazySet(sentBytes.getPlain() + frame.size());
        try {
            transport.write(frame, this);
        } catch (RuntimeException e) {
            failed(e);
        }
        if (write.compareAndSet(WRITING, LEFT)) {
            discardIfNobodyTakes();
            return false;
        }
        write.lazySet(IDLE);
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
        if (!write.compareAndSet(WRITING, DONE) && write.compareAndSet(LEFT, IDLE)) {
            writeAll();
        }
    }

    private @Nullable Frame nextFrame() {
        Entry first = take();
        if (first == null) {
            return null;
        }
        Entry second = fits(first.frame().size()) ? take() : null;
        if (second == null) {
            return first.frame();
        }
        List<Frame> joined = new ArrayList<>();
        joined.add(first.frame());
        int size = first.frame().size();
        for (Entry entry = second; entry != null; entry = fits(size) ? take() : null) {
            joined.add(entry.frame());
            size += 1 + entry.frame().size();
        }
        return Frame.join(joined);
    }

    /** Whether the entry at the head may join a frame of this size. Only the draining thread takes entries. */
    private boolean fits(int size) {
        Entry head = entries.peek();
        return head != null && size + 1 + head.frame().size() <= MAX_JOINED_BYTES;
    }

    private @Nullable Entry take() {
        Entry entry = poll();
        if (entry != null && entry.acceptedAt() != 0) {
            counters.delivery.record(nanos.getAsLong() - entry.acceptedAt());
        }
        return entry;
    }

    private @Nullable Entry poll() {
        Entry entry = entries.poll();
        if (entry != null) {
            waiting.addAndGet(-one(entry.frame()));
            if (entry.stalled()) {
                counters.stalledBytes.addAndGet(-entry.frame().size());
            }
        }
        return entry;
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
        if (wanted.getAndIncrement() == 0) {
            writeAll();
        } else {
            discardIfNobodyTakes();
        }
    }

    /** A completion that comes later sees that the queue is closed before it would take anything. */
    private void discardIfNobodyTakes() {
        if (closed && write.get() == LEFT) {
            discard();
        }
    }

    private void discard() {
        long publications = 0;
        for (Entry entry = poll(); entry != null; entry = poll()) {
            if (entry.acceptedAt() != 0) {
                publications++;
            }
        }
        counters.dropped(Counters.Drop.CLOSED, publications);
    }

    /** Nothing waits, and nobody is about to write or writing. */
    boolean idle() {
        return messages() == 0 && wanted.get() == 0;
    }

    /** Whether the write under way, if any, began longer ago than this. */
    boolean stalledFor(long limitNanos, long now) {
        int state = write.get();
        return (state == WRITING || state == LEFT) && now - writeStarted.get() > limitNanos;
    }

    long sentBytes() {
        return sentBytes.get();
    }

    int messages() {
        return messages(waiting.get());
    }

    long bytes() {
        return bytes(waiting.get());
    }
}
