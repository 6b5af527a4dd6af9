package dev.cordon.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls that wait for a sender, in the order in which they came. {@link Room} bounds them. Publishes that wait leave
 * together, as one request. Thread-safe.
 */
final class CallQueue implements Deadlines.Timed {
    /** Most publishes of one request. */
    static final int MAX_TOGETHER = 1_000;

    /** Most bytes of publishes that share a request: a node answers a larger one at a higher price (ADR 0010). */
    static final int FULL_BYTES = 48 * 1024;

    private final Room room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition over = lock.newCondition();
    private final ArrayDeque<Call<?>> calls = new ArrayDeque<>();
    private int idle;
    private boolean closing;
    private boolean ended;

    CallQueue(Room room) {
        this.room = room;
    }

    /**
     * Adds a call that has its room.
     *
     * @return false if the queue is closed
     */
    boolean add(Call<?> call) {
        lock.lock();
        try {
            if (closing) {
                return false;
            }
            calls.addLast(call);
            if (idle > 0) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts calls back, in front of the others, for another attempt. */
    void putBack(List<Call<?>> again) {
        lock.lock();
        try {
            for (int i = again.size() - 1; i >= 0; i--) {
                calls.addFirst(again.get(i));
            }
            if (!ended) {
                return;
            }
        } finally {
            lock.unlock();
        }
        end();
    }

    /**
     * Waits until a call is there.
     *
     * @return false if the queue is closed and empty
     */
    boolean await() throws InterruptedException {
        lock.lock();
        try {
            while (calls.isEmpty()) {
                if (closing) {
                    return false;
                }
                idle++;
                try {
                    changed.await();
                } finally {
                    idle--;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a time, unless the queue ends meanwhile. */
    void pause(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !ended) {
                left = over.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes what belongs into the next request: one call, or publishes that wait together. Empty if none waits. */
    List<Call<?>> take() {
        lock.lock();
        try {
            List<Call<?>> taken = new ArrayList<>();
            int bytes = 0;
            int skipped = 0;
            long skippedBytes = 0;
            while (!calls.isEmpty()) {
                Call<?> next = calls.peekFirst();
                boolean fits = taken.isEmpty()
                        || (next.gathers()
                                && taken.get(0).gathers()
                                && taken.size() < MAX_TOGETHER
                                && bytes + next.body().length <= FULL_BYTES);
                if (next.isDone()) {
                    calls.removeFirst();
                    skipped++;
                    skippedBytes += next.body().length;
                } else if (fits) {
                    calls.removeFirst();
                    taken.add(next);
                    bytes += next.body().length;
                } else {
                    break;
                }
            }
            if (skipped > 0) {
                room.release(skipped, skippedBytes);
            }
            if (idle > 0 && !calls.isEmpty()) {
                changed.signal();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more calls. Those that wait are still sent. */
    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Fails what still waits. */
    void end() {
        List<Call<?>> left;
        lock.lock();
        try {
            closing = true;
            ended = true;
            left = List.copyOf(calls);
            calls.clear();
            changed.signalAll();
            over.signalAll();
        } finally {
            lock.unlock();
        }
        for (Call<?> call : left) {
            room.release(1, call.body().length);
            call.failByClose();
        }
    }

    @Override
    public long expire(long now) {
        List<Call<?>> expired = new ArrayList<>();
        long next = Long.MAX_VALUE;
        lock.lock();
        try {
            for (Iterator<Call<?>> each = calls.iterator(); each.hasNext(); ) {
                Call<?> call = each.next();
                if (call.expired(now)) {
                    each.remove();
                    expired.add(call);
                } else {
                    next = Math.min(next, call.deadline() - now);
                }
            }
        } finally {
            lock.unlock();
        }
        for (Call<?> call : expired) {
            room.release(1, call.body().length);
            call.failByDeadline();
        }
        return next;
    }
}
