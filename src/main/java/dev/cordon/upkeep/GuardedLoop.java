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
 * A loop that performs one action for each of many items, on a thread of its own. An item whose action fails or hangs does not stop the loop.
 * After {@link #PATIENCE} with one item, another thread goes on with the next. Later loops skip the hanging item until its action returns. At
 * most {@link #MOST_HANGING} items are skipped like that; then the loop fails. {@link #over} is for one caller at a time.
 */
final class GuardedLoop<T> {
    /** Time that one action may take. It is measured in three parts, so that one pause of the process does not count as a hang. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    static final int MOST_HANGING = 4;
    private static final int LOOKS = 3;
    private static final Duration IDLE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(GuardedLoop.class.getName());

    private final String what;
    private final Function<T, String> named;
    private final Duration patience;
    private final Executor threads;
    private final Set<Worker> hanging = ConcurrentHashMap.newKeySet();

    /**
     * @param what the action, for the log
     * @param named the name of an item, for the log
     */
    GuardedLoop(String what, Function<T, String> named, Duration patience) {
        this.what = what;
        this.named = named;
        this.patience = patience;
        this.threads = new ThreadPoolExecutor(
                0, MOST_HANGING + 1, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), GuardedLoop::thread);
    }

    /** Loads the classes of a loop, by a loop over one item without an action. */
    static void load() {
        new GuardedLoop<String>("nothing", Function.identity(), PATIENCE).over(List.of(""), one -> {});
    }

    /** Number of items whose action hangs. */
    int hanging() {
        return hanging.size();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "cordon-walk");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Performs the action for each item. Returns when each action has ended or its item is skipped.
     *
     * @throws IllegalStateException if {@link #MOST_HANGING} items hang
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

    /** One run of the loop. Its lock guards the iterator and the current worker; no action runs under it. */
    private final class Round {
        private final Iterator<T> left;
        private final Consumer<T> action;
        private Worker worker = new Worker(this);
        private long moved;
        private boolean ended;

        Round(Iterator<T> left, Consumer<T> action) {
            this.left = left;
            this.action = action;
        }

        void sendNext() {
            threads.execute(worker);
        }

        /** The next item for a worker; null if there is none or another worker has replaced it. */
        synchronized @Nullable T next(Worker by) {
            if (by != worker) {
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
            return !hanging.isEmpty() && hanging.stream().anyMatch(worker -> worker.at == one);
        }

        /**
         * Waits for the end of the loop. Returns false if the worker has not moved on within {@code patience}. An interrupt does not shorten the
         * wait: the end of the application often interrupts, and still has connections to close.
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

        /** Leaves the worker with the item that hangs, and goes on with another. */
        void passBy() {
            Worker stuck;
            synchronized (this) {
                if (ended) {
                    return;
                }
                stuck = worker;
                hanging.add(stuck);
                worker = new Worker(this);
            }
            stuck.tell();
            if (hanging.size() >= MOST_HANGING) {
                throw new IllegalStateException(hanging.size() + " hang: " + what);
            }
            sendNext();
        }
    }

    private final class Worker implements Runnable {
        private final Round round;
        private volatile @Nullable T at;
        private volatile @Nullable Thread thread;

        Worker(Round round) {
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
                    LOG.log(Level.WARNING, "A call that hung has ended: {0}", what);
                }
            }
        }

        /** Performs the action; a failure does not stop the loop. */
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
                    "Hangs, and is skipped: " + what + " " + (one == null ? "" : named.apply(one)) + ". Its stack:",
                    on == null ? null : ThreadStack.of(on));
        }
    }
}
