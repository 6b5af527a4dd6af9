package dev.cordon.log;

import dev.cordon.protocol.UserId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** A quota on one kind of entry, for each user and in total. Counts the dropped entries. Thread-safe. */
final class UserQuota {
    private final long most;
    private final int mostAUser;
    private final ConcurrentHashMap<UserId, Integer> byUser = new ConcurrentHashMap<>();
    private final AtomicLong kept = new AtomicLong();
    private final LongAdder dropped = new LongAdder();

    /**
     * @param most maximum of entries of all users together
     * @param mostAUser maximum of entries of one user
     */
    UserQuota(long most, int mostAUser) {
        this.most = most;
        this.mostAUser = mostAUser;
    }

    /** Adds an entry. Returns false when the user's or the total quota is used up: the entry counts as dropped. */
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
