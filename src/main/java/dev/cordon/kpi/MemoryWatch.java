package dev.cordon.kpi;

import dev.cordon.manager.Ticker;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The heap in use as collections left it: what an old collection did not take. Garbage that no collection has looked at yet is no
 * memory in use, so before the first old collection, and between two, nothing new is known. Thread-safe.
 */
public final class MemoryWatch {
    /** What a user that came may take before it counts as growth; the threshold of {@code memory_per_user}. */
    private static final long A_USER = 100_000;

    /** After a start classes are loaded and code is compiled for what is used the first time: that is no growth. */
    private static final Duration WARM_UP = Duration.ofMinutes(5);

    private final Supplier<OptionalLong> afterCollection;
    private final LongSupplier users;
    private final Ticker ticker;
    private final long warmAt;
    private OptionalLong live = OptionalLong.empty();
    private long liveUsers;
    private long baseline;
    private double growth;
    private boolean growing;
    private Growth heap = new Growth(0, 0);
    private Growth crowd = new Growth(0, 0);

    /**
     * @param afterCollection bytes that the last old collection left; empty before the first
     * @param users connected now
     * @param warmUp from now on in which nothing counts as growth
     */
    MemoryWatch(Supplier<OptionalLong> afterCollection, LongSupplier users, Ticker ticker, Duration warmUp) {
        this.afterCollection = afterCollection;
        this.users = users;
        this.ticker = ticker;
        this.warmAt = ticker.nanos() + warmUp.toNanos();
    }

    /** Of this process. */
    public MemoryWatch(LongSupplier users, Ticker ticker) {
        this(MemoryWatch::oldGeneration, users, ticker, WARM_UP);
    }

    /** The young generation's pools are empty or nearly so right after a collection; what lives longer is in the old one. */
    private static OptionalLong oldGeneration() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && old(pool.getName()))
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(Objects::nonNull)
                .mapToLong(MemoryUsage::getUsed)
                .filter(used -> used > 0)
                .findFirst();
    }

    private static boolean old(String pool) {
        return !pool.contains("Eden") && !pool.contains("Survivor") && !pool.contains("Young");
    }

    /** Takes up what a collection has told since. Called by one timer. */
    synchronized void observe() {
        OptionalLong now = afterCollection.get();
        if (now.isEmpty()) {
            return;
        }
        long used = now.getAsLong();
        if (live.isEmpty()) {
            baseline = used;
        }
        if (live.isEmpty() || live.getAsLong() != used) {
            live = now;
            liveUsers = users.getAsLong();
        }
        baseline = Math.min(baseline, used);
        long at = ticker.nanos();
        if (at - warmAt < 0) {
            return;
        }
        if (!growing) {
            growing = true;
            heap = new Growth(at, (double) used);
            crowd = new Growth(at, (double) liveUsers);
        }
        growth = heap.since(at, (double) used) - A_USER * Math.max(0, crowd.since(at, (double) liveUsers));
    }

    synchronized long live() {
        return live.orElse(0);
    }

    /** Heap in use above the least ever seen, for each user at that time; 0 while there is none. */
    synchronized double perUser() {
        return liveUsers == 0 ? 0 : (double) (live() - baseline) / liveUsers;
    }

    /** Bytes by which the heap grew in the last hour, or since five minutes after the start, beyond what new users may take; never negative. */
    synchronized double growth() {
        return Math.max(0, growth);
    }
}
