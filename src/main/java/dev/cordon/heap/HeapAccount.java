package dev.cordon.heap;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How much of each share is taken and may be taken, for the figures. Who holds something of a share enters its own counters here; the account
 * refuses nothing itself. Filled while the application starts, thread-safe afterwards.
 */
public final class HeapAccount {
    private static final Entry NOTHING = new Entry(() -> 0, () -> 0);

    private final Map<HeapShare, Entry> entries = new EnumMap<>(HeapShare.class);

    private record Entry(LongSupplier used, LongSupplier limit) {}

    /**
     * Enters who holds a share.
     *
     * @param used bytes taken now; cheap enough for every scrape
     * @param limit bytes that may be taken
     */
    public HeapAccount enter(HeapShare share, LongSupplier used, LongSupplier limit) {
        entries.put(share, new Entry(used, limit));
        return this;
    }

    /** Bytes taken now; 0 for a share that nobody has entered. */
    public long used(HeapShare share) {
        return entries.getOrDefault(share, NOTHING).used().getAsLong();
    }

    /** Bytes that may be taken. */
    public long limit(HeapShare share) {
        return entries.getOrDefault(share, NOTHING).limit().getAsLong();
    }
}
