package dev.cordon.log;

import dev.cordon.protocol.UserId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** A quota on one kind of entry of the log in memory, for each user and for all. Counts the entries that were dropped. Thread-safe. */
final class UserQuota {
    private final long most;
    private final int mostAUser;
    private final ConcurrentHashMap<UserId, Integer> byUser = new ConcurrentHashMap<>();
    private final AtomicLong kept = new AtomicLong();
    private final LongAdder dropped = new LongAdder();

    /**
     * @param most entries of all users
     * @param mostAUser entries of one user
     */
    UserQuota(long most, int mostAUser) {
        this.most = most;
        this.mostAUser = mostAUser;
    }

    /** Adds one entry. False when the user or the log is full: the entry is not kept, and counts as dropped. */
    boolean acquire(UserId user) {
        if (kept.incrementAndGet() > most) {
            kept.decrementAndGet();
            dropped.increment();
            return false;
        }
        if (byUser.merge(user, 1, Integer::sum) > mostAUser) {
            release(user);
            dropped.increment();
            return false;
        }
        return true;
    }

    void release(UserId user) {
        byUser.computeIfPresent(user, (u, count) -> count == 1 ? null : count - 1);
        kept.decrementAndGet();
    }

    void drop(UserId user) {
        release(user);
        dropped.increment();
    }

    long kept() {
        return kept.get();
    }

    long dropped() {
        return dropped.sum();
    }
}
