package dev.cordon.log;

import dev.cordon.protocol.UserId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How many of one kind of thing a log in memory keeps, by user and in all, and how many it gave up for want of room. Thread-safe. */
final class UserCounts {
    private final long most;
    private final int mostAUser;
    private final ConcurrentHashMap<UserId, Integer> byUser = new ConcurrentHashMap<>();
    private final AtomicLong kept = new AtomicLong();
    private final LongAdder dropped = new LongAdder();

    /**
     * Counts nothing yet.
     *
     * @param most of all users
     * @param mostAUser of one
     */
    UserCounts(long most, int mostAUser) {
        this.most = most;
        this.mostAUser = mostAUser;
    }

    /** Takes room for one more. False when the user or the log is full: it is not kept, which counts as dropped. */
    boolean take(UserId user) {
        if (kept.incrementAndGet() > most) {
            kept.decrementAndGet();
            dropped.increment();
            return false;
        }
        if (byUser.merge(user, 1, Integer::sum) > mostAUser) {
            give(user);
            dropped.increment();
            return false;
        }
        return true;
    }

    void give(UserId user) {
        byUser.computeIfPresent(user, (u, count) -> count == 1 ? null : count - 1);
        kept.decrementAndGet();
    }

    void drop(UserId user) {
        give(user);
        dropped.increment();
    }

    long kept() {
        return kept.get();
    }

    long dropped() {
        return dropped.sum();
    }
}
