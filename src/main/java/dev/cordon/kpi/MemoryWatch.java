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
 * A gauge of the heap in use, as the last collection of the old generation left it. Garbage that waits for its collection is not in use.
 * So nothing is known before the first such collection, and nothing changes between two. Thread-safe.
 */
public final class MemoryWatch {
    /** Bytes that each new user may add to the heap without counting as growth: the default threshold of {@code memory_per_user}. */
    private static final long A_USER = 100_000;

    /** Time after the start that does not count as growth, because classes are loaded and code is compiled. */
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

    /** A watch of this process. */
    public MemoryWatch(LongSupplier users, Ticker ticker) {
        this(MemoryWatch::oldGeneration, users, ticker, WARM_UP);
    }

    /** Bytes in use in the old generation. The pools of the young one are almost empty right after a collection. */
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

    /** Reads what the last collection left. Called by one timer. */
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

    /** Bytes in use above the smallest value since the start, divided by the users of that time; 0 without users. */
    synchronized double perUser() {
        return liveUsers == 0 ? 0 : (double) (live() - baseline) / liveUsers;
    }

    /** Bytes that the heap grew by in the last hour, less 100,000 for each new user; never negative. The first five minutes do not count. */
    synchronized double growth() {
        return Math.max(0, growth);
    }
}
