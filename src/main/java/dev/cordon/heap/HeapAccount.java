package dev.cordon.heap;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The use and the limit of each share of the heap, for the metrics. An owner of memory enters its own counters here; the account itself rejects
 * nothing. Filled while the application starts, thread-safe afterwards.
 */
public final class HeapAccount {
    private static final Entry NOTHING = new Entry(() -> 0, () -> 0);

    private final Map<HeapShare, Entry> entries = new EnumMap<>(HeapShare.class);

    private record Entry(LongSupplier used, LongSupplier limit) {}

    /**
     * Enters the owner of a share.
     *
     * @param used bytes in use now; cheap enough for every scrape
     * @param limit bytes that may be in use
     */
    public HeapAccount enter(HeapShare share, LongSupplier used, LongSupplier limit) {
        entries.put(share, new Entry(used, limit));
        return this;
    }

    /** Bytes in use now; 0 for a share without an owner. */
    public long used(HeapShare share) {
        return entries.getOrDefault(share, NOTHING).used().getAsLong();
    }

    /** Bytes that may be in use. */
    public long limit(HeapShare share) {
        return entries.getOrDefault(share, NOTHING).limit().getAsLong();
    }
}
