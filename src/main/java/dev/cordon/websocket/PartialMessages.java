package dev.cordon.websocket;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * All messages that have not arrived completely (ADR 0015). Together they may take a share of the heap; beyond it the
 * largest are cut. A byte before the connect command is accepted weighs as much as {@link #STRANGERS_WEIGHT} bytes
 * after it. A message that does not arrive completely in time is cut too. Thread-safe, without locks. The thread that
 * makes a message grow over the bound closes the connections that are cut.
 */
public final class PartialMessages {
    /** Time that each message has, in addition to the time for its bytes. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Lowest rate at which a sender may go on. */
    static final int LEAST_BYTES_PER_SECOND = 16 * 1024;

    /** Weight of a byte before connect is accepted: strangers must not get a user's message cut. */
    static final int STRANGERS_WEIGHT = 64;

    private static final long NANOS = 1_000_000_000L;

    private final Set<PartialMessage> all = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean clearing = new AtomicBoolean();
    private final LongSupplier limit;
    private final Consumer<CloseCause> cuts;
    private final LongSupplier nanos;

    private record Weighed(PartialMessage message, long weight) {}

    /**
     * @param limit bytes that all messages may take together
     * @param cuts receives the cause of each cut
     * @param nanos a clock as {@link System#nanoTime}
     */
    public PartialMessages(LongSupplier limit, Consumer<CloseCause> cuts, LongSupplier nanos) {
        this.limit = limit;
        this.cuts = cuts;
        this.nanos = nanos;
    }

    /** Adds a message whose first bytes have arrived. */
    PartialMessage begin(FrameDecoder.Sink sink) {
        PartialMessage begun = new PartialMessage(this, sink, nanos.getAsLong());
        all.add(begun);
        return begun;
    }

    void grown(int more) {
        if (bytes.addAndGet(more) > limit.getAsLong()) {
            makeRoom();
        }
    }

    void ended(PartialMessage message, int counted) {
        all.remove(message);
        bytes.addAndGet(-counted);
    }

    /**
     * Cuts the heaviest messages until seven eighths of the limit remain, so that not every new byte makes all messages
     * be weighed. One thread does this; the others go on.
     */
    private void makeRoom() {
        if (!clearing.compareAndSet(false, true)) {
            return;
        }
        try {
            long goal = limit.getAsLong() / 8 * 7;
            List<Weighed> heaviest = all.stream()
                    .map(each -> new Weighed(each, weight(each)))
                    .sorted(Comparator.comparingLong(Weighed::weight).reversed())
                    .toList();
            for (Weighed each : heaviest) {
                if (bytes.get() <= goal) {
                    return;
                }
                cut(each.message(), CloseCause.NO_ROOM);
            }
        } finally {
            clearing.set(false);
        }
    }

    private static long weight(PartialMessage message) {
        return (long) message.size() * (message.sink().accepted() ? 1 : STRANGERS_WEIGHT);
    }

    private void cut(PartialMessage message, CloseCause why) {
        if (message.drop()) {
            cuts.accept(why);
            message.sink().cut(why);
        }
    }

    /** Cuts the messages whose time is over. Returns their number. Due twice a second. */
    int sweep() {
        long now = nanos.getAsLong();
        List<PartialMessage> late = all.stream()
                .filter(each ->
                        now - each.since() > PATIENCE.toNanos() + each.received() * NANOS / LEAST_BYTES_PER_SECOND)
                .toList();
        late.forEach(each -> cut(each, CloseCause.UNFINISHED));
        return late.size();
    }

    /** Bytes of all messages together. */
    public long bytes() {
        return bytes.get();
    }

    int size() {
        return all.size();
    }
}
