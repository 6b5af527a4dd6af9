package dev.cordon.upkeep;

import dev.cordon.heap.OutOfMemory;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing to each of many, one after the other, on a thread of its own. One that fails or hangs keeps no other from its turn: after
 * {@link #PATIENCE} with one of them, another thread goes on behind it, and later walks pass it by until it comes back. At most
 * {@link #MOST_HANGING} are given up on so; then the walk fails. {@link #over} is for one caller at a time.
 */
final class Walk<T> {
    /** In looks of a third each, so that one pause of the process is not taken for a hang. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    static final int MOST_HANGING = 4;
    private static final int LOOKS = 3;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Walk.class.getName());

    private final String what;
    private final Function<T, String> named;
    private final Duration patience;
    private final Executor threads;
    private final Set<Walker> hanging = ConcurrentHashMap.newKeySet();

    /**
     * @param what is done, for the log
     * @param named one of them, for the log
     */
    Walk(String what, Function<T, String> named, Duration patience) {
        this.what = what;
        this.named = named;
        this.patience = patience;
        this.threads = new ThreadPoolExecutor(
                0, MOST_HANGING + 1, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), Walk::thread);
    }

    /** Loads what a walk needs, by a walk over one that wants nothing. */
    static void load() {
        new Walk<String>("nothing", Function.identity(), PATIENCE).over(List.of(""), one -> {});
    }

    /** How many it has passed by that have not come back. */
    int hanging() {
        return hanging.size();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "cordon-walk");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Returns when each has had its turn or is passed by.
     *
     * @throws IllegalStateException when more hang than can be passed by
     */
    void over(Iterable<T> many, Consumer<T> action) {
        if (hanging.size() >= MOST_HANGING) {
            throw new IllegalStateException(hanging.size() + " hang: " + what);
        }
        Iterator<T> all = many.iterator();
        if (!all.hasNext()) {
            return;
        }
        Round round = new Round(all, action);
        round.sendNext();
        while (!round.endedOrMoved()) {
            round.passBy();
        }
    }

    /** One walk. Its lock guards the iterator and who walks; nothing else runs under it. */
    private final class Round {
        private final Iterator<T> left;
        private final Consumer<T> action;
        private Walker walker = new Walker(this);
        private long moved;
        private boolean ended;

        Round(Iterator<T> left, Consumer<T> action) {
            this.left = left;
            this.action = action;
        }

        void sendNext() {
            threads.execute(walker);
        }

        /** The next for this walker; null when there is none, or another walks in its place. */
        synchronized @Nullable T next(Walker by) {
            if (by != walker) {
                return null;
            }
            moved++;
            while (left.hasNext()) {
                T next = left.next();
                if (!hangs(next)) {
                    by.at = next;
                    return next;
                }
            }
            ended = true;
            notifyAll();
            return null;
        }

        private boolean hangs(T one) {
            return !hanging.isEmpty() && hanging.stream().anyMatch(walker -> walker.at == one);
        }

        /**
         * Waits for the end; false when the walker stands where it stood, for as long as patience lasts. An interrupt does not shorten it:
         * the end of the application is often one, and has connections to close.
         */
        synchronized boolean endedOrMoved() {
            boolean interrupted = false;
            try {
                while (!ended) {
                    long before = moved;
                    for (int look = 0; look < LOOKS && !ended && moved == before; look++) {
                        try {
                            TimeUnit.NANOSECONDS.timedWait(this, patience.toNanos() / LOOKS);
                        } catch (InterruptedException e) {
                            interrupted = true;
                        }
                    }
                    if (!ended && moved == before) {
                        return false;
                    }
                }
                return true;
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /** Leaves the walker where it hangs; another goes on. */
        void passBy() {
            Walker stuck;
            synchronized (this) {
                if (ended) {
                    return;
                }
                stuck = walker;
                hanging.add(stuck);
                walker = new Walker(this);
            }
            stuck.tell();
            if (hanging.size() >= MOST_HANGING) {
                throw new IllegalStateException(hanging.size() + " hang: " + what);
            }
            sendNext();
        }
    }

    private final class Walker implements Runnable {
        private final Round round;
        private volatile @Nullable T at;
        private volatile @Nullable Thread thread;

        Walker(Round round) {
            this.round = round;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                for (T next = round.next(this); next != null; next = round.next(this)) {
                    guarded(next);
                }
            } finally {
                if (hanging.remove(this)) {
                    LOG.log(Level.WARNING, "One that hung has come back: {0}", what);
                }
            }
        }

        /** One that fails must not keep the others from their turn. */
        private void guarded(T one) {
            try {
                round.action.accept(one);
            } catch (OutOfMemoryError e) {
                OutOfMemory.ends(e);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "Failed: " + what + " " + named.apply(one), e);
            }
        }

        void tell() {
            T one = at;
            Thread on = thread;
            LOG.log(
                    Level.ERROR,
                    "Hangs, and is passed by: " + what + " " + (one == null ? "" : named.apply(one))
                            + ". Where it stands:",
                    on == null ? null : Standing.of(on));
        }
    }
}
