package dev.cordon.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Ends what is over its time, on one thread. The thread sleeps until the earliest deadline it knows; a deadline that has
 * been kept meanwhile only wakes it once for nothing. So a call costs no timer of its own.
 */
final class Deadlines implements Runnable {
    private static final long LONGEST_SLEEP = TimeUnit.MINUTES.toNanos(1);

    private final List<Timed> all = new CopyOnWriteArrayList<>();
    /** Relative to {@link #origin}, so that they compare. */
    private volatile long earliest = Long.MAX_VALUE;

    private final long origin = System.nanoTime();
    private boolean ended;

    /** Something that holds deadlines. */
    interface Timed {
        /**
         * Ends what is over its time.
         *
         * @param now of {@link System#nanoTime}
         * @return nanoseconds until the next deadline; {@link Long#MAX_VALUE} if there is none
         */
        long expire(long now);
    }

    void watch(Timed timed) {
        all.add(timed);
    }

    /** Announces a deadline that one of the watched now holds. */
    void expect(long deadline) {
        if (deadline - origin < earliest) {
            synchronized (this) {
                if (deadline - origin < earliest) {
                    earliest = deadline - origin;
                    notifyAll();
                }
            }
        }
    }

    @Override
    public void run() {
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = slept();
                if (goesOn) {
                    expire();
                }
            } catch (InterruptedException e) {
                // By a callback of the application's, which runs here: the status is cleared.
            }
        }
    }

    private void expire() {
        long now = System.nanoTime();
        long next = Long.MAX_VALUE;
        for (Timed timed : all) {
            next = Math.min(next, timed.expire(now));
        }
        if (next != Long.MAX_VALUE) {
            expect(now + next);
        }
    }

    /** Sleeps until the earliest deadline. Returns false at the end. */
    private synchronized boolean slept() throws InterruptedException {
        while (!ended) {
            long left = Math.min(earliest - (System.nanoTime() - origin), LONGEST_SLEEP);
            if (left <= 0) {
                // Whoever announces one from here on finds it later than none.
                earliest = Long.MAX_VALUE;
                return true;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return false;
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
